import { describe, expect, it } from 'vitest';
import type { AttackStats, Clock } from '../../../src/aggregate/aggregate.ts';
import type { JudgeFacts } from '../../../src/insight/insight.ts';
import { judgeSla, type SlaJudgement, serviceLevels } from '../../../src/insight/sla.ts';
import { incidentFacts, judgeFacts, layer, measure, T0 } from '../../support/incident-facts.ts';
import { read } from '../../support/read-phrase.ts';

const MINUTE = 60_000;
type Clause = JudgeFacts['sla'][number];

const mitigate = (more: Partial<Clause> = {}): Clause => ({
  clause: '4.2 Time to mitigate',
  metric: 'time-to-mitigate',
  target: 30,
  unit: 'seconds',
  ...more,
});

/** First attack traffic at T0, first mitigation `ms` later; each known to the second unless stated. */
function clocked(
  ms: number,
  more: { resolutionMs?: number; clocks?: Partial<AttackStats['clocks']> } = {},
): AttackStats {
  const resolutionMs = more.resolutionMs ?? 1_000;
  const at = (offset: number): Clock => ({ at: T0 + offset, resolutionMs, from: 'logs', evidence: ['in1'] });
  return incidentFacts({
    stats: {
      clocks: { firstAttack: at(0), mitigated: at(ms), timeToMitigate: measure(ms, 'ms'), ...more.clocks },
    },
  }).stats;
}

function judge(stats: AttackStats, clause: Clause, timeZone = 'UTC'): SlaJudgement {
  const [judged] = judgeSla(stats, { ...judgeFacts, sla: [clause], timeZone });
  if (!judged) throw new Error('one clause was given and none was judged');
  return judged;
}

describe('a promised time', () => {
  it('is met or missed only where the measurement with the error of both its ends lies on that side', () => {
    // Both ends are known to 1 s, so 28 s may be 30 s and still is in time; 28.001 s may be more.
    expect(judge(clocked(28_000), mitigate())).toMatchObject({
      result: 'met',
      resolutionMs: 2_000,
      measured: { value: 28_000, interval: { lower: 26_000, upper: 30_000 } },
      target: { value: 30_000, unit: 'ms' },
      evidence: ['in1'],
    });
    expect(judge(clocked(28_001), mitigate()).result).toBe('not-measurable');
    expect(judge(clocked(32_000), mitigate()).result).toBe('not-measurable');
    expect(judge(clocked(32_001), mitigate()).result).toBe('missed');
    expect(read(judge(clocked(30_000), mitigate()).reason)).toBe('the target lies within the ± 2 s of the measurement');
  });

  it('cannot be decided in seconds by data in minutes', () => {
    expect(judge(clocked(0, { resolutionMs: MINUTE }), mitigate()).result).toBe('not-measurable');
    expect(judge(clocked(0, { resolutionMs: MINUTE }), mitigate({ target: 5, unit: 'minutes' })).result).toBe('met');
  });

  it('is never met without evidence', () => {
    const stats = incidentFacts({ stats: { clocks: {} } }).stats;
    for (const metric of ['time-to-mitigate', 'time-to-detect', 'time-to-notify'] as const)
      expect(judge(stats, mitigate({ metric })).result).toBe('not-measurable');
    const noWave = incidentFacts({ stats: { waves: [], clocks: {} } }).stats;
    expect(read(judge(noWave, mitigate()).reason)).toBe('the supplied data shows no attack');
    expect(judge(noWave, mitigate()).result).toBe('not-measurable');
  });

  it('runs from the alert where the clause says so', () => {
    const alerted: Clock = { at: T0 - 20_000, resolutionMs: 1_000, from: 'timeline', evidence: ['in2'] };
    const stats = clocked(15_000, { clocks: { alerted, alertToMitigate: measure(35_000, 'ms') } });
    expect(judge(stats, mitigate()).result).toBe('met');
    expect(judge(stats, mitigate({ from: 'alert' })).result).toBe('missed');
    expect(judge(clocked(15_000), mitigate({ from: 'alert' })).result).toBe('not-measurable');
  });

  it('is not judged by clocks that contradict each other', () => {
    const judged = judge(clocked(-5_000), mitigate());
    expect(judged.result).toBe('not-measurable');
    expect(read(judged.reason)).toBe('the sources contradict each other: 13:00:00 to 12:59:55 (traffic data)');
  });

  it('is missed where nothing was mitigated for longer than promised', () => {
    const clocks = { firstAttack: { at: T0, resolutionMs: 1_000, from: 'logs', evidence: ['in1'] } } as const;
    const during = { ...layer.whole, mitigated: measure(0, 'requests') };
    const facts = incidentFacts({ layer: { during }, stats: { clocks } });
    // The attack lasted 60 s.
    expect(judge(facts.stats, mitigate({ target: 59 })).result).toBe('missed');
    expect(judge(facts.stats, mitigate({ target: 60 })).result).toBe('not-measurable');
  });

  it('applies to the layer and the vectors that the clause names', () => {
    const stats = clocked(10_000);
    expect(judge(stats, mitigate({ layer: 'http' })).result).toBe('met');
    // No network data was supplied, so nobody knows of an attack there.
    expect(judge(stats, mitigate({ layer: 'network' })).result).toBe('not-measurable');
    const quiet = { ...stats, layers: [...stats.layers, { ...layer, layer: 'network' as const }] };
    expect(judge(quiet, mitigate({ layer: 'network' })).result).toBe('not-applicable');
    expect(judge(stats, mitigate({ vectors: ['http-flood'] })).result).toBe('met');
    expect(judge(stats, mitigate({ vectors: ['SYN flood'] })).result).toBe('not-applicable');
    const [wave] = stats.waves;
    const mixed = { ...stats, waves: wave ? [{ ...wave, vectors: ['HTTP flood', 'SYN flood'] }] : [] };
    expect(judge(mixed, mitigate({ vectors: ['http-flood'] })).result).toBe('not-measurable');
  });
});

describe('availability', () => {
  const clause: Clause = { clause: '6.1', metric: 'availability', target: 99.9, unit: 'percent' };
  const down = (minutes: number, known = 75) =>
    incidentFacts({
      layer: {
        availability: {
          window: measure(75 * MINUTE, 'ms'),
          known: measure(known * MINUTE, 'ms'),
          down: measure(minutes * MINUTE, 'ms'),
          share: measure(1 - minutes / 75, 'share'),
        },
      },
    }).stats;

  it('over a month is missed once the report alone uses up what the month allows, and is open before', () => {
    // November has 43,200 minutes; 0.1 % of them are 43.2.
    expect(judge(down(44), clause).result).toBe('missed');
    const open = judge(down(43), clause);
    expect(open.result).toBe('not-measurable');
    expect(read(open.reason)).toBe(
      '2580 s down in 4500 s, and the month allows 2592 s; the rest of the month is not in this report',
    );
  });

  it('takes the length of the month from the zone of the customer', () => {
    // October 2026 in Berlin has 31 days and the hour that is set back: 44,700 minutes, of which 0.1 % are 44.7.
    const october = { ...down(44), window: { start: Date.UTC(2026, 9, 10), end: Date.UTC(2026, 9, 11) } };
    expect(judge(october, clause, 'Europe/Berlin').result).toBe('not-measurable');
    expect(judge(october, { ...clause, target: 99.91 }, 'Europe/Berlin').result).toBe('missed');
  });

  it('over the report is judged by its share of minutes', () => {
    expect(judge(down(0), { ...clause, period: 'report' }).result).toBe('met');
    expect(judge(down(1), { ...clause, period: 'report' }).result).toBe('missed');
  });

  it('is not measurable where no data tells of the origin', () => {
    expect(judge(incidentFacts().stats, clause).result).toBe('not-measurable');
  });
});

describe('consistency of mitigation', () => {
  const clause: Clause = { clause: '5.1', metric: 'consistency-of-mitigation', target: 95, unit: 'percent' };
  const clean = (lower: number, upper: number) =>
    incidentFacts({
      layer: {
        attack: {
          basis: 'excess',
          total: measure(100, 'requests'),
          cleanShare: measure((lower + upper) / 2, 'share', { interval: { lower, upper } }),
        },
      },
    }).stats;

  it('is judged by both bounds of the clean share', () => {
    expect(judge(clean(0.95, 0.99), clause).result).toBe('met');
    expect(judge(clean(0.9, 0.9499), clause).result).toBe('missed');
    expect(judge(clean(0.9, 0.96), clause).result).toBe('not-measurable');
    expect(judge(incidentFacts().stats, clause).result).toBe('not-measurable');
  });
});

describe('the summary of the agreement', () => {
  const facts = (sla: Clause[]): JudgeFacts => ({ ...judgeFacts, sla });

  it('names every missed clause with what was measured and promised', () => {
    const finding = serviceLevels.find(
      clocked(41_000),
      facts([
        mitigate(),
        mitigate({ clause: '4.4', target: 60 }),
        mitigate({ clause: '4.3', metric: 'time-to-detect' }),
      ]),
    );
    expect(finding?.tone).toBe('unfavourable');
    expect(read(finding?.title ?? [])).toBe('1 of 3 service levels missed');
    expect(read(finding?.text ?? [])).toBe(
      'Missed: 4.2 Time to mitigate: 41 s (± 2 s), promised within 30 s. Met: 4.4. Not measurable with this data: 4.3. Missing evidence counts as neither met nor missed.',
    );
  });

  it('praises only where every clause is met, and says nothing without clauses', () => {
    expect(serviceLevels.find(clocked(10_000), facts([mitigate()]))?.tone).toBe('favourable');
    expect(serviceLevels.find(clocked(10_000), facts([mitigate(), mitigate({ metric: 'time-to-detect' })]))?.tone).toBe(
      'neutral',
    );
    expect(serviceLevels.find(clocked(10_000), facts([]))).toBeUndefined();
  });
});
