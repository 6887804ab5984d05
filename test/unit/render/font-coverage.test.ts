import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fontFaces } from '../../../src/charts/charts.ts';
import { coverageOf } from '../../../src/render/character-map.ts';
import { drawable, isCovered, substituteUncovered } from '../../../src/render/font-coverage.ts';

describe('what the shipped fonts can draw', () => {
  test('is read from the text font itself', () => {
    const inter = fontFaces().find(({ family, weight }) => family === 'Inter' && weight === 400);
    const covered = coverageOf(readFileSync(inter?.ttf ?? ''));
    for (const char of 'Aß‹›…–−≥≈→ΩЖ€□') expect(covered.has(char.codePointAt(0) ?? 0)).toBe(true);
    for (const char of '攻الا\u{1F600}') expect(covered.has(char.codePointAt(0) ?? 0)).toBe(false);
  });

  test('includes right-to-left and East Asian scripts', () => {
    for (const char of 'شركةבנק攻撃ひらカタ讯腾한글（、')
      expect([char, isCovered(char.codePointAt(0) ?? 0)]).toEqual([char, true]);
  });

  test('leaves text, markup and what is read out as they are, and puts one sign for what no font has', () => {
    const known = '<p title="Größe ≥ 1">Ж 攻撃 شركة</p>';
    expect(substituteUncovered(known)).toEqual({ html: known, missing: [] });
    expect(
      substituteUncovered('<head><title>\u{1F600}</title></head><p title="\u{1F600}">\u{1F600}＝ก\u{1F600}</p>'),
    ).toEqual({
      html: '<head><title>\u{1F600}</title></head><p title="\u{1F600}">□＝□□</p>',
      missing: ['\u{1F600}', 'ก'],
    });
    expect(drawable('Bank ก')).toBe('Bank □');
  });
});
