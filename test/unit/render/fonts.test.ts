import { describe, expect, test } from 'vitest';
import { familyRules, fontFaceRules } from '../../../src/render/fonts.ts';
import { slicesFor } from '../../../src/render/script-fonts.ts';

const codesOf = (text: string) => Array.from(text, (char) => char.codePointAt(0) ?? 0);
const filesFor = (text: string, language = 'en-GB') =>
  slicesFor(codesOf(text), language).map(({ regular }) => /noto-sans-(\w+)-/u.exec(regular)?.[1]);
const rulesFor = (text: string) => fontFaceRules(text, { complete: false, language: 'en-GB' });

describe('the fonts of a document', () => {
  test('are the same for every document in Latin letters, and no rule speaks of other scripts', () => {
    const latin = rulesFor('Kestrel Outdoor AG');
    expect(rulesFor('HTTP flood, 91 % “stopped” – Zürich')).toBe(latin);
    expect(familyRules({}, latin)).toBe('');
    expect(latin).not.toContain('Other Scripts');
  });

  test('come with the slices that the document has characters of, in two weights, and nothing else', () => {
    const faces = rulesFor('Kestrel 攻撃');
    const rules = faces.match(/@font-face\{font-family:"Other Scripts";font-style:normal;font-weight:[\d ]+/gu) ?? [];
    expect(new Set(rules.map((rule) => rule.split('font-weight:')[1]))).toEqual(new Set(['400', '600 700']));
    expect(
      [...faces.matchAll(/unicode-range:(U\+[0-9a-f]{4}(?:,U\+[0-9a-f]{4})*)\}/gu)].map(([, range]) => range),
    ).toEqual(expect.arrayContaining(['U+653b', 'U+6483']));
    expect(faces.length - rulesFor('Kestrel').length).toBeLessThan(400_000);
    expect(familyRules({}, faces)).toContain('--sans:Inter,"Other Scripts",sans-serif');
  });

  test('draw each right-to-left script with its own', () => {
    expect(filesFor('شركة')).toEqual(['arabic']);
    expect(filesFor('בנק')).toEqual(['hebrew']);
  });

  test('draw shared characters in the shapes of the language of the document, then of those around them', () => {
    expect(new Set(filesFor('攻撃対策', 'ja'))).toEqual(new Set(['jp']));
    expect(new Set(filesFor('攻击', 'zh-Hans'))).toEqual(new Set(['sc']));
    expect(new Set(filesFor('さくら銀行'))).toEqual(new Set(['jp']));
    expect(new Set(filesFor('腾讯科技'))).toEqual(new Set(['sc']));
    expect(new Set(filesFor('한국은행'))).toEqual(new Set(['kr']));
    // The package for Chinese names letters of Arabic and Korean that its files lack.
    expect(new Set(filesFor('腾讯 굴 شل'))).toEqual(new Set(['sc', 'kr', 'arabic']));
  });
});
