import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeCsv } from '../../src/deliver/deliver.ts';
import { visible } from '../../src/text/text.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', '"', "'", ',', ';', '\r', '\n', '\t', ' ', '＝', '1', '\u202E'),
  }),
);
const cell = fc.oneof(hostile, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));

describe('CSV of any table', () => {
  test('is read back by an independent parser, cell for cell', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((width) =>
          fc.record({
            columns: fc.array(hostile, { minLength: width, maxLength: width }),
            rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }),
          }),
        ),
        (table) => {
          const records: string[][] = parse(writeCsv(table), { record_delimiter: '\r\n', relax_column_count: false });
          const expected = [table.columns, ...table.rows].map((row) =>
            row.map((value) => {
              if (value === null) return '';
              return typeof value === 'number' ? String(value) : visible(value, Number.POSITIVE_INFINITY);
            }),
          );
          expect(records).toHaveLength(expected.length);
          for (const [index, record] of records.entries())
            expect(record.map((text, column) => withoutGuard(text, expected[index]?.[column] ?? ''))).toEqual(
              expected[index],
            );
        },
      ),
    );
  });

  test('has no text that a spreadsheet would run, and no line break inside a cell', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const csv = writeCsv({ columns: ['path'], rows: [[text]] });
        expect(csv.split(/\r\n|\r|\n/)).toHaveLength(3);
        const [, [written = ''] = []]: string[][] = parse(csv, { record_delimiter: '\r\n' });
        expect(written.replace(/^[\s"‘’“”`]+/u, '')).not.toMatch(/^[=+\-@＝＋－＠\t\r\n]/u);
      }),
    );
  });
});

/** The cell without the apostrophe that keeps it from being a formula, where one was added. */
function withoutGuard(written: string, original: string): string {
  return written === `'${original}` ? original : written;
}
