import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fontFaces, scriptFonts } from '../../../src/charts/charts.ts';

it('knows every face as a file for the canvas and as files for the page', () => {
  const faces = fontFaces();
  expect(faces.map(({ family, weight }) => `${family} ${weight}`)).toEqual([
    'Inter 400',
    'Inter 600',
    'Inter 700',
    'JetBrains Mono 400',
    'JetBrains Mono 600',
  ]);
  for (const { ttf, webFiles } of faces) {
    expect(existsSync(ttf)).toBe(true);
    expect(webFiles[0]).toMatchObject({ subset: 'latin', unicodeRange: expect.stringContaining('U+0000-00FF') });
    for (const { woff2 } of webFiles) expect(existsSync(woff2)).toBe(true);
  }
});

it('knows fonts for right-to-left and East Asian scripts, slice by slice in two weights', () => {
  expect(scriptFonts().map(({ family }) => family)).toEqual([
    'Noto Sans Arabic',
    'Noto Sans Hebrew',
    'Noto Sans JP',
    'Noto Sans SC',
    'Noto Sans KR',
  ]);
  for (const { slices } of scriptFonts()) {
    expect(slices.length).toBeGreaterThan(0);
    for (const { regular, bold } of slices) {
      expect(existsSync(regular)).toBe(true);
      expect(existsSync(bold)).toBe(true);
    }
  }
});
