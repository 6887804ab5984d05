import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackStats, aggregate } from '../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { addSource, openTraffic, spread, T0, toDataset } from './traffic-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const MERGE_GAP = 120_000;
const signal = new AbortController().signal;

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
      vectors: [],
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
      networks?.items.map((item) => [item.label, item.total.value, item.mitigated?.value, item.shareBefore?.value]),
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

describe('a rule that a log names only where it acted', () => {
  it('has one name, whatever it did', async () => {
    const engine = await openTraffic();
    const at = { mitigation_system: 'waf-custom', rule: 'r-search' };
    const source = await addSource(engine, [
      ...spread(T0, T0 + 20 * MINUTE, 600, { disposition: 'passed', at: {} }),
      ...spread(T0 + 10 * MINUTE, T0 + 12 * MINUTE, 12_000, { disposition: 'logged', at: { ...at, action: 'log' } }),
      ...spread(T0 + 12 * MINUTE, T0 + 14 * MINUTE, 12_000, {
        disposition: 'challenged',
        rule_name: 'Search guard',
        at: { ...at, action: 'managedchallenge' },
      }),
    ]);
    const { layers } = await aggregate(toDataset(engine, [source]), {
      window: { start: T0, end: T0 + 20 * MINUTE },
      mergeGapMs: MERGE_GAP,
      signal,
    });
    expect(layers[0]?.rules.map(({ disposition, name }) => [disposition, name])).toEqual([
      ['challenged', 'Search guard'],
      ['logged', 'Search guard'],
    ]);
    await engine.close();
  });
});
