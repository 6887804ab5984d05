import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/aggregate/aggregate.ts';
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

  it('of half the usual traffic begins before its first mitigation, and is no new usual level however long it lasts', async () => {
    const begin = T0 + 15 * MINUTE;
    const stopped: TrafficRow = { disposition: 'blocked', at: { mitigation_system: 'ddos-managed' } };
    const rows = [
      ...quiet({ disposition: 'passed', at: { mitigation_system: null } }),
      ...spread(begin, begin + 20 * SECOND, 50, { disposition: 'passed', at: { mitigation_system: null } }),
      ...spread(begin + 20 * SECOND, begin + 15 * MINUTE, 2_200, stopped),
    ];
    const source = await addSource(engine, rows);
    const { waves, clocks } = await aggregate(toDataset(engine, [source]), options);
    expect(waves).toHaveLength(1);
    expect(Math.abs((waves[0]?.start ?? 0) - begin)).toBeLessThanOrEqual(2 * SECOND);
    expect(clocks.timeToMitigate?.value).toBeGreaterThan(17 * SECOND);
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

  it('in a log are as many waves as the times they come back after a silence, if that is no gap of a thin sample', async () => {
    const named = (id: string) => ({ disposition: 'blocked' as const, at: { attack_id: id, transport: 'udp' } });
    const back = [
      ...spread(T0 + 10 * MINUTE, T0 + 12 * MINUTE, 4_000, named('x1')),
      ...spread(T0 + 17 * MINUTE, T0 + 19 * MINUTE, 4_000, named('x1')),
    ];
    const thin = spread(T0 + 10 * MINUTE, T0 + 30 * MINUTE, 8, named('x2'));
    const passed = spread(T0, T0 + 40 * MINUTE, 12_000, {
      disposition: 'passed',
      at: { attack_id: null, transport: 'udp' },
    });
    const network = { layer: 'network', unit: 'packets' } as const;
    const window = { start: T0, end: T0 + 40 * MINUTE };
    const options = { window, mergeGapMs: MERGE_GAP, signal };
    const source = await addSource(engine, [...passed, ...back], network);
    const stats = await aggregate(toDataset(engine, [source]), options);
    expect(stats.attackIds).toMatchObject([{ id: 'x1', wave: 1 }]);
    expect(stats.waves).toMatchObject([
      { start: T0 + 10 * MINUTE, end: T0 + 12 * MINUTE, attackIds: ['x1'] },
      { start: T0 + 17 * MINUTE, end: T0 + 19 * MINUTE, attackIds: ['x1'] },
    ]);
    const sparse = await addSource(engine, [...passed, ...thin], network);
    const one = await aggregate(toDataset(engine, [sparse]), options);
    expect(one.waves).toMatchObject([{ start: T0 + 10 * MINUTE, attackIds: ['x2'] }]);
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
