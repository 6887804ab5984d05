import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackStats, aggregate } from '../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { vectorsOf } from '../../../src/insight/insight.ts';
import { addSource, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const MINUTE = 60_000;
const signal = new AbortController().signal;
const options = { window: { start: T0, end: T0 + 30 * MINUTE }, mergeGapMs: 120_000, signal };

describe('packets of two floods', () => {
  let engine: Engine;
  let stats: AttackStats;
  // 10 packets a second of customers for half an hour; from minute 10 to 14 a SYN flood of 100 a second over 40 addresses and
  // 25 DNS answers of 1 300 bytes a second from 50 servers.
  const attack = { start: T0 + 10 * MINUTE, end: T0 + 14 * MINUTE };

  beforeAll(async () => {
    engine = await openTraffic();
    const customer = {
      transport: 'tcp',
      tcp_flags: 'PSH-ACK',
      source_port: '50000',
      destination_port: '443',
      destination_ip: '203.0.113.1',
    };
    const rows: TrafficRow[] = [
      ...spread(T0, options.window.end, 18_000, {
        bytes: 500,
        disposition: 'passed',
        at: { ...customer, source_ip: '198.51.100.7' },
      }),
      ...spread(attack.start, attack.end, 24_000, { bytes: 60, disposition: 'blocked', at: customer }).map(
        (row, index) => ({
          ...row,
          at: {
            ...customer,
            tcp_flags: 'SYN ECE',
            source_ip: `192.0.2.${index % 200}`,
            destination_ip: `203.0.113.${index % 40}`,
          },
        }),
      ),
      ...spread(attack.start, attack.end, 6_000, { bytes: 1_300, disposition: 'blocked', at: customer }).map(
        (row, index) => ({
          ...row,
          at: {
            ...customer,
            transport: 'udp',
            tcp_flags: null,
            source_port: '53',
            source_ip: `198.51.100.${index % 50}`,
          },
        }),
      ),
    ];
    const source = await addSource(engine, rows, { layer: 'network' });
    stats = await aggregate(toDataset(engine, [source]), options);
  });
  afterAll(() => engine.close());

  it('are counted by kind against what the time before would have brought', () => {
    const [found] = stats.waves[0]?.vectorStats ?? [];
    expect(found).toMatchObject({ layer: 'network', hasBaseline: true });
    // Four minutes hold 24 000 + 6 000 + 2 400 packets, and 2 400 were to be expected.
    expect(found?.all).toMatchObject({ total: { value: 32_400 }, excess: 30_000 });
    const kinds = new Map(found?.kinds.map((one) => [one.kind, one]));
    expect(kinds.get('tcp-syn')).toMatchObject({
      total: { value: 24_000 },
      excess: 24_000,
      excessMitigated: 24_000,
      excessBytes: 1_440_000,
      shareBefore: 0,
    });
    expect(kinds.get('tcp-syn')?.share.value).toBeCloseTo(24_000 / 32_400);
    expect(kinds.get('udp-from-53')).toMatchObject({ total: { value: 6_000 }, excessBytes: 7_800_000 });
    expect(kinds.get('udp-from-53')?.sources).toBeGreaterThan(40);
    expect(kinds.get('tcp-psh-ack')).toMatchObject({ total: { value: 2_400 }, excess: 0, shareBefore: 1 });
    expect(found?.kinds.map((one) => one.kind)).toEqual(['tcp-syn', 'udp-from-53', 'tcp-psh-ack']);
  });

  it('are spread over the addresses that were hit, ordinary traffic taken off', () => {
    // 203.0.113.1 gets 600 SYN and 6 000 answers of 30 000; the others 600 each, a tenth of that not reached.
    expect(stats.waves[0]?.vectorStats[0]?.targets).toEqual({ count: 1, largestShare: 6_600 / 30_000 });
  });

  it('become vectors without any label', () => {
    expect(stats.waves.map((wave) => vectorsOf(wave).map((vector) => vector.slug))).toEqual([
      ['syn-flood', 'dns-amplification'],
    ]);
  });
});

describe('requests of a flood', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  const client = { method: 'GET', path: '/search', status: '200', http_version: 'HTTP/2' };
  /** 5 requests a second of clients, every other one with one of four queries. */
  const clients = spread(T0, options.window.end, 9_000, {}).map(
    (row, index): TrafficRow => ({
      ...row,
      disposition: 'passed',
      at: client,
      ...(index % 2 === 0 && { details: { query: `q=${['tent', 'rope', 'boot', 'axe'][(index / 2) % 4]}` } }),
    }),
  );
  /** 50 a second for four minutes. */
  const flood = (make: (index: number) => Pick<TrafficRow, 'at' | 'details'>): TrafficRow[] =>
    spread(T0 + 10 * MINUTE, T0 + 14 * MINUTE, 12_000, { disposition: 'blocked' }).map((row, index) => ({
      ...row,
      ...make(index),
    }));
  const traitsOf = async (attack: TrafficRow[]) => {
    const stats = await aggregate(toDataset(engine, [await addSource(engine, [...clients, ...attack])]), options);
    const [wave] = stats.waves;
    return { traits: wave?.vectorStats[0]?.traits, slugs: wave ? vectorsOf(wave).map((vector) => vector.slug) : [] };
  };

  it('with random queries has new ones, whether or not clients ask with queries', async () => {
    const { traits, slugs } = await traitsOf(
      flood((index) => ({ at: client, details: { query: `q=${index * 7_919}` } })),
    );
    expect(traits?.newQueries).toMatchObject({ total: { value: 12_000 }, excess: 12_000, shareBefore: 0 });
    expect(slugs).toEqual(['http-flood', 'cache-busting']);
  });

  it('with the queries of clients has none', async () => {
    const { traits, slugs } = await traitsOf(flood(() => ({ at: client, details: { query: 'q=tent' } })));
    expect(traits?.newQueries).toMatchObject({ total: { value: 0 }, excess: 0 });
    expect(slugs).toEqual(['http-flood']);
  });

  it('that post to sign in are told by the path, or by the 401 they get', async () => {
    const post = { ...client, method: 'POST' };
    const named = await traitsOf(flood(() => ({ at: { ...post, path: '/account/login', status: '403' } })));
    expect(named.traits?.signIns).toMatchObject({ total: { value: 12_000 }, excess: 12_000 });
    expect(named.slugs).toEqual(['http-flood', 'login-flood']);
    const refused = await traitsOf(
      flood((index) => ({ at: { ...post, path: '/api/v2/enter', status: index % 2 ? '200' : '401' } })),
    );
    expect(refused.slugs).toEqual(['http-flood', 'login-flood']);
    const basket = await traitsOf(flood(() => ({ at: { ...post, path: '/cart', status: '403' } })));
    expect(basket.slugs).toEqual(['http-flood']);
  });

  it('that their clients cancel hint at Rapid Reset', async () => {
    const { slugs } = await traitsOf(flood(() => ({ at: { ...client, status: '499' } })));
    expect(slugs).toEqual(['http-flood', 'http2-rapid-reset']);
  });

  it('of HTTP/1.1 that their clients cancel do not', async () => {
    const { slugs } = await traitsOf(flood(() => ({ at: { ...client, http_version: 'HTTP/1.1', status: '499' } })));
    expect(slugs).toEqual(['http-flood']);
  });
});
