import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackStats, aggregate } from '../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { ReportedAttack } from '../../../src/ingest/ingest.ts';
import { addSource, entry, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const MERGE_GAP = 120_000;
const signal = new AbortController().signal;

function reported(
  id: string,
  start: number | undefined,
  end: number | undefined,
  rest: Partial<ReportedAttack> = {},
): ReportedAttack {
  return {
    id,
    system: 'Cloudflare dosd',
    layer: 'network',
    window: { ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
    peak: {},
    total: {},
    status: 'ended',
    input: 'in7',
    ...rest,
  };
}

describe('an HTTP flood in an unsampled log', () => {
  let engine: Engine;
  let stats: AttackStats;
  // 30 minutes at 5 requests a second; from 13:10:07 to 13:14:00 a flood of 125 a second, of which the first 23 s pass.
  const attackStart = T0 + 10 * MINUTE + 7 * SECOND;
  const mitigatedAt = attackStart + 23 * SECOND;
  const attackEnd = T0 + 14 * MINUTE;

  beforeAll(async () => {
    engine = await openTraffic();
    const client = {
      source_country: 'DE',
      source_asn: '64500',
      host: 'www.example.com',
      path: '/',
      origin_status: '200',
      status: '200',
      mitigation_system: null,
      rule: null,
      action: null,
    };
    const bot = { ...client, source_country: 'FR', source_asn: '64501', path: '/login' };
    const blocked = {
      ...bot,
      origin_status: null,
      status: '403',
      mitigation_system: 'ddos-managed',
      rule: 'r-ddos',
      action: 'block',
    };
    const rows = [
      ...spread(T0, T0 + 30 * MINUTE, 9_000, {
        disposition: 'passed',
        bytes: 1_000,
        origin_ms: 50,
        source_as_name: 'Example Access',
        at: client,
      }),
      ...spread(attackStart, mitigatedAt, 23 * 125, {
        disposition: 'passed',
        bytes: 500,
        origin_ms: 900,
        at: { ...bot, origin_status: '503' },
      }),
      ...spread(mitigatedAt, attackEnd, 210 * 125, {
        disposition: 'blocked',
        bytes: 200,
        rule_name: 'HTTP flood',
        at: blocked,
      }),
      // Known to nobody: neither source nor outcome.
      ...spread(attackStart, attackEnd, 100, { disposition: null, bytes: null, at: {} }),
    ];
    const source = await addSource(engine, rows);
    stats = await aggregate(toDataset(engine, [source]), {
      window: { start: T0, end: T0 + 30 * MINUTE },
      mergeGapMs: MERGE_GAP,
      signal,
    });
  });
  afterAll(() => engine.close());
  const http = () => {
    const [layer] = stats.layers;
    if (!layer) throw new Error('the HTTP layer is missing');
    return layer;
  };

  it('is one wave with edges to the second, found by what was mitigated', () => {
    expect(stats.waves).toHaveLength(1);
    expect(stats.waves[0]).toMatchObject({
      number: 1,
      start: attackStart,
      end: attackEnd,
      uncertaintyMs: SECOND,
      basis: 'mitigation',
      layers: ['http'],
      targets: ['www.example.com'],
      vectors: ['HTTP flood'],
    });
    expect(stats.duration.calendar?.value).toBe(233 * SECOND);
    expect(stats.duration.active?.value).toBe(233 * SECOND);
  });

  it('was mitigated and contained after 23 s', () => {
    expect(stats.clocks.firstAttack?.at).toBe(attackStart);
    expect(stats.clocks.timeToDetect?.value).toBe(23 * SECOND);
    expect(stats.clocks.timeToMitigate).toMatchObject({ value: 23 * SECOND, kind: 'counted' });
    expect(stats.clocks.timeToContain?.value).toBe(23 * SECOND);
    expect(stats.clocks.ended?.at).toBe(attackEnd);
  });

  it('adds up exactly, phase by phase', () => {
    const { whole, during, before, after } = http();
    expect(whole.total.value).toBe(9_000 + 2_875 + 26_250 + 100);
    expect(before?.total.value).toBe(607 * 5);
    expect(during?.total.value).toBe(233 * 5 + 2_875 + 26_250 + 100);
    expect(after?.total.value).toBe(960 * 5);
    expect(during?.mitigated?.value).toBe(26_250);
    expect(during?.mitigatedShare?.value).toBeCloseTo(26_250 / (26_250 + 2_875 + 1_165), 12);
    expect(during?.byDisposition.map((part) => [part.disposition, part.total.value])).toEqual([
      ['blocked', 26_250],
      ['passed', 4_040],
      ['unknown', 100],
    ]);
    expect(during?.bytes?.value).toBe(1_165 * 1_000 + 2_875 * 500 + 26_250 * 200);
    expect(before?.meanRate).toMatchObject({ value: 5, unit: 'requests/s', windowMs: 607 * SECOND });
    expect(whole.total).not.toHaveProperty('interval');
  });

  it('tells the attack from legitimate traffic by the level before', () => {
    expect(http().attack).toMatchObject({
      basis: 'excess',
      total: { value: 29_225, kind: 'estimated' },
      mitigated: { value: 26_250 },
      leaked: { value: 2_975 },
      efficacy: { value: 26_250 / 29_225 },
    });
  });

  it('has a peak for every window and publishes the one of 10 s', () => {
    const requests = http().peaks.filter((peak) => peak.metric === 'requests/s');
    expect(requests.map((peak) => [peak.measure.windowMs, peak.headline])).toEqual([
      [SECOND, false],
      [10 * SECOND, true],
      [MINUTE, false],
    ]);
    expect(requests[1]?.measure.value).toBeCloseTo(130.45, 0);
    expect(http().peaks.some((peak) => peak.metric === 'bits/s' && peak.headline)).toBe(true);
    expect(stats.waves[0]?.peaks.map((peak) => peak.unit)).toEqual(['requests/s', 'bits/s']);
  });

  it('counts empty seconds in its percentiles as they are', () => {
    const [distribution] = http().distributions;
    // 180 buckets of 10 s; 23 of them in the attack: the median is quiet, p95 is the flood.
    expect(distribution).toMatchObject({ metric: 'requests/s', bucketMs: 10 * SECOND, p50: { value: 5 } });
    expect(distribution?.p95.value).toBeGreaterThan(129);
  });

  it('closes every list', () => {
    for (const breakdown of http().breakdowns) {
      const listed = breakdown.items.reduce((sum, item) => sum + item.total.value, 0);
      expect(listed + breakdown.other.value + breakdown.unknown.value).toBe(breakdown.total.value);
      expect(breakdown.total.value).toBe(http().during?.total.value);
      expect(breakdown.scope).toBe('attack');
    }
    const networks = http().breakdowns.find((breakdown) => breakdown.dimension === 'source_asn');
    expect(
      networks?.items.map((item) => [item.label, item.total.value, item.mitigated?.value, item.shareBefore]),
    ).toEqual([
      ['AS64501', 29_125, 26_250, 0],
      ['AS64500 Example Access', 1_165, 0, 1],
    ]);
    expect(networks?.unknown.value).toBe(100);
    expect(networks?.distinct).toMatchObject({ value: 2, kind: 'counted' });
    expect(networks?.concentration.map((point) => point.rank)).toEqual([1, 2]);
    expect(networks?.concentration[1]?.share).toBeCloseTo(30_290 / 30_390, 12);
  });

  it('names the system and the rule that acted', () => {
    expect(http().systems).toMatchObject([
      { system: 'ddos-managed', mitigated: { value: 26_250 }, share: { value: 1 }, firstAt: mitigatedAt },
    ]);
    expect(http().rules).toMatchObject([
      {
        id: 'r-ddos',
        name: 'HTTP flood',
        system: 'ddos-managed',
        action: 'block',
        disposition: 'blocked',
        total: { value: 26_250 },
        firstAt: mitigatedAt,
        before: { value: 0 },
      },
    ]);
  });

  it('shows the origin in trouble', () => {
    const origin = http().origin;
    expect(
      origin?.phases.map((phase) => [
        phase.phase,
        phase.requests.value,
        phase.errors.value,
        phase.p50?.value,
        phase.p95?.value,
      ]),
    ).toEqual([
      ['before', 3_035, 0, 50, 50],
      ['during', 4_040, 2_875, 900, 900],
      ['after', 4_800, 0, 50, 50],
    ]);
    expect(origin?.intervalMs).toBe(5 * SECOND);
    expect(origin?.errorShare).toHaveLength(360);
    expect(origin?.errorShare[124]).toBeCloseTo(125 / 130, 6);
    expect(origin?.p95Ms[0]).toBe(50);
  });

  it('keeps the volumes of each minute', () => {
    expect(http().minutes).toHaveLength(30);
    expect(http().minutes[0]).toMatchObject({
      start: T0,
      total: { value: 300 },
      mitigated: { value: 0 },
      bytes: { value: 300_000 },
      origin: { value: 300 },
      origin5xx: { value: 0 },
    });
    expect(http().minutes.reduce((sum, minute) => sum + minute.total.value, 0)).toBe(http().whole.total.value);
    expect(http().minutes.reduce((sum, minute) => sum + (minute.origin?.value ?? 0), 0)).toBe(11_875);
  });

  it('draws the traffic by disposition and by system, adding up to the total', () => {
    const series = http().series.find((one) => one.by === 'disposition' && one.metric === 'requests/s');
    expect(series?.intervalMs).toBe(5 * SECOND);
    const volume = (series?.lines ?? [])
      .flatMap((line) => line.values)
      .reduce<number>((sum, rate) => sum + (rate ?? 0) * 5, 0);
    expect(volume).toBeCloseTo(http().whole.total.value, 6);
    const systems = http().series.find((one) => one.by === 'mitigation_system');
    expect(systems?.lines.map((line) => line.key)).toEqual(['ddos-managed', 'none']);
    expect(http().onset).toMatchObject({ intervalMs: SECOND, start: attackStart - 30 * SECOND });
    expect(http().onset?.lines[0]?.values).toHaveLength(30 + 23 + 60);
    expect(http().targetSeries).toMatchObject({ dimension: 'path', rows: [{ key: '/login' }, { key: '/' }] });
  });

  it('covers the whole window without a gap', () => {
    expect(http().coverage).toEqual({ window: { start: T0, end: T0 + 30 * MINUTE }, gaps: [], completeness: 1 });
  });

  it('leaves nothing behind in the engine', async () => {
    const [left] = await engine.query<{ count: number }>(
      "select count(*) as count from information_schema.tables where table_name like 'debrief_%'",
    );
    expect(left?.count).toBe(0);
  });
});

describe('what is and what is not an attack', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  const quiet = (rest: TrafficRow = { disposition: 'passed' }) => spread(T0, T0 + 40 * MINUTE, 40 * 60 * 5, rest);
  const options = { window: { start: T0, end: T0 + 40 * MINUTE }, mergeGapMs: MERGE_GAP, signal };

  it('is none in a quiet hour', async () => {
    const source = await addSource(engine, quiet());
    const stats = await aggregate(toDataset(engine, [source]), options);
    expect(stats.waves).toEqual([]);
    expect(stats.duration).toEqual({});
    expect(stats.clocks).toEqual({ conflicts: [] });
    expect(stats.layers[0]).not.toHaveProperty('during');
    expect(stats.layers[0]).not.toHaveProperty('onset');
  });

  it('is not a crowd, of which the usual small part is rate limited', async () => {
    const crowd = (count: number, at: number) =>
      spread(at, at + 5 * MINUTE, count, { disposition: 'passed', at: { mitigation_system: null } });
    const limited = (start: number, end: number, count: number) =>
      spread(start, end, count, { disposition: 'rate_limited', at: { mitigation_system: 'rate-limiting' } });
    const rows = [
      ...quiet(),
      ...crowd(15_000, T0 + 20 * MINUTE),
      ...limited(T0, T0 + 40 * MINUTE, 600),
      ...limited(T0 + 20 * MINUTE, T0 + 25 * MINUTE, 750),
    ];
    const source = await addSource(engine, rows);
    expect((await aggregate(toDataset(engine, [source]), options)).waves).toEqual([]);
  });

  it('is a surge that the timeline calls one, even internally', async () => {
    const source = await addSource(engine, [...quiet({}), ...spread(T0 + 20 * MINUTE, T0 + 25 * MINUTE, 15_000, {})]);
    const without = await aggregate(toDataset(engine, [source]), options);
    expect(without.waves).toEqual([]);
    const stats = await aggregate(
      toDataset(engine, [source], { timeline: [entry('alerted', T0 + 21 * MINUTE, { visibility: 'internal' })] }),
      options,
    );
    expect(stats.waves).toMatchObject([{ start: T0 + 20 * MINUTE, end: T0 + 25 * MINUTE, basis: 'volume' }]);
    expect(stats.clocks).not.toHaveProperty('alerted');
    expect(stats.layers[0]?.during).not.toHaveProperty('mitigated');
    expect(stats.layers[0]?.attack).toMatchObject({ basis: 'excess', total: { value: 15_000 } });
    expect(stats.layers[0]?.attack).not.toHaveProperty('efficacy');
  });

  it('is a low flood that does not stand out of all traffic but is mitigated', async () => {
    const low = spread(T0 + 20 * MINUTE, T0 + 30 * MINUTE, 900, {
      disposition: 'blocked',
      at: { mitigation_system: 'ddos-managed' },
    });
    const source = await addSource(engine, [...quiet(), ...low]);
    const stats = await aggregate(toDataset(engine, [source]), options);
    expect(stats.waves).toMatchObject([{ start: T0 + 20 * MINUTE, end: T0 + 30 * MINUTE, basis: 'mitigation' }]);
  });

  it('is a log that holds nothing but the attack', async () => {
    const flood = spread(T0, T0 + 10 * MINUTE, 12_000, {
      disposition: 'blocked',
      at: { mitigation_system: 'ddos-managed' },
    });
    const source = await addSource(engine, flood, { unit: 'events' });
    const stats = await aggregate(toDataset(engine, [source]), options);
    expect(stats.waves).toMatchObject([{ start: T0, end: T0 + 10 * MINUTE }]);
    expect(stats.layers[0]?.attack).toMatchObject({ basis: 'all', total: { value: 12_000, unit: 'events' } });
    expect(stats.layers[0]?.peaks[0]?.metric).toBe('events/s');
    const untilTheEnd = await aggregate(toDataset(engine, [source]), { mergeGapMs: MERGE_GAP, signal });
    expect(untilTheEnd.waves[0]).not.toHaveProperty('end');
    expect(untilTheEnd.duration).toEqual({});
  });

  it('may go on for weeks', async () => {
    const weeks = spread(T0, T0 + 16 * 24 * 60 * MINUTE, 16 * 24 * 360, {
      units: 50,
      disposition: 'blocked',
      at: { mitigation_system: 'ddos-managed' },
    });
    const source = await addSource(engine, weeks, { unit: 'events', intervalMs: 10 * SECOND });
    const window = { start: T0, end: T0 + 16 * 24 * 60 * MINUTE };
    const stats = await aggregate(toDataset(engine, [source]), { ...options, window });
    expect(stats.waves).toMatchObject([{ start: T0 }]);
    expect(stats.layers[0]?.attack?.total.value).toBe(16 * 24 * 360 * 50);
  }, 60_000);

  it('is not the daily noise of a firewall', async () => {
    const noise = spread(T0, T0 + 40 * MINUTE, 900, {
      disposition: 'blocked',
      at: { mitigation_system: 'waf-managed' },
    });
    const source = await addSource(engine, noise, { unit: 'events' });
    expect((await aggregate(toDataset(engine, [source]), options)).waves).toEqual([]);
  });

  it('runs while the data ends within it, until somebody says that it ended', async () => {
    const rows = [
      ...spread(T0, T0 + 20 * MINUTE, 20 * 60 * 5, { disposition: 'passed', at: { mitigation_system: null } }),
      ...spread(T0 + 15 * MINUTE, T0 + 20 * MINUTE, 15_000, {
        disposition: 'blocked',
        at: { mitigation_system: 'ddos-managed' },
      }),
    ];
    const source = await addSource(engine, rows);
    const running = await aggregate(toDataset(engine, [source]), options);
    expect(running.waves).toMatchObject([{ start: T0 + 15 * MINUTE }]);
    expect(running.waves[0]).not.toHaveProperty('end');
    expect(running.clocks).not.toHaveProperty('ended');
    expect(running.layers[0]).not.toHaveProperty('after');
    const closed = await aggregate(
      toDataset(engine, [source], { timeline: [entry('attack_end', T0 + 22 * MINUTE)] }),
      options,
    );
    expect(closed.waves[0]?.end).toBe(T0 + 22 * MINUTE);
    expect(closed.clocks.ended).toMatchObject({ at: T0 + 22 * MINUTE, from: 'timeline' });
  });

  it('is two waves when the pause is as long as the merge gap', async () => {
    const flood = (start: number, end: number) =>
      spread(start, end, ((end - start) / SECOND) * 50, {
        disposition: 'blocked',
        at: { mitigation_system: 'ddos-managed' },
      });
    const at = (minutes: number) => T0 + minutes * MINUTE;
    const near = await addSource(engine, [...quiet(), ...flood(at(10), at(12)), ...flood(at(13), at(15))]);
    expect((await aggregate(toDataset(engine, [near]), options)).waves).toHaveLength(1);
    const far = await addSource(engine, [...quiet(), ...flood(at(10), at(12)), ...flood(at(14), at(15))]);
    const stats = await aggregate(toDataset(engine, [far]), options);
    expect(stats.waves.map((wave) => [wave.start, wave.end])).toEqual([
      [at(10), at(12)],
      [at(14), at(15)],
    ]);
    expect(stats.duration.calendar?.value).toBe(5 * MINUTE);
    expect(stats.duration.active?.value).toBe(3 * MINUTE);
  });
});

describe('attack ids', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  it('alone make waves, clocks and a window', async () => {
    const attacks = [
      reported('a1', T0, T0 + 5 * MINUTE, {
        target: '198.51.100.7',
        vector: 'SYN flood',
        total: { packets: 5_000_000, bytes: 300_000_000 },
        peak: { packetsPerSecond: 40_000, bitsPerSecond: 19_200_000, windowMs: 10_000 },
      }),
      reported('a2', T0 + 6 * MINUTE, T0 + 8 * MINUTE, {
        target: '198.51.100.7',
        vector: 'UDP flood',
        peak: { requestsPerSecond: 7 },
        total: { requests: 9 },
      }),
      reported('a3', undefined, undefined, { system: 'AWS Shield' }),
    ];
    const stats = await aggregate(toDataset(engine, [], { attacks }), { mergeGapMs: MERGE_GAP, signal });
    expect(stats.window).toEqual({ start: T0, end: T0 + 8 * MINUTE });
    expect(stats.waves).toMatchObject([
      {
        start: T0,
        end: T0 + 8 * MINUTE,
        basis: 'attack-ids',
        attackIds: ['a1', 'a2'],
        vectors: ['SYN flood', 'UDP flood'],
        targets: ['198.51.100.7'],
        peaks: [],
      },
    ]);
    expect(stats.attackIds.map((attack) => [attack.id, attack.wave, attack.peak?.value, attack.peak?.unit])).toEqual([
      ['a1', 1, 19_200_000, 'bits/s'],
      ['a2', 1, 7, 'requests/s'],
      ['a3', undefined, undefined, undefined],
    ]);
    expect(stats.attackIds[0]?.packets).toEqual({
      value: 5_000_000,
      unit: 'packets',
      kind: 'reported',
      evidence: ['in7'],
    });
    expect(stats.clocks).toMatchObject({
      firstAttack: { at: T0, from: 'attack-ids', evidence: ['in7'] },
      ended: { at: T0 + 8 * MINUTE, from: 'attack-ids' },
      detected: { from: 'attack-ids' },
    });
    expect(stats.clocks).not.toHaveProperty('mitigated');
    expect(stats.layers).toEqual([]);
  });

  it('that still go on leave the attack running', async () => {
    const attacks = [
      reported('a1', T0, T0 + MINUTE, { status: 'ongoing' }),
      reported('a2', T0 + MINUTE, T0 + 2 * MINUTE),
    ];
    const stats = await aggregate(toDataset(engine, [], { attacks }), { mergeGapMs: MERGE_GAP, signal });
    expect(stats.waves).toHaveLength(1);
    expect(stats.waves[0]).not.toHaveProperty('end');
  });

  it('in sampled packets are joined with their statement, and the wave begins with the first surplus', async () => {
    const weight = 100;
    const at = {
      destination_ip: '198.51.100.7',
      transport: 'tcp',
      mitigation_system: null,
      attack_id: null,
      vector: null,
      rule: null,
    };
    const drop = { ...at, mitigation_system: 'ddos-managed', attack_id: 'x1', vector: 'SYN flood' };
    const rows = [
      ...spread(T0, T0 + 30 * MINUTE, 30 * 60 * 5, { weight, bytes: 60_000, disposition: 'passed', at }),
      ...spread(T0 + 10 * MINUTE, T0 + 10 * MINUTE + 5 * SECOND, 5 * 100, {
        weight,
        bytes: 6_000,
        disposition: 'passed',
        at,
      }),
      ...spread(T0 + 10 * MINUTE + 5 * SECOND, T0 + 12 * MINUTE, 115 * 100, {
        weight,
        bytes: 6_000,
        disposition: 'blocked',
        at: drop,
      }),
    ];
    const source = await addSource(engine, rows, { layer: 'network' });
    const attacks = [
      reported('x1', T0 + 10 * MINUTE + 4 * SECOND, T0 + 12 * MINUTE + SECOND, {
        vector: 'SYN flood (tcp)',
        total: { packets: 4_500_000 },
      }),
    ];
    const stats = await aggregate(toDataset(engine, [source], { attacks }), {
      window: { start: T0, end: T0 + 30 * MINUTE },
      mergeGapMs: MERGE_GAP,
      signal,
    });
    expect(stats.waves).toMatchObject([
      {
        start: T0 + 10 * MINUTE,
        end: T0 + 12 * MINUTE + SECOND,
        attackIds: ['x1'],
        targets: ['198.51.100.7'],
        vectors: ['SYN flood', 'SYN flood (tcp)'],
        basis: 'attack-ids',
      },
    ]);
    expect(stats.attackIds).toMatchObject([
      {
        id: 'x1',
        wave: 1,
        packets: { value: 4_500_000, kind: 'reported' },
        bytes: { value: 69_000_000, kind: 'estimated' },
        peak: { value: 10_000, windowMs: 10_000 },
      },
    ]);
    expect(stats.clocks.timeToMitigate?.value).toBe(5 * SECOND);
    expect(stats.clocks.detected).toMatchObject({ at: T0 + 10 * MINUTE + 5 * SECOND, from: 'logs' });
    const [layer] = stats.layers;
    expect(layer).toMatchObject({ layer: 'network', unit: 'packets' });
    expect(layer?.during?.mitigated).toMatchObject({ value: 1_150_000, sampleCount: 11_500, kind: 'estimated' });
    const interval = layer?.during?.mitigated?.interval;
    expect(interval?.lower).toBeLessThan(1_150_000);
    expect(interval?.upper).toBeGreaterThan(1_150_000);
    expect(interval?.upper).toBeLessThan(1_150_000 * 1.02);
    expect(layer?.series.map((series) => [series.metric, series.by])).toEqual([
      ['bits/s', 'disposition'],
      ['packets/s', 'disposition'],
      ['bits/s', 'vector'],
      ['packets/s', 'vector'],
      ['bits/s', 'mitigation_system'],
      ['packets/s', 'mitigation_system'],
    ]);
    expect(layer?.series[2]?.lines.map((line) => line.key)).toEqual(['unknown', 'SYN flood']);
    const headline = layer?.peaks
      .filter((peak) => peak.headline)
      .map((peak) => [peak.metric, peak.measure.windowMs, (peak.measure.sampleCount ?? 0) >= 1_000]);
    expect(headline).toEqual([
      ['bits/s', 10 * SECOND, true],
      ['packets/s', 10 * SECOND, true],
    ]);
    expect(layer?.rules).toEqual([]);
  });
});

describe('a case that only people describe', () => {
  it('has the waves and clocks of its timeline', async () => {
    const engine = await openTraffic();
    const timeline = [
      entry('attack_start', T0),
      entry('detected', T0 + MINUTE),
      entry('mitigation_started', T0 + 2 * MINUTE),
      entry('attack_end', T0 + 10 * MINUTE),
      entry('resolved', T0 + 60 * MINUTE),
    ];
    const stats = await aggregate(toDataset(engine, [], { timeline }), { mergeGapMs: MERGE_GAP, signal });
    expect(stats.waves).toMatchObject([{ start: T0, end: T0 + 10 * MINUTE, basis: 'timeline' }]);
    expect(stats.duration.active).toMatchObject({ value: 10 * MINUTE, kind: 'reported' });
    expect(stats.clocks.timeToMitigate).toMatchObject({ value: 2 * MINUTE, kind: 'reported', evidence: ['in9'] });
    expect(stats.clocks.timeToResolve?.value).toBe(60 * MINUTE);
    await engine.close();
  });

  it('is refused when nothing says when it was', async () => {
    const engine = await openTraffic();
    await expect(aggregate(toDataset(engine, []), { mergeGapMs: MERGE_GAP, signal })).rejects.toMatchObject({
      code: 'input-empty',
    });
    await engine.close();
  });
});

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
        at: { mitigation_system: 'ddos-managed' },
      }),
    ];
    const requests = [
      ...spread(T0, T0 + 30 * MINUTE, 3_600, { disposition: 'passed', at: { mitigation_system: null } }),
      ...spread(T0 + 10 * MINUTE, T0 + 14 * MINUTE, 12_000, {
        disposition: 'blocked',
        at: { mitigation_system: 'rate-limiting' },
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
      { start: T0 + 10 * MINUTE, end: T0 + 14 * MINUTE, layers: ['network', 'http'] },
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

describe('cancelling', () => {
  it('stops before the next statement and says so', async () => {
    const engine = await openTraffic();
    const source = await addSource(engine, spread(T0, T0 + MINUTE, 100, {}));
    const controller = new AbortController();
    controller.abort();
    await expect(
      aggregate(toDataset(engine, [source]), { mergeGapMs: MERGE_GAP, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    await engine.close();
  });

  it('interrupts the running statement', async () => {
    const engine = await openTraffic();
    const source = await addSource(engine, spread(T0, T0 + MINUTE, 100, {}));
    const controller = new AbortController();
    let interrupted = 0;
    const slow: Engine = {
      dialect: engine.dialect,
      version: engine.version,
      run: (sql, params) => engine.run(sql, params),
      query: async <T extends object>(sql: string, params?: Parameters<Engine['query']>[1]) => {
        controller.abort();
        return engine.query<T>(sql, params);
      },
      append: (table, rows) => engine.append(table, rows),
      seal: () => engine.seal(),
      interrupt: () => {
        interrupted += 1;
        engine.interrupt();
      },
      close: () => engine.close(),
    };
    await expect(
      aggregate(toDataset(slow, [source]), { mergeGapMs: MERGE_GAP, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(interrupted).toBe(1);
    await engine.close();
  });

  it('lets a defect of the engine through as it is', async () => {
    const engine = await openTraffic();
    const source = await addSource(engine, spread(T0, T0 + MINUTE, 100, {}));
    await engine.run(`drop table ${source.relation}`);
    await expect(aggregate(toDataset(engine, [source]), { mergeGapMs: MERGE_GAP, signal })).rejects.not.toMatchObject({
      code: 'cancelled',
    });
    await engine.close();
  });
});
