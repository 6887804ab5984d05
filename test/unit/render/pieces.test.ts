import { describe, expect, test } from 'vitest';
import { cutEndlessRuns, toPieces } from '../../../src/render/pieces.ts';
import { createWriter } from '../../../src/text/text.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'UTC' });
const label = (value: string) => ({ kind: 'label', value, role: 'name' }) as const;

describe('the runs of a phrase', () => {
  test('join our own words and numbers, and keep each label apart', () => {
    const phrase = [
      'Flood of ',
      { kind: 'count', value: 2, one: 'wave', many: 'waves' },
      ' on ',
      label('a.example'),
      label('b'),
      '.',
    ] as const;
    expect(toPieces(phrase, writer).map(({ text, role }) => [text, role])).toEqual([
      ['Flood of 2\u00A0waves on ', ''],
      ['a.example', 'name'],
      ['b', 'name'],
      ['.', ''],
    ]);
  });

  test('end without a blank, so that numbers stand flush in their column', () => {
    expect(toPieces({ kind: 'count', value: 7200, one: '', many: '' }, writer)).toEqual([
      { text: '7,200', role: '', isLong: false },
    ]);
    expect(toPieces(['a '], writer)[0]?.text).toBe('a');
  });

  test('say which labels may break anywhere', () => {
    const isLong = (value: string) => toPieces(label(value), writer)[0]?.isLong;
    expect(isLong('timeline.yaml')).toBe(false);
    expect(isLong('DDoS managed rules, adaptive protection')).toBe(false);
    expect(isLong('A'.repeat(25))).toBe(true);
  });

  test('are cut where they have no end, except in scripts without blanks', () => {
    expect(cutEndlessRuns('A'.repeat(200))).toBe('A'.repeat(200));
    expect(cutEndlessRuns(`x ${'A'.repeat(8_000)} y`)).toBe(`x ${'A'.repeat(200)}… y`);
    expect(cutEndlessRuns('\u{1F600}'.repeat(201))).toBe(`${'\u{1F600}'.repeat(200)}…`);
    expect(cutEndlessRuns('攻'.repeat(500))).toBe('攻'.repeat(500));
  });

  test('of an empty phrase are none', () => {
    expect(toPieces([], writer)).toEqual([]);
  });
});
