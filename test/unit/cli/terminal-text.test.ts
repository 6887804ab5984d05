import { describe, expect, test } from 'vitest';
import { formatBytes, formatMs, terminalJson, terminalText } from '../../../src/cli/terminal-text.ts';

describe('text on a terminal', () => {
  test('keeps its line breaks and shows everything else that a terminal obeys or hides', () => {
    expect(terminalText('a\nb\u001B[2J\u0007\r\u009B1m\u202Ec\u200Bd')).toBe(
      'a\nb‹U+001B›[2J‹U+0007›‹U+000D›‹U+009B›1m‹U+202E›c‹U+200B›d',
    );
  });

  test('is not cut, and loses only the width of our own no-break spaces', () => {
    expect(terminalText('x'.repeat(1_000))).toHaveLength(1_000);
    expect(terminalText('91.3\u00A0% of 1\u202F200')).toBe('91.3 % of 1 200');
  });
});

describe('JSON on a terminal', () => {
  test.each([
    ['\u001B[31m'],
    ['\u009B31m'],
    ['\u202Egpj'],
    ['\u2028'],
    ['\u{E0041}'],
    ['\uD800'],
    ['plain ü 漢'],
    [{ 'k\u0085': ['\u200B', null, 1.5] }],
  ])('of %j reads back the same and holds nothing that a terminal obeys or hides', (value) => {
    const line = terminalJson(value);
    expect(JSON.parse(line)).toEqual(value);
    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });
});

describe('a size or a time', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [999.96, '1.0 kB'],
    [1_000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [1_340_000, '1.3 MB'],
    [2.5e12, '2.5 TB'],
    [9_999e12, '9999.0 TB'],
  ])('of %d bytes is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    [0, '0.0 s'],
    [6_240, '6.2 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [3_600_000, '60 min 00 s'],
  ])('of %d ms is %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });
});
