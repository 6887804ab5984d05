import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fontFaces } from '../../../src/charts/charts.ts';
import { coverageOf, spellUncovered } from '../../../src/render/font-coverage.ts';

describe('what the shipped text font can draw', () => {
  test('is read from the font itself', () => {
    const inter = fontFaces().find(({ family, weight }) => family === 'Inter' && weight === 400);
    const covered = coverageOf(readFileSync(inter?.ttf ?? ''));
    for (const char of 'Aß‹›…–−≥≈→ΩЖ€') expect(covered.has(char.codePointAt(0) ?? 0)).toBe(true);
    for (const char of '攻الا\u{1F600}') expect(covered.has(char.codePointAt(0) ?? 0)).toBe(false);
  });

  test('leaves text and markup as they are, and spells what it lacks', () => {
    expect(spellUncovered('<p title="Größe ≥ 1">Ж</p>')).toBe('<p title="Größe ≥ 1">Ж</p>');
    expect(spellUncovered('<p title="攻">\u{1F600}＝</p>')).toBe('<p title="‹U+653B›">‹U+1F600›‹U+FF1D›</p>');
  });
});
