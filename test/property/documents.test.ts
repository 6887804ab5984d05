import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReportError } from '../../src/errors.ts';
import { documentReaders } from '../../src/ingest/documents/documents.ts';
import { createEntryClock } from '../../src/ingest/documents/entry-clock.ts';
import { graphqlReader } from '../../src/ingest/documents/graphql.ts';
import { readCsv } from '../../src/ingest/documents/mapped-csv.ts';
import { readNumber } from '../../src/ingest/documents/mapped-units.ts';
import { textOfHtml, withoutNames } from '../../src/ingest/documents/plain-text.ts';
import { openDocument, readDocument } from '../unit/ingest/documents/read-document.ts';

describe('whatever a document holds', () => {
  const keys = [
    'data',
    'viewer',
    'zones',
    'errors',
    'Attack',
    'AttackSummaries',
    'attack_details',
    'action',
    'log_entries',
    'notes',
    'incident',
    'incidents',
    'incident_updates',
    'audits',
    'events',
    'ticket',
    'comments',
    'fields',
    'key',
    'entries',
    'at',
    'title',
    'alert_type',
    'ts',
    'count',
    'dimensions',
    'sum',
    '__proto__',
    'type',
    'attributes',
    'alert_class',
  ];
  const leaf = fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('dos', 'alert', 'dos_attack_l4', '2026-11-17T13:00:00Z', 'x_log_entry'),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6, noNullPrototype: true }),
    ),
  }));

  test('a reader reads it or says what is wrong; it never falls over', async () => {
    await fc.assert(
      fc.asyncProperty(value, async (json) => {
        const document = openDocument(JSON.stringify(json) ?? 'null');
        for (const reader of documentReaders) {
          const recognised = reader.recognises(document);
          try {
            await readDocument(reader, document);
          } catch (error) {
            // A document that was forced on a reader is refused by a known fault too.
            expect(error, `${reader.id}, recognised: ${recognised}`).toBeInstanceOf(ReportError);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test('text that is no JSON is read or refused likewise', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('|', '-', '\n', ' ', 'T', 'i', 'm', 'e', ':', '1', '4', '#', '"', ',') }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (written) => {
        for (const reader of documentReaders.filter((one) => one.id.startsWith('timeline/'))) {
          try {
            await readDocument(reader, openDocument(written));
          } catch (error) {
            expect(error).toBeInstanceOf(ReportError);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

test('the sum over a GraphQL result is the sum of its counts, whatever the order and the sampling', async () => {
  const row = fc.record({
    minute: fc.integer({ min: 0, max: 59 }),
    count: fc.nat(1e9),
    interval: fc.integer({ min: 1, max: 1_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
      const httpRequestsAdaptiveGroups = rows.map(({ minute, count, interval }) => ({
        count: minute % 2 === 0 ? count : String(count),
        avg: { sampleInterval: interval },
        dimensions: { datetimeMinute: `2026-11-17T13:${String(minute).padStart(2, '0')}:00Z` },
      }));
      const text = JSON.stringify({ data: { viewer: { zones: [{ httpRequestsAdaptiveGroups }] } }, errors: null });
      const { series } = await readDocument(graphqlReader, openDocument(text));
      const total = [...(series[0]?.rows ?? [])].reduce((sum, point) => sum + (point.units ?? 0), 0);
      expect(total).toBe(rows.reduce((sum, { count }) => sum + count, 0));
    }),
  );
});

describe('CSV', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ';', '\n', 'ü', ' ', '1'), maxLength: 8 });
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

  test('comes back as it was written, also across slices, with the line on which each record ends', () => {
    const filler = 'x'.repeat(40_000);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 60 }), fc.boolean(), (rows, large) => {
        const written = rows.map(([a, b]) => [a, large ? `${b}${filler}` : b]);
        const lines = written.map((cells) => cells.map(quote).join(';'));
        const records = [...readCsv(`${lines.join('\n')}\n`, ';')].map((record) =>
          'fault' in record ? record : { cells: record.cells, line: record.line() },
        );
        let line = 0;
        const expected = written.map((cells, index) => {
          line += (lines[index] ?? '').split('\n').length;
          return { cells, line };
        });
        expect(records).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

test('a number written with any decimal sign and grouping is read back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 40 }),
      fc.integer({ min: 0, max: 999 }),
      fc.boolean(),
      fc.boolean(),
      (whole, part, comma, grouped) => {
        const digits = grouped ? String(whole).replace(/\B(?=(\d{3})+$)/g, comma ? '.' : ',') : String(whole);
        const written = `${digits}${comma ? ',' : '.'}${String(part).padStart(3, '0')}`;
        expect(readNumber(written, comma ? ',' : '.')).toBe(Number(`${whole}.${String(part).padStart(3, '0')}`));
      },
    ),
  );
});

test('times of day of one night never go back, and cross midnight at most as often as they must', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 12 * 60 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_439 }), steps, (first, gaps) => {
      const clock = createEntryClock({ date: '2026-11-17', timeZone: 'UTC' });
      let minute = first;
      for (const [index, gap] of [0, ...gaps].entries()) {
        // A gap of exactly a day's multiple would be told as the same time; gaps here are at most half a day.
        if (index > 0) minute += gap;
        const text = `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        expect(clock.read(text)).toEqual({ at: Date.UTC(2026, 10, 17) + minute * 60_000, precisionMs: 60_000 });
      }
    }),
  );
});

test('no listed name survives as a word of its own', () => {
  const name = fc.stringMatching(/^[A-Za-z]{3,8}( [A-Za-z]{3,8})?$/);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.string(), (names, around) => {
      const text = names.map((one) => `${around} ${one.toUpperCase()},`).join(' ');
      const left = withoutNames(text, names).replaceAll('[name removed]', ' ').toLowerCase();
      for (const one of names) expect(` ${left} `).not.toContain(` ${one.toLowerCase()},`);
    }),
  );
});

test('the words of an HTML body hold no tag of it, in linear time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('<p>', '</p>', '<b x="1">', '<script>', '</script>', 'text', '<!--', '-->', '<br>'), {
        maxLength: 40,
      }),
      (parts) => {
        expect(textOfHtml(parts.join(''))).not.toMatch(/<\/?(?:p|b|script|br)\b[^>]*>/i);
      },
    ),
  );
  const started = performance.now();
  textOfHtml('<script>'.repeat(20_000));
  textOfHtml('<!--'.repeat(20_000));
  textOfHtml('<p '.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(2_000);
});
