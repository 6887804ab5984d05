import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { addSource, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const MINUTE = 60_000;
const START = T0 + 20 * MINUTE;
const END = START + 12 * MINUTE;
const BROWSERS = ['chrome', 'firefox', 'safari'];

/** Requests of three browsers at 8 a second, uneven from minute to minute. */
const clients: TrafficRow[] = Array.from({ length: 44 }, (_, minute) =>
  spread(T0 + minute * MINUTE, T0 + (minute + 1) * MINUTE, 480 + ((minute * 37) % 90), { disposition: 'passed' }),
)
  .flat()
  .map((row, index) => ({
    ...row,
    at: { ja4: BROWSERS[index % 3] ?? null, path: `/p${index % 40}`, source_ip: `192.0.2.${index % 200}` },
  }));

/** So many requests in twelve minutes, of one program on so many machines. */
function requests(count: number, senders: number, row: TrafficRow, ja4?: string): TrafficRow[] {
  return spread(START, END, count, row).map((one, index) => ({
    ...one,
    at: {
      ja4: ja4 ?? BROWSERS[index % 3] ?? null,
      path: `/p${index % 40}`,
      source_ip: `198.51.100.${index % senders}`,
      ...row.at,
    },
  }));
}

describe('an attack that drowns in all traffic', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  const analyse = async (rows: readonly TrafficRow[]) =>
    aggregate(toDataset(engine, [await addSource(engine, rows)]), {
      window: { start: T0, end: T0 + 44 * MINUTE },
      mergeGapMs: 2 * MINUTE,
      signal: new AbortController().signal,
    });

  it('is seen in the traffic of its tool, to the record, although nothing was done about it', async () => {
    const stats = await analyse([...clients, ...requests(2_160, 200, { disposition: 'passed' }, 'tool')]);
    expect(stats.waves).toMatchObject([{ start: START, basis: 'volume' }]);
    expect(Math.abs((stats.waves[0]?.end ?? 0) - END)).toBeLessThan(1_000);
    expect(stats.signatures.map(({ all }) => all)).toEqual([[{ field: 'JA4', op: 'eq', value: 'tool' }]]);
    expect(stats.layers[0]?.attack?.total.value).toBe(2_160);
  });

  it('is seen at a tenth of the usual traffic where it was mitigated', async () => {
    const blocked: TrafficRow = { disposition: 'blocked', at: { mitigation_system: 'ddos-managed' } };
    const stats = await analyse([...clients, ...requests(576, 200, blocked, 'tool')]);
    expect(stats.waves).toMatchObject([{ start: START, basis: 'mitigation' }]);
    expect(stats.layers[0]?.attack).toMatchObject({ total: { value: 576 }, mitigated: { value: 576 } });
  });

  it('is none of a crowd of as many, nor of one partner with a new program', async () => {
    const crowd = await analyse([...clients, ...requests(2_160, 200, { disposition: 'passed' })]);
    expect(crowd.waves).toEqual([]);
    const partner = await analyse([...clients, ...requests(2_160, 3, { disposition: 'passed' }, 'importer')]);
    expect(partner.waves).toEqual([]);
  });

  it('is no scanner that a rule of the customer stops, nor a single visitor who is limited', async () => {
    const scanner = requests(700, 2, { disposition: 'blocked', at: { mitigation_system: 'waf-custom' } }, 'scanner');
    expect((await analyse([...clients, ...scanner])).waves).toEqual([]);
    const visitor = requests(60, 1, { disposition: 'rate_limited', at: { mitigation_system: 'rate-limiting' } });
    expect((await analyse([...clients, ...visitor])).waves).toEqual([]);
  });
});
