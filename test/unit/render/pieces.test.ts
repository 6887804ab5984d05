import { describe, expect, test } from 'vitest';
import type { Phrase } from '../../../src/model/phrase.ts';
import { cutEndlessRuns, shownAs, toPieces } from '../../../src/render/pieces.ts';
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

  test('keeps the moments of a span apart from the words between them, as one text', () => {
    const local = createWriter({ locale: 'en-GB', timeZone: 'Europe/Berlin' });
    const start = Date.UTC(2026, 10, 17, 13, 0, 0);
    const phrase: Phrase = [
      'Seen ',
      { kind: 'span', start, end: start + 86_400_000 },
      ' in ',
      { kind: 'zone', at: start },
    ];
    expect(toPieces(phrase, local).map(({ text, at }) => [text, at])).toEqual([
      ['Seen ', undefined],
      ['17 Nov 2026, 14:00:00', '2026-11-17T13:00:00.000Z'],
      [' to ', undefined],
      ['18 Nov 2026, 14:00:00', '2026-11-18T13:00:00.000Z'],
      [' in Europe/Berlin (UTC+01:00)', undefined],
    ]);
    expect(shownAs(phrase, local)).toBe(local.phrase(phrase));
  });
});
