import type { AttackStats, LayerStats, OriginStats } from '../aggregate/aggregate.ts';
import { amount, lasting } from '../model/inlines.ts';
import type { Phrase } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import { type Insight, originOf } from './needs.ts';

/** The origin was degraded when this much more of its answers were errors … */
const DEGRADED_POINTS = 0.05;
/** Differences of shares are not exact in binary. */
const ROUNDING = 1e-9;
/** … or its slow answers took this many times as long. */
const DEGRADED_FACTOR = 3;
/** "No visible impact" is said only where the data covers this much of the period. */
const ENOUGH_COVERAGE = 0.99;

type Phase = OriginStats['phases'][number];

/** Whether the customer's users could notice: errors and response times of the origin in the waves against those before. */
export const originImpact: Insight = {
  id: 'origin-impact',
  needs: ['waves'],
  find(stats): Finding | undefined {
    const origin = originOf(stats);
    const during = phaseOf(origin, 'during');
    const before = phaseOf(origin, 'before');
    if (!during) return unknown(stats);
    const evidence = evidenceOf(during.errorShare, before?.errorShare, during.p95, before?.p95, during.unreachable);
    const figures = figuresOf(during, before);
    if (!before) {
      return {
        id: 'origin-impact',
        title: [say`${amount(during.errorShare)} of the origin’s answers in the waves were errors`],
        text: [
          say`${figures} There is no time before the attack in the data, so it cannot be said whether that is more than usual.`,
        ],
        tone: 'neutral',
        evidence,
      };
    }
    if (isDegraded(during, before)) {
      return {
        id: 'origin-impact',
        title: degradedTitle(during, before),
        text: [say`${figures} This coincides with the attack; the data does not prove the cause.`],
        tone: 'unfavourable',
        evidence,
      };
    }
    const covered = coverageOf(stats) >= ENOUGH_COVERAGE;
    // Slow answers are an impact too; where nobody timed them only errors can be told.
    const timed = during.p95 !== undefined && before.p95 !== undefined;
    return {
      id: 'origin-impact',
      title: covered
        ? [timed ? say`No visible impact on the origin` : say`No visible rise in errors of the origin`]
        : [say`No impact on the origin in the part of the period that the data covers`],
      text: [
        ...figures,
        ...(timed ? [] : [say` The data does not tell how fast it answered.`]),
        ...(covered ? [] : [say` The data has gaps, so an impact outside of it cannot be ruled out.`]),
      ],
      tone: covered && timed ? 'favourable' : 'neutral',
      evidence,
    };
  },
};

function phaseOf(origin: OriginStats | undefined, phase: Phase['phase']): Phase | undefined {
  return origin?.phases.find((candidate) => candidate.phase === phase);
}

function isDegraded(during: Phase, before: Phase): boolean {
  const slower =
    during.p95 && before.p95 && before.p95.value > 0 && during.p95.value >= DEGRADED_FACTOR * before.p95.value;
  return failingShare(during) - failingShare(before) >= DEGRADED_POINTS - ROUNDING || slower === true;
}

/** By what the origin was degraded most: errors first, then slowness. */
function degradedTitle(during: Phase, before: Phase): Phrase {
  const lost = during.unreachable;
  if (during.errorShare.value - before.errorShare.value >= DEGRADED_POINTS - ROUNDING)
    return [say`The origin was degraded: ${amount(during.errorShare)} of its answers in the waves were errors`];
  if (lost && failingShare(during) - failingShare(before) >= DEGRADED_POINTS - ROUNDING)
    return [say`The origin was degraded: ${amount(lost)} in the waves got no answer`];
  return [say`The origin was degraded: in the waves its answers were slower`];
}

/** 5xx answers and requests that never got one, of all that were sent on. Decides only; it is not published. */
function failingShare(phase: Phase): number {
  const lost = phase.unreachable?.value ?? 0;
  const sent = phase.requests.value + lost;
  return sent > 0 ? (phase.errors.value + lost) / sent : 0;
}

/** Customers ask it first, so that nobody measured it is said and not passed over. */
function unknown(stats: AttackStats): Finding | undefined {
  const evidence = evidenceOf(...stats.layers.map((layer) => layer.whole.total));
  if (stats.layers.length === 0) return undefined;
  return {
    id: 'origin-impact',
    title: [say`The traffic data does not show whether users noticed`],
    text: [
      say`The supplied data holds no answers of the origin in the waves: neither errors nor response times can be told.`,
    ],
    tone: 'neutral',
    evidence,
  };
}

function figuresOf(during: Phase, before: Phase | undefined): Phrase {
  const lost = during.unreachable;
  return [
    before
      ? say`In the waves ${amount(during.errorShare)} of the origin’s answers were errors (5xx), against ${amount(before.errorShare)} before.`
      : say`In the waves ${amount(during.errorShare)} of the origin’s answers were errors (5xx).`,
    ...(during.p95
      ? [
          before?.p95
            ? say` The slowest 5 % of its answers took ${lasting(during.p95.value)} or longer, against ${lasting(before.p95.value)} before.`
            : say` The slowest 5 % of its answers took ${lasting(during.p95.value)} or longer.`,
        ]
      : []),
    ...(lost && lost.value > 0
      ? [
          before?.unreachable
            ? say` ${amount(lost)} got no answer at all, against ${before.unreachable.value === 0 ? say`none` : amount(before.unreachable, 'cell')} before.`
            : say` ${amount(lost)} got no answer at all.`,
        ]
      : []),
  ];
}

/** Coverage of the layer that tells of the origin. */
function coverageOf(stats: AttackStats): number {
  const layer: LayerStats | undefined = stats.layers.find((candidate) => candidate.origin);
  return layer?.coverage.completeness ?? 0;
}
