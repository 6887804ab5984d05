import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Engine, openDuckDb } from '../../../../src/engine/engine.ts';
import type { DataWarning } from '../../../../src/ingest/dataset.ts';
import { materialise } from '../../../../src/ingest/documents/documents.ts';
import type { PointRow, PointSeries } from '../../../../src/ingest/format.ts';
import { DIMENSIONS } from '../../../../src/model/dimension.ts';

let folder: string;
let engine: Engine;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'debrief-series-'));
  engine = await openDuckDb({ scratchDir: join(folder, 'scratch'), memoryLimitBytes: 200e6, threads: 1 });
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const T = Date.UTC(2026, 10, 17, 13);
const series = (rows: readonly PointRow[], rest: Partial<PointSeries> = {}): PointSeries => ({
  key: 'minutes',
  layer: 'http',
  label: 'Requests by minute',
  unit: 'requests',
  kind: 'estimated',
  intervalMs: 60_000,
  dimensions: ['source_country'],
  knowsDisposition: true,
  priority: 100,
  inputId: 'in1',
  rows,
  ...rest,
});
const row = (
  minute: number,
  country: string | undefined,
  units: number | undefined,
  rest: Partial<PointRow> = {},
): PointRow => ({
  t: T + minute * 60_000,
  ...(units !== undefined && { units }),
  disposition: 'blocked',
  ...rest,
  at: country === undefined ? {} : { source_country: country },
});

async function load(list: readonly PointSeries[], window?: { start: number; end: number }) {
  const warnings: DataWarning[] = [];
  const duplicates: [string, number][] = [];
  const sources = await materialise(list, engine, {
    ...(window && { window }),
    warn: (warning) => warnings.push(warning),
    duplicates: (input, rows) => duplicates.push([input, rows]),
  });
  return { sources, warnings, duplicates };
}

describe('buckets', () => {
  test('are sampled when the source states an interval without a sampling rate', async () => {
    const { sources } = await load([series([row(0, 'DE', 50, { weight: 12.5 }), row(1, 'DE', 50, { weight: 4 })])]);
    expect(sources[0]?.sampling).toEqual({ min: 4, max: 12.5 });
  });

  test('make a source whose relation has every column of the contract', async () => {
    const { sources, duplicates, warnings } = await load([
      series([
        row(1, 'DE', 50, { sampleInterval: 10, weight: 12.5, bytes: 8 }),
        row(0, undefined, undefined, { disposition: 'unknown' }),
      ]),
    ]);
    expect(sources).toEqual([
      {
        id: 'series_1',
        layer: 'http',
        relation: 'series_1',
        label: 'Requests by minute',
        unit: 'requests',
        kind: 'estimated',
        sampling: { min: 10, max: 10 },
        intervalMs: 60_000,
        window: { start: T, end: T + 120_000 },
        rows: 2,
        dimensions: ['source_country'],
        knowsDisposition: true,
        hasBytes: true,
        evidence: ['in1'],
        role: 'detail',
        holds: 'all',
      },
    ]);
    expect([duplicates, warnings]).toEqual([[], []]);
    const rows = await engine.query('SELECT * FROM series_1 ORDER BY t');
    const nothing = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, null]));
    expect(rows).toEqual([
      {
        ...nothing,
        t: T,
        interval_ms: 60_000,
        units: null,
        bytes: null,
        weight: 1,
        disposition: 'unknown',
        source_as_name: null,
        rule_name: null,
      },
      {
        ...nothing,
        t: T + 60_000,
        interval_ms: 60_000,
        units: 50,
        bytes: 8,
        weight: 12.5,
        disposition: 'blocked',
        source_as_name: null,
        rule_name: null,
        source_country: 'DE',
      },
    ]);
  });

  test('of overlapping pages are counted once', async () => {
    const { sources, duplicates, warnings } = await load([
      series([row(0, 'DE', 5), row(1, 'DE', 6)]),
      series([row(1, 'DE', 6), row(2, 'DE', 7)], { inputId: 'in2' }),
    ]);
    expect(sources.map(({ rows, evidence }) => ({ rows, evidence }))).toEqual([{ rows: 3, evidence: ['in1', 'in2'] }]);
    expect(duplicates).toEqual([['in2', 1]]);
    expect(warnings).toEqual([]);
    expect(await engine.query('SELECT sum(units) AS total FROM series_1')).toEqual([{ total: 18 }]);
  });

  test('that two queries answer differently keep the larger number, and the report says so', async () => {
    const { duplicates, warnings } = await load([
      series([row(0, 'DE', 5)]),
      series([row(0, 'DE', 9)], { inputId: 'in2' }),
    ]);
    expect(await engine.query('SELECT sum(units) AS total FROM series_1')).toEqual([{ total: 9 }]);
    expect(duplicates).toEqual([['in1', 1]]);
    expect(warnings.map((warning) => warning.code)).toEqual(['sources-differ']);
  });

  test('of two zones, two dispositions or two countries are different traffic', async () => {
    const { sources } = await load([
      series([
        row(0, 'DE', 5, { part: 'z1' }),
        row(0, 'DE', 5, { part: 'z2' }),
        row(0, 'DE', 5, { part: 'z1', disposition: 'passed' }),
        row(0, 'FR', 5, { part: 'z1' }),
      ]),
    ]);
    expect(sources[0]?.rows).toBe(4);
  });

  test('outside the period are left out and counted', async () => {
    const { sources, warnings } = await load([series([row(0, 'DE', 5), row(1, 'DE', 6), row(2, 'DE', 7)])], {
      start: T + 60_000,
      end: T + 120_000,
    });
    expect(sources[0]).toMatchObject({ rows: 1, window: { start: T + 60_000, end: T + 120_000 } });
    expect(warnings.map((warning) => warning.message)).toEqual([
      'Requests by minute: 2 rows outside the period of the report; left out.',
    ]);
  });

  test('that are all outside make no source', async () => {
    expect((await load([series([row(0, 'DE', 5)])], { start: T + DAY, end: T + 2 * DAY })).sources).toEqual([]);
  });
});

const DAY = 86_400_000;

describe('single events', () => {
  const event = (inputId: string, rows: readonly PointRow[]) =>
    series(rows, { key: 'events', unit: 'events', intervalMs: 0, inputId, kind: 'counted' });

  test('may repeat within an input, and overlapping inputs repeat nothing', async () => {
    const twice = [row(0, 'DE', 1), row(0, 'DE', 1)];
    const { sources, duplicates } = await load([
      event('in1', twice),
      event('in2', [...twice, row(0, 'DE', 1), row(1, 'DE', 1)]),
    ]);
    // The most that one input saw: three equal events in in2, and the one of the next minute.
    expect(sources[0]?.rows).toBe(4);
    expect(duplicates).toEqual([['in2', 2]]);
    expect(sources[0]?.window).toEqual({ start: T, end: T + 60_001 });
  });

  test('with an id of their own are counted once each', async () => {
    const ray = (part: string) => row(0, 'DE', 1, { part });
    const { sources } = await load([event('in1', [ray('r1'), ray('r2')]), event('in2', [ray('r2'), ray('r3')])]);
    expect(sources[0]?.rows).toBe(3);
  });
});

describe('order and rows without time', () => {
  test('the highest priority is first, then what was done, then the finest buckets', async () => {
    const one = (key: string, rest: Partial<PointSeries>) => series([row(0, 'DE', 5)], { key, label: key, ...rest });
    const { sources } = await load([
      one('mitigated', { priority: 50 }),
      one('hours', { intervalMs: 3_600_000 }),
      series([row(0, 'DE', 5, { disposition: 'unknown' })], {
        key: 'totals',
        label: 'totals',
        knowsDisposition: false,
      }),
      one('minutes', {}),
    ]);
    expect(sources.map((source) => source.label)).toEqual(['minutes', 'hours', 'totals', 'mitigated']);
  });

  test('rows without time and with nothing to lean on are left out and said', async () => {
    const { sources, warnings } = await load([series([{ units: 9, at: { source_country: 'DE' } }], { intervalMs: 0 })]);
    expect(sources).toEqual([]);
    expect(warnings.map((warning) => warning.code)).toEqual(['no-times']);
  });

  test('rows without time cover what the others cover', async () => {
    const timeless = series([{ units: 9, at: { source_country: 'DE' } }], {
      key: 'countries',
      intervalMs: 0,
      label: 'countries',
    });
    const { sources } = await load([timeless, series([row(0, 'DE', 5), row(3, 'DE', 5)])]);
    expect(sources.find((source) => source.label === 'countries')).toMatchObject({
      rows: 1,
      window: { start: T, end: T + 240_000 },
    });
  });
});

test('values that look like SQL are values', async () => {
  const hostile = `DE'); DROP TABLE series_1_facts; --`;
  await load([series([row(0, hostile, 5)])]);
  expect(await engine.query('SELECT source_country FROM series_1')).toEqual([{ source_country: hostile }]);
});
