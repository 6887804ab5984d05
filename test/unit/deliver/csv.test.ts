import { describe, expect, test } from 'vitest';
import { writeCsv } from '../../../src/deliver/deliver.ts';

function cellOf(text: string): string {
  const [, line = ''] = writeCsv({ columns: ['user_agent'], rows: [[text]] }).split('\r\n');
  return line;
}

describe('a table as CSV', () => {
  test('has quoted text, bare numbers, nothing where nothing is known, and CRLF after every row', () => {
    expect(
      writeCsv({
        columns: ['time', 'requests', 'change', 'note'],
        rows: [
          ['2026-11-17T14:03:20Z', 1_200_000, -5, 'said "stop", then left'],
          ['2026-11-17T14:03:30Z', 0.25, null, ''],
        ],
      }),
    ).toBe(
      '"time","requests","change","note"\r\n' +
        '"2026-11-17T14:03:20Z",1200000,-5,"said ""stop"", then left"\r\n' +
        '"2026-11-17T14:03:30Z",0.25,,""\r\n',
    );
  });

  test('has only its head when there are no rows', () => {
    expect(writeCsv({ columns: ['vector', 'packets'], rows: [] })).toBe('"vector","packets"\r\n');
  });

  test.each([
    ['=cmd|"/c calc"!A0', `"'=cmd|""/c calc""!A0"`],
    ['+1+1', `"'+1+1"`],
    ['-2+3', `"'-2+3"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['  =1', `"'  =1"`],
    ['"=1', `"'""=1"`],
    [" '@x", `"' '@x"`],
    ['＝1', `"'＝1"`],
    ['＋1', `"'＋1"`],
    ['－1', `"'－1"`],
    ['＠x', `"'＠x"`],
    ['\t=1', `"'‹U+0009›=1"`],
    ['\r=1', `"'‹U+000D›=1"`],
    ['\n1', `"'‹U+000A›1"`],
    ['\u00A0=1', `"'‹U+00A0›=1"`],
    ['Mozilla/5.0 (=ok)', '"Mozilla/5.0 (=ok)"'],
    ['198.51.100.7', '"198.51.100.7"'],
  ])('never lets %j be a formula, and leaves other text alone', (text, cell) => {
    expect(cellOf(text)).toBe(cell);
  });

  test('guards the names of its columns like any text', () => {
    expect(writeCsv({ columns: ['=cmd()'], rows: [] })).toBe(`"'=cmd()"\r\n`);
  });

  test('shows what nobody can see, however long the text is', () => {
    expect(cellOf('gpj.\u202Eexe')).toBe('"gpj.‹U+202E›exe"');
    expect(cellOf('a\u0000b\u009Bc\u200Bd')).toBe('"a‹U+0000›b‹U+009B›c‹U+200B›d"');
    expect(cellOf('x'.repeat(5_000))).toHaveLength(5_002);
  });

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY]])('refuses the number %s, by the name of its column', (value) => {
    expect(() => writeCsv({ columns: ['bits'], rows: [[value]] })).toThrow(`bits is ${value}`);
  });

  test('refuses a row that does not fit its columns', () => {
    expect(() => writeCsv({ columns: ['a', 'b'], rows: [['1']] })).toThrow('a row of 1 cells in a table of 2 columns');
  });
});
