import { describe, expect, it } from 'vitest';
import type { AttackStats, RecurrenceStats } from '../../../src/aggregate/aggregate.ts';
import { findRecurrence, likenessOf, realSenders, recurring } from '../../../src/insight/recurring.ts';
import { incidentFacts, judgeFacts, layer, measure, T0 } from '../../support/incident-facts.ts';
import { read } from '../../support/read-phrase.ts';

const DAY = 86_400_000;
const { stats } = incidentFacts();

function compared(incidentId: string, shared: number, more: Partial<RecurrenceStats> = {}): RecurrenceStats {
  return {
    layer: 'http',
    incidentId,
    startedAt: T0 - DAY,
    shared: measure(shared, 'count'),
    onRecord: measure(1_020, 'count'),
    expectedByChance: 0.01,
    ...more,
  };
}

const withRecurring = (...found: RecurrenceStats[]): AttackStats => ({ ...stats, recurring: found });

describe('recurring sources', () => {
  it('name the earlier incident whose addresses attacked again, and how many did', () => {
    const found = recurring.find(withRecurring(compared('INC-1', 120)), judgeFacts);
    expect(read(found?.title ?? [])).toBe('Addresses of 1 earlier incident attacked again');
    expect(read(found?.text ?? [])).toContain('120 of the 1020 addresses on record of INC-1 (');
    expect(read(found?.text ?? [])).toContain('By chance it would have been fewer than 1 address.');
  });

  it('are as like as their lists share: of the record, of the attack, of both together', () => {
    const senders = [{ layer: 'http' as const, total: measure(400, 'count'), kept: [] }];
    const { ofRecord, ofAttack, jaccard } = likenessOf({ ...stats, senders }, compared('INC-1', 120));
    // 120 in both; 1,020 on record, 400 of this attack, 1,300 in either.
    expect([ofRecord, ofAttack, jaccard]).toEqual([120 / 1_020, 120 / 400, 120 / 1_300]);
  });

  it('are not seen in fewer than five addresses, nor in fewer than twenty times what chance brings', () => {
    const four = compared('INC-1', 4);
    const five = compared('INC-2', 5);
    const often = compared('INC-3', 59, { expectedByChance: 3 });
    const oftener = compared('INC-4', 60, { expectedByChance: 3 });
    const found = findRecurrence(withRecurring(four, five, often, oftener));
    expect(found?.compared).toBe(4);
    expect(found?.incidents.map(({ incidentId }) => incidentId)).toEqual(['INC-4', 'INC-2']);
  });

  it('are none, not unknown, where earlier incidents share nothing, and unknown where none could be compared', () => {
    expect(findRecurrence(withRecurring(compared('INC-1', 0)))).toMatchObject({
      compared: 1,
      incidents: [],
    });
    expect(findRecurrence(withRecurring())).toBeUndefined();
    expect(recurring.find(withRecurring(compared('INC-1', 0)), judgeFacts)).toBeUndefined();
  });

  it('count an incident once that shares addresses on both layers', () => {
    const real: AttackStats['layers'][number] = {
      ...layer,
      layer: 'network',
      spoofing: [
        {
          kind: 'udp',
          shareOfExcess: 1,
          rows: 1_000,
          bogons: { attack: measure(0, 'share'), before: measure(0, 'share') },
          ttlValues: { attack: 4, before: 4 },
        },
      ],
    };
    const found = findRecurrence({
      ...withRecurring(compared('INC-1', 30), compared('INC-1', 40, { layer: 'network' })),
      layers: [real, layer],
    });
    expect(found?.incidents.map(({ shared }) => shared.value)).toEqual([40]);
  });

  it('are never told, compared or kept of packets whose senders may be forged', () => {
    const forged: AttackStats = {
      ...withRecurring(compared('INC-1', 400, { layer: 'network' })),
      layers: [{ ...layer, layer: 'network' }],
      senders: [{ layer: 'network', total: measure(400, 'count'), kept: ['203.0.113.1'] }],
    };
    expect(findRecurrence(forged)).toBeUndefined();
    expect(realSenders(forged)).toEqual([]);
  });
});
