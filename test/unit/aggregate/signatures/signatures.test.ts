import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate } from '../../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../../src/engine/engine.ts';
import { addSource, openTraffic, spread, T0, type TrafficRow, toDataset } from '../traffic-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const options = {
  window: { start: T0, end: T0 + 40 * MINUTE },
  mergeGapMs: 120_000,
  signal: new AbortController().signal,
};

/** 5 requests a second of three kinds of browser, some of which a rule of the customer stops at all times. */
function clients(): TrafficRow[] {
  return spread(T0, T0 + 40 * MINUTE, 12_000, {}).map((row, index) => ({
    ...row,
    disposition: index % 100 === 0 ? ('blocked' as const) : ('passed' as const),
    at: {
      ja4: ['chrome', 'firefox', 'safari'][index % 3] ?? null,
      path: ['/', '/search', '/cart', '/login'][index % 4] ?? null,
      source_ip: `192.0.2.${index % 200}`,
      origin_status: index % 2 === 0 ? '200' : null,
      rule: index % 100 === 0 ? 'scans' : null,
      mitigation_system: index % 100 === 0 ? 'waf-managed' : null,
    },
  }));
}

const flood = (start: number, end: number, count: number, row: TrafficRow, ja4 = 'tool') =>
  spread(start, end, count, row).map((one, index) => ({
    ...one,
    at: { ja4, path: '/search', source_ip: `198.51.100.${index % 250}`, origin_status: null, ...row.at },
  }));

/** Visitors who come back in crowds. */
const crowd = (start: number, end: number, count: number, row: TrafficRow = { disposition: 'passed' }) =>
  spread(start, end, count, row).map((one, index) => ({
    ...one,
    at: {
      ja4: ['chrome', 'firefox', 'safari'][index % 3] ?? null,
      path: '/',
      source_ip: `192.0.2.${index % 200}`,
      ...row.at,
    },
  }));

describe('a flood with a fingerprint of its own', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());
  const start = T0 + 20 * MINUTE;
  const stopped: TrafficRow = { disposition: 'blocked', at: { mitigation_system: 'ddos-managed', rule: 'flood' } };

  it('is contained when what the signature matches is, whatever else comes and goes', async () => {
    const rows = [
      ...clients(),
      ...flood(start, start + 20 * SECOND, 1_000, { disposition: 'passed', at: {} }),
      ...flood(start + 20 * SECOND, start + 5 * MINUTE, 14_000, stopped),
      // Visitors come back in crowds while the flood is stopped: 20 a second more, let through.
      ...crowd(start + 40 * SECOND, start + 60 * SECOND, 400),
    ];
    const stats = await aggregate(toDataset(engine, [await addSource(engine, rows)]), options);
    expect(stats.signatures).toHaveLength(1);
    expect(stats.clocks.contained?.at).toBe(start + 20 * SECOND);
  });

  it('is counted to the request: what was stopped, what leaked, what the origin answered and whom the defence hurt', async () => {
    const rows = [
      ...clients(),
      ...flood(start, start + 20 * SECOND, 1_000, { disposition: 'passed', at: { origin_status: '503' } }),
      ...flood(start + 20 * SECOND, start + 5 * MINUTE, 14_000, stopped),
      ...spread(start + MINUTE, start + 4 * MINUTE, 7, {
        disposition: 'blocked',
        at: { ja4: 'chrome', path: '/', source_ip: '192.0.2.1', mitigation_system: 'ddos-managed', rule: 'flood' },
      }),
    ];
    const stats = await aggregate(toDataset(engine, [await addSource(engine, rows)]), options);
    expect(stats.abstained).toEqual([]);
    expect(stats.signatures.map(({ all }) => all)).toEqual([[{ field: 'JA4', op: 'eq', value: 'tool' }]]);
    const [signature] = stats.signatures;
    expect(signature?.scope).toEqual([{ field: 'ClientRequestPath', op: 'eq', value: '/search' }]);
    // Hold-out: the last 30 % of 19.5 minutes at 5 a second is 1,755 requests and none matches.
    expect(signature?.holdOut).toMatchObject({ value: 1_755, unit: 'requests' });
    expect(signature?.collateral).toMatchObject({ value: 0, interval: { lower: 0, upper: 3 / 1_755 } });
    expect(signature?.waves).toMatchObject([
      { number: 1, matched: { value: 15_000 }, mitigated: { value: 14_000 }, leaked: { value: 1_000 } },
    ]);
    expect(stats.layers[0]?.attack).toMatchObject({
      basis: 'signature',
      total: { value: 15_000 },
      mitigated: { value: 14_000 },
      leaked: { value: 1_000 },
      reachedOrigin: { value: 1_000 },
      legitimateMitigated: { value: 7 },
    });
    const attack = stats.layers[0]?.attack;
    expect(attack?.efficacy?.value).toBeCloseTo(14 / 15, 12);
    // From 30 s before the attack to the end 20.5 minutes at 5 a second and 7 more match nothing: 6,157. As legitimate as they are at
    // most 3/1,755 of as many could match: 10.52 expected, 10.52 + 1.96 × √10.52 = 16.88 at most. Any of them may have been stopped.
    // The 7 stopped by mistake exceed the even traffic before, and could be attack that nothing matches, stopped or not.
    expect(attack?.total).toMatchObject({ kind: 'estimated', interval: { lower: 15_000 - 17, upper: 15_000 + 7 } });
    expect(attack?.mitigated?.interval).toEqual({ lower: 14_000 - 17, upper: 14_000 });
    expect(attack?.leaked?.interval).toEqual({ lower: 1_000 - 17, upper: 1_000 + 7 });
    expect(attack?.efficacy?.interval?.lower).toBeCloseTo(13_983 / 14_990, 12);
    expect(attack?.efficacy?.interval?.upper).toBeCloseTo(14_007 / 14_990, 12);
    expect(stats.layers[0]?.attack?.excess?.value).toBeGreaterThan(14_500);
  });

  it('may have hurt as many as a single unseen record of the flood stands for, where little was sampled', async () => {
    const sampled = (rows: readonly TrafficRow[], weight: number) => rows.map((row) => ({ ...row, weight }));
    const rows = [
      ...sampled(clients(), 10),
      ...sampled(flood(start, start + 5 * MINUTE, 14_000, stopped), 100),
      ...sampled(
        spread(start + MINUTE, start + 2 * MINUTE, 1, {
          disposition: 'blocked',
          at: { ja4: 'chrome', path: '/', source_ip: '192.0.2.1', mitigation_system: 'ddos-managed', rule: 'flood' },
        }),
        10,
      ),
    ];
    const stats = await aggregate(toDataset(engine, [await addSource(engine, rows)]), options);
    const hurt = stats.layers[0]?.attack?.legitimateMitigated;
    expect(hurt).toMatchObject({ value: 10, sampleCount: 1 });
    // One more of weight 100, of which there may have been one per hundred: 10 + 99 z²/2 + z √(90 + 99² z²/4).
    expect(hurt?.interval?.upper).toBeCloseTo(10 + 190.15 + Math.sqrt(90 * 3.8415 + 190.15 ** 2), 0);
  });

  it('ends before the visitors who come back right after it, unless defences stop those too', async () => {
    const over = start + 5 * MINUTE;
    const attack = flood(start, over, 15_000, stopped);
    const endOf = async (rows: readonly TrafficRow[]) =>
      (await aggregate(toDataset(engine, [await addSource(engine, rows)]), options)).waves.map(({ end }) => end);
    const back = crowd(over + 2 * SECOND, over + 132 * SECOND, 2_600);
    expect(await endOf([...clients(), ...attack, ...back])).toEqual([over - 20 + 1]);
    const hit = crowd(over + 2 * SECOND, over + 132 * SECOND, 2_600, stopped);
    expect((await endOf([...clients(), ...attack, ...hit]))[0]).toBeGreaterThan(over + 120 * SECOND);
  });

  it('is two waves where only visitors came between', async () => {
    const rows = [
      ...clients(),
      ...flood(start, start + MINUTE, 3_000, stopped),
      ...crowd(start + 2 * MINUTE, start + 3 * MINUTE, 1_800),
      ...flood(start + 4 * MINUTE, start + 5 * MINUTE, 3_000, stopped),
    ];
    const { waves } = await aggregate(toDataset(engine, [await addSource(engine, rows)]), options);
    expect(waves).toMatchObject([
      { start, end: start + MINUTE - 20 + 1 },
      { start: start + 4 * MINUTE, end: start + 5 * MINUTE - 20 + 1 },
    ]);
  });

  it('is no signature where too few records show what is usual', async () => {
    const rows = [
      ...clients().filter((_, index) => index % 4 === 0),
      ...flood(start, start + 5 * MINUTE, 14_000, stopped),
    ];
    const stats = await aggregate(toDataset(engine, [await addSource(engine, rows)]), options);
    expect(stats.signatures).toEqual([]);
    expect(stats.abstained).toEqual([{ layer: 'http', reason: 'too-little-baseline' }]);
    expect(stats.layers[0]?.attack?.basis).toBe('excess');
  });

  it('is an attack by its tool alone, while a crowd on one page is a surge', async () => {
    const tool = flood(start, start + 5 * MINUTE, 10_000, { disposition: 'passed' });
    const attacked = await aggregate(toDataset(engine, [await addSource(engine, [...clients(), ...tool])]), options);
    // One request every 30 ms: the wave ends right after the last of them.
    expect(attacked.waves).toMatchObject([{ start, end: start + 5 * MINUTE - 30 + 1, basis: 'volume' }]);
    expect(attacked.surges).toEqual([]);
    const crowd = tool.map((row, index) => ({
      ...row,
      at: { ...row.at, path: '/sale', ja4: ['chrome', 'firefox', 'safari'][index % 3] ?? null },
    }));
    const crowded = await aggregate(toDataset(engine, [await addSource(engine, [...clients(), ...crowd])]), options);
    expect(crowded.waves).toEqual([]);
    expect(crowded.surges).toMatchObject([{ layer: 'http', start, end: start + 5 * MINUTE, total: { value: 11_500 } }]);
    expect(crowded.surges[0]?.expected.value).toBeGreaterThan(1_300);
    expect(crowded.surges[0]?.expected.value).toBeLessThan(1_700);
  });

  it('is the same signature from the records in any order', async () => {
    const rows = [...clients(), ...flood(start, start + 5 * MINUTE, 14_000, stopped)];
    const turned = [...rows.slice(7_777), ...rows.slice(0, 7_777)].reverse();
    const [one, other] = [
      await aggregate(toDataset(engine, [await addSource(engine, rows)]), options),
      await aggregate(toDataset(engine, [await addSource(engine, turned)]), options),
    ];
    const plain = ({ signatures }: typeof one) => JSON.stringify(signatures).replaceAll(/"in\d+"/g, '""');
    expect(plain(other)).toBe(plain(one));
  });
});
