import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { addSource, entry, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const MERGE_GAP = 120_000;
const signal = new AbortController().signal;

describe('several accounts of one layer', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());
  const options = { window: { start: T0, end: T0 + 30 * MINUTE }, mergeGapMs: MERGE_GAP, signal };

  it('are never added; a second one gives only what the first lacks, and contradictions are told', async () => {
    const log = await addSource(
      engine,
      spread(T0, T0 + 30 * MINUTE, 3_600, { disposition: 'passed', bytes: 100, at: { path: '/' } }),
      { id: 'log' },
    );
    const buckets = (units: number, country: string): TrafficRow[] =>
      Array.from({ length: 6 }, (_, index) => ({
        t: T0 + index * 5 * MINUTE,
        units,
        bytes: 60_000,
        at: { source_country: country },
      }));
    const graph = await addSource(engine, [...buckets(500, 'DE'), ...buckets(200, 'FR')], {
      id: 'graph',
      intervalMs: 5 * MINUTE,
      role: 'detail',
    });
    const countries = await addSource(
      engine,
      [
        { t: null, units: 30, at: { host: 'www.example.com' } },
        { t: null, units: 10, at: { host: 'api.example.com' } },
      ],
      { id: 'list', role: 'detail' },
    );
    const stats = await aggregate(toDataset(engine, [log, graph, countries]), options);
    const [layer] = stats.layers;
    expect(layer?.whole.total.value).toBe(3_600);
    expect(layer?.breakdowns.map((breakdown) => [breakdown.dimension, breakdown.total.value, breakdown.scope])).toEqual(
      [
        ['source_country', 4_200, 'window'],
        ['host', 40, 'window'],
        ['path', 3_600, 'window'],
      ],
    );
    // 4,200 against 3,600 differ by 14 %, the bytes of 720 kB against 360 kB by half.
    expect(stats.disagreements).toMatchObject([
      {
        layer: 'http',
        quantity: 'requests',
        primary: { source: 'log', value: { value: 3_600 } },
        other: { source: 'graph', value: { value: 4_200 } },
      },
      { quantity: 'bytes', primary: { value: { value: 360_000 } }, other: { value: { value: 720_000 } } },
    ]);
    expect(layer).not.toHaveProperty('targetSeries');
  });

  it('find an attack together: one holds all traffic, the other what was mitigated', async () => {
    const flood = (count: number, rest: TrafficRow) => spread(T0 + 10 * MINUTE, T0 + 14 * MINUTE, count, rest);
    const log = await addSource(engine, [...spread(T0, T0 + 30 * MINUTE, 9_000, {}), ...flood(24_000, {})], {
      id: 'log',
    });
    const events = await addSource(
      engine,
      [
        ...spread(T0, T0 + 30 * MINUTE, 300, {
          disposition: 'blocked',
          at: { mitigation_system: 'waf-managed', rule: 'r-waf' },
        }),
        ...flood(20_000, { disposition: 'blocked', at: { mitigation_system: 'ddos-managed', rule: 'r-ddos' } }),
      ],
      { id: 'events', unit: 'events', role: 'detail' },
    );
    const stats = await aggregate(toDataset(engine, [log, events]), options);
    expect(stats.waves).toMatchObject([
      { start: T0 + 10 * MINUTE, end: T0 + 14 * MINUTE, basis: 'mitigation', total: { value: 25_200 } },
    ]);
    expect(stats.clocks.timeToMitigate?.value).toBe(0);
    expect(
      stats.layers[0]?.systems.map((system) => [system.system, system.mitigated.value, system.mitigated.unit]),
    ).toEqual([
      ['ddos-managed', 20_000, 'events'],
      ['waf-managed', 40, 'events'],
    ]);
    expect(stats.layers[0]?.rules.map((rule) => [rule.id, rule.total.value, rule.before.value])).toEqual([
      ['r-ddos', 20_000, 0],
      ['r-waf', 40, 100],
    ]);
    expect(stats.layers[0]?.attack).toMatchObject({ basis: 'excess', total: { value: 24_000 } });
  });

  it('tell of an attack on two layers, told first by the one that shows more of it', async () => {
    const packets = [
      ...spread(T0, T0 + 30 * MINUTE, 3_600, { disposition: 'passed', at: { mitigation_system: null } }),
      ...spread(T0 + 11 * MINUTE, T0 + 12 * MINUTE, 6_000, {
        disposition: 'blocked',
        at: { mitigation_system: 'ddos-managed', destination_ip: '203.0.113.7' },
      }),
    ];
    const requests = [
      ...spread(T0, T0 + 30 * MINUTE, 3_600, { disposition: 'passed', at: { mitigation_system: null } }),
      ...spread(T0 + 10 * MINUTE, T0 + 14 * MINUTE, 12_000, {
        disposition: 'blocked',
        at: { mitigation_system: 'rate-limiting', host: 'www.example.com' },
      }),
    ];
    const network = await addSource(engine, packets, {
      layer: 'network',
      window: { start: T0 + 11 * MINUTE, end: T0 + 12 * MINUTE },
    });
    const http = await addSource(engine, requests);
    const stats = await aggregate(toDataset(engine, [http, network]), options);
    expect(stats.layers.map((layer) => layer.layer)).toEqual(['network', 'http']);
    expect(stats.waves).toMatchObject([
      {
        start: T0 + 10 * MINUTE,
        end: T0 + 14 * MINUTE,
        layers: ['network', 'http'],
        targetsByLayer: [
          { layer: 'network', targets: ['203.0.113.7'] },
          { layer: 'http', targets: ['www.example.com'] },
        ],
      },
    ]);
    expect(stats.clocks.mitigated?.at).toBe(T0 + 10 * MINUTE);
    expect(stats.clocks.contained?.at).toBe(T0 + 11 * MINUTE);
    expect(stats.clocks.detected?.at).toBe(T0 + 11 * MINUTE);
  });

  it('do not contradict each other when one holds the mitigated part only', async () => {
    const rows = [
      ...spread(T0, T0 + 30 * MINUTE, 3_600, { disposition: 'passed' }),
      ...spread(T0, T0 + 30 * MINUTE, 90, { disposition: 'blocked' }),
    ];
    const log = await addSource(engine, rows);
    const part = await addSource(engine, spread(T0, T0 + 30 * MINUTE, 85, { disposition: 'blocked' }), {
      role: 'detail',
    });
    expect((await aggregate(toDataset(engine, [log, part]), options)).disagreements).toEqual([]);
    const events = await addSource(
      engine,
      [
        ...spread(T0, T0 + 30 * MINUTE, 90, { disposition: 'blocked' }),
        ...spread(T0, T0 + 30 * MINUTE, 40, { disposition: 'logged' }),
      ],
      { role: 'detail', holds: 'part' },
    );
    expect((await aggregate(toDataset(engine, [log, events]), options)).disagreements).toEqual([]);
    const less = await addSource(engine, spread(T0, T0 + 30 * MINUTE, 50, { disposition: 'blocked' }), {
      role: 'detail',
    });
    expect((await aggregate(toDataset(engine, [log, less]), options)).disagreements).toMatchObject([
      { quantity: 'requests mitigated' },
    ]);
  });

  it('are compared in the time that both cover, and not at all when they count different things', async () => {
    const log = await addSource(engine, spread(T0, T0 + 30 * MINUTE, 3_600, {}));
    const half = await addSource(
      engine,
      Array.from({ length: 3 }, (_, index) => ({ t: T0 + index * 5 * MINUTE, units: 600 })),
      { intervalMs: 5 * MINUTE, role: 'detail' },
    );
    expect((await aggregate(toDataset(engine, [log, half]), options)).disagreements).toEqual([]);
    const events = await addSource(engine, spread(T0, T0 + 30 * MINUTE, 10, {}), { unit: 'events', role: 'detail' });
    const elsewhere = await addSource(engine, spread(T0 + 40 * MINUTE, T0 + 50 * MINUTE, 10, {}), { role: 'detail' });
    const brief = await addSource(engine, [{ t: T0 + 2 * MINUTE + 1 }], { intervalMs: 0, role: 'detail' });
    const long = await addSource(engine, [{ t: T0, units: 5 }], { intervalMs: 60 * MINUTE, role: 'detail' });
    expect((await aggregate(toDataset(engine, [log, events, elsewhere, long]), options)).disagreements).toEqual([]);
    expect((await aggregate(toDataset(engine, [log, brief]), options)).disagreements).toHaveLength(1);
    // The log lost twenty minutes that the other source has: a gap, not a contradiction.
    const torn = await addSource(engine, [
      ...spread(T0, T0 + 20 * MINUTE, 2_400, {}),
      ...spread(T0 + 40 * MINUTE, T0 + 60 * MINUTE, 2_400, {}),
    ]);
    const whole = await addSource(
      engine,
      Array.from({ length: 12 }, (_, index) => ({ t: T0 + index * 5 * MINUTE, units: 600 })),
      { intervalMs: 5 * MINUTE, role: 'detail' },
    );
    const hour = { ...options, window: { start: T0, end: T0 + 60 * MINUTE } };
    expect((await aggregate(toDataset(engine, [torn, whole]), hour)).disagreements).toEqual([]);
  });
});

describe('sources of all kinds', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  it('with five-minute buckets have one peak, no onset and no minutes', async () => {
    const rows = [10, 10, 900, 950, 10, 10].map(
      (units, index): TrafficRow => ({
        t: T0 + 7 * SECOND + index * 5 * MINUTE,
        units: units * 1_000,
        disposition: index === 2 || index === 3 ? 'blocked' : 'passed',
      }),
    );
    const source = await addSource(engine, rows, { intervalMs: 5 * MINUTE });
    const stats = await aggregate(toDataset(engine, [source]), {
      window: { start: T0, end: T0 + 30 * MINUTE },
      mergeGapMs: MERGE_GAP,
      signal,
    });
    const [layer] = stats.layers;
    expect(layer?.peaks).toMatchObject([
      {
        metric: 'requests/s',
        headline: true,
        measure: { value: 950_000 / 300, windowMs: 5 * MINUTE, at: T0 + 7 * SECOND + 15 * MINUTE },
      },
    ]);
    expect(layer?.minutes).toEqual([]);
    expect(layer?.series[0]).toMatchObject({ intervalMs: 5 * MINUTE, start: T0 + 7 * SECOND - 5 * MINUTE });
    expect(layer).not.toHaveProperty('onset');
    expect(stats.waves).toMatchObject([
      { start: T0 + 7 * SECOND + 10 * MINUTE, end: T0 + 7 * SECOND + 20 * MINUTE, uncertaintyMs: 5 * MINUTE },
    ]);
    expect(layer?.during?.total.value).toBe(1_850_000);
  });

  it('keep the rate of a steady stream at both ends of a period that cuts buckets in two', async () => {
    // Ten requests a second from 12:50 to 14:40; the period of the report begins and ends in the middle of a bucket.
    const rows = Array.from(
      { length: 22 },
      (_, index): TrafficRow => ({ t: T0 + (index - 2) * 5 * MINUTE, units: 3_000, disposition: 'passed' }),
    );
    const source = await addSource(engine, rows, { intervalMs: 5 * MINUTE });
    const [layer] = (
      await aggregate(toDataset(engine, [source]), {
        window: { start: T0 + 2 * MINUTE, end: T0 + 62 * MINUTE },
        mergeGapMs: MERGE_GAP,
        signal,
      })
    ).layers;
    expect(layer?.whole.meanRate).toMatchObject({ value: 10, windowMs: 60 * MINUTE });
    expect(layer?.series[0]?.lines).toEqual([{ key: 'passed', values: [null, ...new Array(12).fill(10)] }]);
    expect(layer?.distributions[0]?.mean.value).toBe(10);
    // 13:05 to 14:05: the buckets whose start lies inside.
    expect(layer?.coverage).toMatchObject({
      window: { start: T0 + 5 * MINUTE, end: T0 + 65 * MINUTE },
      completeness: 1,
    });
  });

  it('that count only bytes are told in bytes and bits', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, index): TrafficRow => ({ t: T0 + index * MINUTE, units: null, bytes: 7_500_000 }),
    );
    const source = await addSource(engine, rows, { layer: 'network', intervalMs: MINUTE });
    const [layer] = (await aggregate(toDataset(engine, [source]), { mergeGapMs: MERGE_GAP, signal })).layers;
    expect(layer).toMatchObject({
      unit: 'bytes',
      whole: { total: { value: 150_000_000, unit: 'bytes' }, meanRate: { value: 1_000_000, unit: 'bits/s' } },
    });
    expect(layer?.peaks.map((peak) => [peak.metric, peak.measure.value])).toEqual([['bits/s', 1_000_000]]);
    expect(layer?.whole).not.toHaveProperty('bytes');
    expect(layer?.distributions[0]?.p50.value).toBe(1_000_000);
  });

  it('with a hole show the hole', async () => {
    const rows = [...spread(T0, T0 + 10 * MINUTE, 3_000, {}), ...spread(T0 + 15 * MINUTE, T0 + 30 * MINUTE, 4_500, {})];
    const source = await addSource(engine, rows);
    const [layer] = (
      await aggregate(toDataset(engine, [source]), {
        window: { start: T0, end: T0 + 60 * MINUTE },
        mergeGapMs: MERGE_GAP,
        signal,
      })
    ).layers;
    expect(layer?.coverage).toEqual({
      window: { start: T0, end: T0 + 30 * MINUTE },
      gaps: [{ start: T0 + 10 * MINUTE, end: T0 + 15 * MINUTE }],
      completeness: 25 / 60,
    });
    expect(layer?.whole.meanRate.value).toBe(5);
    const values = layer?.series[0]?.lines[0]?.values ?? [];
    expect(values[0]).toBe(5);
    expect(values[70]).toBeNull();
    expect(values.at(-1)).toBeNull();
    expect(layer?.minutes.some((minute) => minute.start === T0 + 12 * MINUTE)).toBe(false);
    expect(layer?.distributions[0]?.p50.value).toBe(5);
  });

  it('outside the window, or without any row, do not exist', async () => {
    const late = await addSource(engine, spread(T0 + 60 * MINUTE, T0 + 70 * MINUTE, 100, {}));
    const empty = await addSource(engine, []);
    const stats = await aggregate(toDataset(engine, [late, empty]), {
      window: { start: T0, end: T0 + 30 * MINUTE },
      mergeGapMs: MERGE_GAP,
      signal,
    });
    expect(stats.layers).toEqual([]);
  });

  it('whose origin is out of reach are not called healthy', async () => {
    const up = spread(T0, T0 + 30 * MINUTE, 9_000, {
      disposition: 'passed',
      origin_ms: 40,
      at: { origin_status: '200', status: '200' },
    });
    const down = spread(T0 + 10 * MINUTE, T0 + 12 * MINUTE, 500, {
      disposition: 'passed',
      at: { origin_status: null, status: '522' },
    });
    const source = await addSource(engine, [
      ...up,
      ...down,
      ...spread(T0 + 10 * MINUTE, T0 + 12 * MINUTE, 12_000, {
        disposition: 'blocked',
        at: { origin_status: '0', status: '403' },
      }),
    ]);
    const [layer] = (
      await aggregate(toDataset(engine, [source]), {
        window: { start: T0, end: T0 + 30 * MINUTE },
        mergeGapMs: MERGE_GAP,
        signal,
      })
    ).layers;
    expect(layer?.origin?.phases[1]).toMatchObject({
      phase: 'during',
      requests: { value: 600 },
      errors: { value: 0 },
      unreachable: { value: 500 },
    });
  });

  it('in which the origin never answered have no origin', async () => {
    const source = await addSource(
      engine,
      spread(T0, T0 + 30 * MINUTE, 3_600, { disposition: 'blocked', at: { origin_status: '0' } }),
    );
    const [layer] = (
      await aggregate(toDataset(engine, [source]), {
        window: { start: T0, end: T0 + 30 * MINUTE },
        mergeGapMs: MERGE_GAP,
        signal,
      })
    ).layers;
    expect(layer).not.toHaveProperty('origin');
  });

  it('that are sampled draw no share of errors out of a few answers, however many those stand for', async () => {
    const answer = { disposition: 'passed' as const, weight: 100 };
    const rows = [
      ...spread(T0, T0 + 5 * SECOND, 9, { ...answer, at: { origin_status: '503' } }),
      ...spread(T0 + 5 * SECOND, T0 + 10 * SECOND, 10, { ...answer, at: { origin_status: '503' } }),
      ...spread(T0 + 10 * SECOND, T0 + 30 * MINUTE, 3_000, { ...answer, at: { origin_status: '200' } }),
    ];
    const source = await addSource(engine, rows);
    const window = { start: T0, end: T0 + 30 * MINUTE };
    const [layer] = (await aggregate(toDataset(engine, [source]), { window, mergeGapMs: MERGE_GAP, signal })).layers;
    expect(layer?.origin?.intervalMs).toBe(5 * SECOND);
    expect(layer?.origin?.errorShare.slice(0, 2)).toEqual([null, 1]);
  });

  it('that are sampled unevenly weigh the latency of each row by what it stands for', async () => {
    const rows = [
      ...spread(T0, T0 + 10 * MINUTE, 600, {
        weight: 1,
        disposition: 'passed',
        origin_ms: 10,
        at: { origin_status: '200' },
      }),
      ...spread(T0, T0 + 10 * MINUTE, 200, {
        weight: 10,
        disposition: 'passed',
        origin_ms: 700,
        at: { origin_status: '502' },
      }),
    ];
    const source = await addSource(engine, rows, { kind: 'estimated' });
    const timeline = [entry('attack_start', T0), entry('attack_end', T0 + 10 * MINUTE)];
    const [layer] = (
      await aggregate(toDataset(engine, [source], { timeline }), {
        window: { start: T0, end: T0 + 10 * MINUTE },
        mergeGapMs: MERGE_GAP,
        signal,
      })
    ).layers;
    // 2,000 of 2,600 answers took 700 ms: the median is slow although three of four rows are fast.
    expect(layer?.origin?.phases).toMatchObject([
      {
        phase: 'during',
        p50: { value: 700, sampleCount: 800 },
        errors: { value: 2_000, sampleCount: 200 },
        errorShare: { value: 2_000 / 2_600 },
      },
    ]);
    const share = layer?.origin?.phases[0]?.errorShare.interval;
    expect(share?.lower).toBeGreaterThan(0.7);
    expect(share?.upper).toBeLessThan(0.83);
  });
});
