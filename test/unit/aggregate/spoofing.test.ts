import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate, type SpoofingStats } from '../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { addSource, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const MINUTE = 60_000;
const window = { start: T0, end: T0 + 30 * MINUTE };

describe('signs of forged senders', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  /** 10 packets a second of 50 customers with two TTLs; from minute 10 to 14 a SYN flood of 100 a second. */
  async function read(attacker: (index: number) => { ip: string; ttl: number }): Promise<SpoofingStats | undefined> {
    const at = { transport: 'tcp', tcp_flags: 'PSH-ACK' };
    const customers = spread(T0, window.end, 18_000, { disposition: 'passed' }).map(
      (row, index): TrafficRow => ({
        ...row,
        at: { ...at, source_ip: `198.51.100.${index % 50}` },
        details: { ttl: index % 2 ? 57 : 115 },
      }),
    );
    const flood = spread(T0 + 10 * MINUTE, T0 + 14 * MINUTE, 24_000, { disposition: 'blocked' }).map(
      (row, index): TrafficRow => {
        const { ip, ttl } = attacker(index);
        return { ...row, at: { ...at, tcp_flags: 'SYN', source_ip: ip }, details: { ttl } };
      },
    );
    const source = await addSource(engine, [...customers, ...flood], { layer: 'network' });
    const stats = await aggregate(toDataset(engine, [source]), {
      window,
      mergeGapMs: 120_000,
      signal: new AbortController().signal,
    });
    return stats.layers[0]?.spoofing?.[0];
  }

  it('are bogons, evenly spread TTLs and an address for every packet', async () => {
    // Every fourth address cannot be announced; 128 TTLs are equally frequent.
    const blocks = ['10.1', '20.1', '30.1', '40.1'];
    const found = await read((index) => ({
      ip: `${blocks[index % 4]}.${Math.floor(index / 4 / 250)}.${Math.floor(index / 4) % 250}`,
      ttl: 64 + (index % 128),
    }));
    expect(found).toMatchObject({
      kind: 'tcp-syn',
      shareOfExcess: 1,
      rows: 24_000,
      bogons: { attack: { value: 0.25 }, before: { value: 0 } },
      newAddresses: { rows: 24_000, addresses: 24_000 },
    });
    expect(found?.ttlValues?.attack).toBeCloseTo(128);
    expect(found?.ttlValues?.before).toBeCloseTo(2);
  });

  it('are none of them for machines that send again and again', async () => {
    const found = await read((index) => ({ ip: `20.1.2.${index % 200}`, ttl: 50 + (index % 4) }));
    expect(found).toMatchObject({ bogons: { attack: { value: 0 } }, newAddresses: { rows: 24_000, addresses: 200 } });
    expect(found?.ttlValues?.attack).toBeCloseTo(4);
  });

  it('know what nobody can announce, in IPv6 too, and take documentation ranges for ordinary', async () => {
    const bogons = [
      '0.1.2.3',
      '10.0.0.1',
      '100.64.0.1',
      '100.127.9.9',
      '127.0.0.1',
      '169.254.1.1',
      '172.16.0.1',
      '172.31.255.1',
    ];
    const more = ['192.168.1.1', '224.0.0.1', '240.1.1.1', '::1', 'fe80::1', 'fc00::1', 'ff02::1', '::ffff:10.1.1.1'];
    const ordinary = [
      '100.63.0.1',
      '100.128.0.1',
      '169.253.1.1',
      '172.15.0.1',
      '172.32.0.1',
      '192.167.1.1',
      '223.1.1.1',
      '1.1.1.1',
    ];
    const others = [
      '192.0.2.1',
      '198.51.100.200',
      '203.0.113.7',
      '198.18.0.1',
      '2001:db8::1',
      '2a00::1',
      '64:ff9b::a01:101',
      '3fff::1',
    ];
    const all = [...bogons, ...more, ...ordinary, ...others];
    const found = await read((index) => ({ ip: all[index % all.length] ?? '', ttl: 57 }));
    // 16 of 32, and 24 000 is 750 times 32.
    expect(found?.bogons.attack.value).toBe(0.5);
    const clean = [...ordinary, ...others];
    expect((await read((index) => ({ ip: clean[index % clean.length] ?? '', ttl: 57 })))?.bogons.attack.value).toBe(0);
  });
});
