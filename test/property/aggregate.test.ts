import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackStats, aggregate, type LayerStats } from '../../src/aggregate/aggregate.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { TrafficSource } from '../../src/ingest/ingest.ts';
import type { Disposition } from '../../src/model/traffic.ts';
import { addSource, openTraffic, T0, type TrafficRow, toDataset } from '../unit/aggregate/traffic-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const WINDOW = { start: T0, end: T0 + 6 * MINUTE };
const RUNS = { numRuns: 12 };

const MITIGATED: readonly Disposition[] = ['blocked', 'challenged', 'rate_limited'];

/** Hostile keys count like any other. */
const key = fc.constantFrom(
  '/',
  '/login',
  '/a',
  '/b',
  '/c',
  '/d',
  '/e',
  '/f',
  '/g',
  '/h',
  '/i',
  '/j',
  '__proto__',
  'constructor',
  null,
);

const row = fc.record({
  t: fc.integer({ min: T0, max: WINDOW.end - 1 }),
  units: fc.integer({ min: 1, max: 40 }),
  bytes: fc.option(fc.integer({ min: 0, max: 5_000 }), { freq: 4 }),
  disposition: fc.constantFrom<Disposition | null>('passed', 'passed', 'blocked', 'challenged', 'logged', null),
  at: fc.record({ path: key, host: fc.constantFrom('www.example.com', 'api.example.com') }),
});
const rows = fc.array(row, { minLength: 1, maxLength: 300 });

let engine: Engine;
beforeAll(async () => {
  engine = await openTraffic();
});
afterAll(() => engine.close());

function measure(sources: readonly TrafficSource[], window = WINDOW): Promise<AttackStats> {
  return aggregate(toDataset(engine, sources), { window, mergeGapMs: 120_000, signal: new AbortController().signal });
}

function only(stats: AttackStats): LayerStats {
  const [layer] = stats.layers;
  if (!layer) throw new Error('the layer is missing');
  return layer;
}

/** Statistics without the names of where they come from. */
function anonymous(stats: AttackStats): unknown {
  return JSON.parse(
    JSON.stringify(stats, (name, value) => (name === 'evidence' || name === 'source' ? undefined : value)),
  );
}

/** Sums by key, the slow way. */
function sumBy<K>(items: readonly TrafficRow[], keyOf: (item: TrafficRow) => K): Map<K, number> {
  const sums = new Map<K, number>();
  for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0) + (item.units ?? 0));
  return sums;
}

function total(items: readonly TrafficRow[]): number {
  return items.reduce((sum, item) => sum + (item.units ?? 0), 0);
}

function peakOf(items: readonly TrafficRow[], windowMs: number): number {
  return (Math.max(...sumBy(items, (item) => Math.floor((item.t ?? 0) / windowMs)).values()) * SECOND) / windowMs;
}

describe('statistics of any traffic', () => {
  it('are those of a slow reference', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (items) => {
        const layer = only(await measure([await addSource(engine, items)]));
        expect(layer.whole.total.value).toBe(total(items));
        const byDisposition = sumBy(items, (item) => item.disposition ?? 'unknown');
        expect(new Map(layer.whole.byDisposition.map((part) => [part.disposition, part.total.value]))).toEqual(
          byDisposition,
        );
        if (layer.whole.mitigated)
          expect(layer.whole.mitigated.value).toBe(
            total(items.filter((item) => item.disposition && MITIGATED.includes(item.disposition))),
          );
        expect(layer.whole.bytes?.value ?? 0).toBe(items.reduce((sum, item) => sum + (item.bytes ?? 0), 0));
        const minutes = sumBy(items, (item) => Math.floor((item.t ?? 0) / MINUTE) * MINUTE);
        for (const minute of layer.minutes) expect(minute.total.value).toBe(minutes.get(minute.start) ?? 0);
        for (const peak of layer.peaks.filter((one) => one.metric === 'requests/s'))
          expect(peak.measure.value).toBe(peakOf(items, peak.measure.windowMs ?? 0));
        const paths = sumBy(items, (item) => item.at?.path ?? null);
        const breakdown = layer.breakdowns.find((one) => one.dimension === 'path' && one.scope === 'window');
        for (const item of breakdown?.items ?? []) expect(item.total.value).toBe(paths.get(item.key as '/'));
        if (breakdown) {
          expect(breakdown.unknown.value).toBe(paths.get(null) ?? 0);
          expect(breakdown.distinct.value).toBe([...paths.keys()].filter((one) => one !== null).length);
        }
      }),
      RUNS,
    );
  });

  it('close every list', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (items) => {
        for (const { total: whole, items: listed, other, unknown, concentration } of only(
          await measure([await addSource(engine, items)]),
        ).breakdowns) {
          expect(listed.reduce((sum, item) => sum + item.total.value, 0) + other.value + unknown.value).toBe(
            whole.value,
          );
          expect(
            concentration.every((point, index) => index === 0 || point.share >= (concentration[index - 1]?.share ?? 0)),
          ).toBe(true);
          expect(concentration.at(-1)?.share ?? 0).toBeLessThanOrEqual(1 + 1e-12);
          expect(
            listed.every((item, index) => index === 0 || item.total.value <= (listed[index - 1]?.total.value ?? 0)),
          ).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('do not depend on the order of rows, nor on how they are spread over files', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (items, seed) => {
        const whole = await addSource(engine, items, { id: 'log' });
        const shuffled = items
          .map((item, index) => ({ item, rank: (index * 7_919 + seed) % 104_729 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ item }) => item);
        const turned = await addSource(engine, shuffled, { id: 'log' });
        const half = Math.floor(items.length / 2);
        const [first, second] = [
          await addSource(engine, items.slice(half), { id: 'log' }),
          await addSource(engine, items.slice(0, half), { id: 'log' }),
        ];
        const columns = 't, interval_ms, units, bytes, weight, disposition, source_as_name, rule_name, origin_ms';
        const named = (source: TrafficSource) =>
          ['path', 'host']
            .map((name) => (source.dimensions.includes(name as 'path') ? name : `cast(null as varchar) as ${name}`))
            .join(', ');
        const view = `both_${first.relation}`;
        await engine.run(
          `create view ${view} as select ${columns}, ${named(first)} from ${first.relation} union all select ${columns}, ${named(second)} from ${second.relation}`,
        );
        const split = { ...whole, relation: view };
        const expected = anonymous(await measure([whole]));
        expect(anonymous(await measure([turned]))).toEqual(expected);
        expect(anonymous(await measure([split]))).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('never peak higher over a longer window', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (items) => {
        const { peaks } = only(await measure([await addSource(engine, items)]));
        for (const metric of new Set(peaks.map((peak) => peak.metric))) {
          const values = peaks.filter((peak) => peak.metric === metric).map((peak) => peak.measure.value);
          expect(values.every((value, index) => index === 0 || value <= (values[index - 1] ?? 0) + 1e-9)).toBe(true);
          expect(peaks.filter((peak) => peak.metric === metric && peak.headline)).toHaveLength(1);
        }
      }),
      RUNS,
    );
  });

  it('stay the same when the source hands over buckets instead of records', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(10 * SECOND, MINUTE), async (items, bucketMs) => {
        const buckets = new Map<string, TrafficRow & { units: number; bytes: number | null }>();
        for (const item of items) {
          const t = Math.floor((item.t ?? 0) / bucketMs) * bucketMs;
          const name = JSON.stringify([t, item.disposition, item.at]);
          const known = buckets.get(name);
          const bytes = item.bytes == null ? (known?.bytes ?? null) : (known?.bytes ?? 0) + item.bytes;
          buckets.set(name, { ...item, t, units: (known?.units ?? 0) + (item.units ?? 0), bytes });
        }
        const fine = only(await measure([await addSource(engine, items)]));
        const coarse = only(await measure([await addSource(engine, [...buckets.values()], { intervalMs: bucketMs })]));
        expect(coarse.whole.total.value).toBe(fine.whole.total.value);
        expect(coarse.whole.bytes?.value).toBe(fine.whole.bytes?.value);
        for (const peak of coarse.peaks) {
          expect(peak.measure.windowMs).toBeGreaterThanOrEqual(bucketMs);
          const same = fine.peaks.find(
            (one) => one.metric === peak.metric && one.measure.windowMs === peak.measure.windowMs,
          );
          if (same) expect(peak.measure.value).toBe(same.measure.value);
        }
        expect(coarse.minutes.reduce((sum, minute) => sum + minute.total.value, 0)).toBe(fine.whole.total.value);
      }),
      RUNS,
    );
  });

  it('of two halves of the time add up to those of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 5 }), async (items, minute) => {
        const source = await addSource(engine, items);
        const cut = T0 + minute * MINUTE;
        const whole = only(await measure([source]));
        const halves = [
          ...(await measure([source], { start: T0, end: cut })).layers,
          ...(await measure([source], { start: cut, end: WINDOW.end })).layers,
        ];
        expect(halves.reduce((sum, layer) => sum + layer.whole.total.value, 0)).toBe(whole.whole.total.value);
        expect(halves.reduce((sum, layer) => sum + (layer.whole.bytes?.value ?? 0), 0)).toBe(
          whole.whole.bytes?.value ?? 0,
        );
        const mitigated = (layer: LayerStats) =>
          layer.whole.byDisposition.reduce(
            (sum, part) => sum + (MITIGATED.includes(part.disposition) ? part.total.value : 0),
            0,
          );
        expect(halves.reduce((sum, layer) => sum + mitigated(layer), 0)).toBe(mitigated(whole));
        const byMinute = new Map(halves.flatMap((layer) => layer.minutes).map((one) => [one.start, one.total.value]));
        for (const one of whole.minutes) expect(byMinute.get(one.start) ?? 0).toBe(one.total.value);
      }),
      RUNS,
    );
  });

  it('draw series that hold all the traffic', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (items) => {
        const layer = only(await measure([await addSource(engine, items, { window: WINDOW })]));
        const series = layer.series.find((one) => one.metric === 'requests/s' && one.by === 'disposition');
        const seconds = (series?.intervalMs ?? 0) / SECOND;
        const drawn = (series?.lines ?? [])
          .flatMap((line) => line.values)
          .reduce<number>((sum, rate) => sum + (rate ?? 0) * seconds, 0);
        expect(drawn).toBeCloseTo(total(items), 6);
      }),
      RUNS,
    );
  });
});
