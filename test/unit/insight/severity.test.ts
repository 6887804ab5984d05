import { describe, expect, it } from 'vitest';
import type { AttackStats, LayerStats, OriginStats } from '../../../src/aggregate/aggregate.ts';
import { judgeSeverity, type PromiseOutcome } from '../../../src/insight/severity.ts';
import { incidentFacts, layer, measure, T0 } from '../../support/incident-facts.ts';

const STEP = 10_000;
const facts = incidentFacts();
const [firstWave] = facts.stats.waves;
const wave = { ...firstWave, start: T0, end: T0 + 600_000 } as AttackStats['waves'][number]; // the fixture has one

function origin(
  shares: readonly (number | null)[],
  more: { p95?: readonly (number | null)[]; lost?: number } = {},
): OriginStats {
  const phase = (name: 'before' | 'during', errors: number) => ({
    phase: name,
    requests: measure(1_000, 'requests'),
    errors: measure(errors, 'requests'),
    errorShare: measure(errors / 1_000, 'share'),
    p95: measure(200, 'ms'),
    ...(more.lost !== undefined && { unreachable: measure(name === 'during' ? more.lost : 0, 'requests') }),
  });
  return {
    phases: [phase('before', 1), phase('during', 10)],
    start: T0,
    intervalMs: STEP,
    errorShare: shares,
    p95Ms: more.p95 ?? shares.map(() => 200),
  };
}

function statsOf(parts: Partial<LayerStats>, more: Partial<AttackStats> = {}): AttackStats {
  return {
    ...facts.stats,
    waves: [wave],
    duration: { active: measure(600_000, 'ms') },
    layers: [{ ...layer, ...parts }],
    ...more,
  };
}

function levelOf(stats: AttackStats, promises: readonly PromiseOutcome[] = []) {
  const { level, reasons } = judgeSeverity(stats, promises);
  return [level, ...reasons.map(({ id }) => id)];
}

const calm = Array.from({ length: 60 }, () => 0.001);
const with_ = (values: readonly number[], at: number, count: number, value: number | null): (number | null)[] =>
  values.map((one, index) => (index >= at && index < at + count ? value : one));

describe('severity', () => {
  it('is 0 without evidence of an attack, whatever the traffic', () => {
    expect(levelOf(statsOf({}, { waves: [] }))).toEqual([0, 'no-attack']);
  });

  it('is 2 for one of the largest tenth of the history of the customer, which twenty incidents must show', () => {
    const rank = (larger: number | undefined) => ({
      rank: {
        peak: measure(100, 'requests/s'),
        compared: 25,
        best: 3,
        worst: 3,
        estimates: 0,
        ...(larger !== undefined && { largerThan: measure(larger, 'share') }),
      },
    });
    const of = (larger: number | undefined) =>
      judgeSeverity(statsOf({ origin: origin(calm) }), [], rank(larger)).reasons.map(({ id, level }) => [level, id]);
    expect(of(0.9)).toEqual([[2, 'own-history']]);
    expect(of(0.89)).toEqual([[1, 'no-visible-impact']]);
    expect(of(undefined)).toEqual([[1, 'no-visible-impact']]);
  });

  it('is 1 for an attack that was stopped without visible harm, however large it was', () => {
    const huge = { ...layer.whole, total: measure(1e12, 'requests') };
    expect(levelOf(statsOf({ origin: origin(calm), during: huge }))).toEqual([1, 'no-visible-impact']);
  });

  it('says that harm could not be seen instead of calling an attack harmless', () => {
    const { origin: _none, ...rest } = layer;
    expect(levelOf({ ...statsOf({}), layers: [rest] })).toEqual([1, 'impact-unknown']);
  });

  it('is 4 when more than half of the answers are errors for a minute, and 3 when that lasts ten seconds less', () => {
    expect(levelOf(statsOf({ origin: origin(with_(calm, 10, 6, 0.6)) }))).toEqual([4, 'origin-outage']);
    expect(levelOf(statsOf({ origin: origin(with_(calm, 10, 5, 0.6)) }))).toEqual([1, 'no-visible-impact']);
    expect(levelOf(statsOf({ origin: origin(with_(calm, 10, 6, 0.5)) }))).toEqual([3, 'origin-degraded']);
  });

  it('does not join two short outages across a gap in the data', () => {
    const gap = with_(with_(calm, 10, 9, 0.6) as number[], 14, 1, null);
    expect(levelOf(statsOf({ origin: origin(gap) }))).toEqual([1, 'no-visible-impact']);
  });

  it('counts errors outside the waves for nothing', () => {
    const stats = statsOf({ origin: origin(with_(calm, 40, 20, 0.9)) }, { waves: [{ ...wave, end: T0 + 300_000 }] });
    expect(levelOf(stats)).toEqual([1, 'no-visible-impact']);
  });

  it('is 4 when more requests got no answer than got one', () => {
    expect(levelOf(statsOf({ origin: origin(calm, { lost: 1_001 }) }))).toEqual([4, 'origin-outage']);
  });

  it('is 3 when errors stand five points above the level before, or answers take three times as long, for a minute', () => {
    expect(levelOf(statsOf({ origin: origin(with_(calm, 0, 6, 0.051)) }))).toEqual([3, 'origin-degraded']);
    expect(levelOf(statsOf({ origin: origin(calm, { p95: with_(calm, 0, 6, 600) }) }))).toEqual([3, 'origin-degraded']);
    expect(levelOf(statsOf({ origin: origin(calm, { p95: with_(calm, 0, 6, 599) }) }))).toEqual([
      1,
      'no-visible-impact',
    ]);
  });

  const promise: PromiseOutcome = {
    clause: '4.2',
    metric: 'time-to-mitigate',
    target: measure(30_000, 'ms'),
    measured: measure(41_000, 'ms'),
    result: 'missed',
    evidence: ['in1'],
  };

  it('is 3 when the promised time to mitigate was missed, and not when that cannot be measured', () => {
    expect(levelOf(statsOf({ origin: origin(calm) }), [promise])).toEqual([3, 'promise-missed']);
    expect(levelOf(statsOf({ origin: origin(calm) }), [{ ...promise, result: 'not-measurable' }])[0]).toBe(1);
  });

  const attack = (leaked: number) => ({
    basis: 'excess' as const,
    total: measure(10_000, 'requests'),
    mitigated: measure(10_000 - leaked, 'requests'),
    leaked: measure(leaked, 'requests'),
    efficacy: measure(1 - leaked / 10_000, 'share'),
  });

  it('is 2 when more than one in twenty leaked, or more than the usual load', () => {
    expect(levelOf(statsOf({ origin: origin(calm), attack: attack(501) }))).toContain('leak');
    expect(levelOf(statsOf({ origin: origin(calm), attack: attack(500) }))).not.toContain('leak');
    const quiet = { ...layer.whole, meanRate: measure(0.0001, 'requests/s') };
    expect(levelOf(statsOf({ origin: origin(calm), attack: attack(100), before: quiet }))).toEqual([
      2,
      'leak-above-usual',
    ]);
  });

  it('takes the highest that applies and gives every reason', () => {
    const stats = statsOf({ origin: origin(with_(calm, 10, 6, 0.6)), attack: attack(2_000) });
    expect(levelOf(stats, [promise]).slice(0, 4)).toEqual([4, 'origin-outage', 'promise-missed', 'leak']);
  });
});
