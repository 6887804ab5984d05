import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { addSource, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const window = { start: T0, end: T0 + 40 * MINUTE };
const options = { window, mergeGapMs: 120_000, signal: new AbortController().signal };
const start = T0 + 20 * MINUTE;

describe('what measures would have done', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  /** Ten visitors, one request a second in turn: each asks once in every window of ten seconds. */
  const visitors = (): TrafficRow[] =>
    spread(T0, window.end, 2_400, { disposition: 'passed' }).map((row, index) => ({
      ...row,
      at: {
        ja4: ['chrome', 'firefox'][index % 2] ?? null,
        path: '/search',
        source_ip: `192.0.2.${index % 10}`,
        origin_status: '200',
      },
      details: { query: `q=${index % 7}` },
    }));

  it('counts a limit at what clients kept to before the attack', async () => {
    // Visitors that ask once each give a longer baseline.
    const more = spread(T0, start - MINUTE, 3_000, { disposition: 'passed' }).map((row, index) => ({
      ...row,
      at: {
        ja4: 'safari',
        path: '/search',
        source_ip: `198.51.${Math.floor(index / 250)}.${index % 250}`,
        origin_status: '200',
      },
      details: { query: 'q=1' },
    }));
    // 20 bots send 10 requests in each of 30 windows of ten seconds, one visitor 5 in one window.
    const flood = spread(start, start + 5 * MINUTE, 6_000, { disposition: 'passed' }).map((row, index) => ({
      ...row,
      at: {
        ja4: 'tool',
        path: '/search',
        source_ip: `203.0.113.${index % 20}`,
        origin_status: '200',
        data_centre: 'FRA',
      },
      // Half of them with a parameter of their own, half with one that visitors use.
      details: { query: index % 2 === 0 ? `cb=${index}` : `q=${index}x` },
    }));
    const eager = spread(start + 100 * SECOND, start + 101 * SECOND, 5, {
      disposition: 'passed',
      at: { ja4: 'chrome', path: '/search', source_ip: '192.0.2.77', origin_status: '200' },
      details: { query: 'q=2' },
    });
    const stats = await aggregate(
      toDataset(engine, [await addSource(engine, [...visitors(), ...more, ...flood, ...eager])]),
      options,
    );
    expect(stats.signatures).toHaveLength(1);
    const remedies = stats.layers[0]?.remedies;
    // Every address asked once a window: the limit is 1, and 9 of the 10 requests of a bot in each window are beyond it.
    expect(remedies?.rateLimit).toMatchObject({
      limit: 1,
      windowMs: 10_000,
      stopped: { value: 5_400 },
      ofAttackers: { value: 0.9 },
      touched: { value: 1 },
    });
    expect(remedies?.rateLimit?.windowsBefore.value).toBe(1_200 + 3_000);
    // Of 3,000 answers to a parameter that means nothing all but the first (one path, one data centre) could have been kept.
    expect(remedies?.cacheKey).toMatchObject({ asked: { value: 3_000 }, hits: { value: 2_999 } });
  });

  it('sees a prefix stand out whose addresses do not', async () => {
    const to = (index: number) => `203.0.113.${index % 200}`;
    const packets = [
      ...spread(T0, window.end, 24_000, { disposition: 'passed' }).map((row, index) => ({
        ...row,
        at: { transport: 'udp', destination_ip: to(index), source_ip: `198.51.100.${index % 50}`, source_port: '4000' },
      })),
      // From second 2 on 400 packets a second over 200 addresses, where 10 a second are usual.
      ...spread(start + 2 * SECOND, start + 4 * MINUTE, 95_200, { disposition: 'passed' }).map((row, index) => ({
        ...row,
        at: { transport: 'udp', destination_ip: to(index), source_ip: `192.0.2.${index % 250}`, source_port: '5353' },
      })),
    ];
    const stats = await aggregate(
      toDataset(engine, [await addSource(engine, packets, { layer: 'network', unit: 'packets' })]),
      options,
    );
    expect(stats.layers[0]?.remedies?.prefixAlarm).toMatchObject({ prefix: '203.0.113.0/24', at: start + 2 * SECOND });
  });

  it('counts nothing from samples of requests', async () => {
    const rows = [
      ...visitors().map((row) => ({ ...row, weight: 10 })),
      ...spread(start, start + 4 * MINUTE, 6_000, {
        weight: 10,
        disposition: 'passed',
        at: { ja4: 'tool', path: '/search', source_ip: '203.0.113.1', origin_status: '200' },
        details: { query: 'q=1' },
      }),
    ];
    const stats = await aggregate(toDataset(engine, [await addSource(engine, rows)]), options);
    expect(stats.layers[0]).not.toHaveProperty('remedies');
  });
});
