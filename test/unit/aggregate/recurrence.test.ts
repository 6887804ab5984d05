import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackStats, aggregate } from '../../../src/aggregate/aggregate.ts';
import type { EarlierIncident } from '../../../src/aggregate/recurrence.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { addSource, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const MINUTE = 60_000;
const window = { start: T0, end: T0 + 30 * MINUTE };

describe('senders of an attack', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  const bot = (index: number) => `203.0.113.${index}`;
  const visitor = (index: number) => `198.51.100.${index}`;

  /** 2 requests a second of 50 visitors; from minute 10 to 14 a flood of 100 a second of 200 machines and of one visitor. */
  async function read(earlier: readonly EarlierIncident[], from = T0): Promise<AttackStats> {
    const visitors = spread(from, window.end, ((window.end - from) / 1000) * 2, { disposition: 'passed' }).map(
      (row, index): TrafficRow => ({ ...row, at: { source_ip: visitor(index % 50) } }),
    );
    const flood = spread(T0 + 10 * MINUTE, T0 + 14 * MINUTE, 24_000, { disposition: 'blocked' }).map(
      (row, index): TrafficRow => ({
        ...row,
        at: { source_ip: index % 100 === 0 ? visitor(0) : bot(index % 200) },
      }),
    );
    const source = await addSource(engine, [...visitors, ...flood]);
    return aggregate(toDataset(engine, [source]), {
      window,
      mergeGapMs: 120_000,
      earlier,
      signal: new AbortController().signal,
    });
  }

  const past = (incidentId: string, addresses: readonly string[], more: Partial<EarlierIncident> = {}) => ({
    incidentId,
    startedAt: T0 - MINUTE,
    sources: [{ layer: 'http' as const, addresses }],
    ...more,
  });

  it('are the addresses that were mitigated in the waves and seen at no other time', async () => {
    const { senders } = await read([]);
    expect(senders).toMatchObject([{ layer: 'http', total: { value: 198 } }]);
    expect(senders[0]?.kept).toHaveLength(198);
    expect(senders[0]?.kept).not.toContain(visitor(0));
  });

  it('are compared with every earlier incident on record, and with none that began later', async () => {
    const shared = Array.from({ length: 10 }, (_, index) => bot(index + 1));
    const { recurring } = await read([
      past('INC-1', [...shared, '192.0.2.1']),
      past('INC-2', ['192.0.2.1']),
      past('INC-3', shared, { startedAt: T0 + 20 * MINUTE }),
      past('INC-4', [], { sources: [] }),
    ]);
    expect(recurring.map(({ incidentId, shared: own, onRecord }) => [incidentId, own.value, onRecord.value])).toEqual([
      ['INC-1', 10, 11],
      ['INC-2', 0, 1],
    ]);
    // 200 requests of every 20,000 come from a visitor; the rest is spread over 200 machines, ten of which are on record.
    expect(recurring[0]?.ofFirstMinute?.value).toBeCloseTo(0.05, 2);
    expect(recurring[1]?.ofFirstMinute?.value).toBe(0);
  });

  it('are shared by chance as often as visitors are on that record', async () => {
    // Half of the 50 visitors are on the record, so of 198 attackers 99 would be.
    const visitors = Array.from({ length: 25 }, (_, index) => visitor(index));
    const { recurring } = await read([past('INC-1', [bot(1), ...visitors])]);
    expect(recurring[0]?.expectedByChance).toBeCloseTo(99);
  });

  it('cannot be told where there is no time to compare with', async () => {
    const all = spread(T0, window.end, 6_000, { disposition: 'blocked' }).map(
      (row, index): TrafficRow => ({ ...row, at: { source_ip: bot(index % 200) } }),
    );
    const source = await addSource(engine, all);
    const { senders } = await aggregate(toDataset(engine, [source]), {
      window,
      mergeGapMs: 120_000,
      signal: new AbortController().signal,
    });
    expect(senders).toEqual([]);
  });
});
