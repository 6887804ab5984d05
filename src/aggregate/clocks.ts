import type { TimelineEntry } from '../ingest/ingest.ts';
import type { Measure } from '../model/measure.ts';
import { SECOND_MS } from '../model/time.ts';
import type { Milestone } from '../model/traffic.ts';
import type { Clock, ClockName, Clocks } from './attack-stats.ts';

/** Moments that the data shows; log times beat the times that people wrote down. */
export interface MeasuredMoments {
  readonly firstAttack?: Clock;
  readonly detected?: Clock;
  readonly mitigated?: Clock;
  readonly contained?: Clock;
  readonly ended?: Clock;
}

/** Which statements stand for a clock, in order of preference. */
const STATED: Readonly<Partial<Record<ClockName, readonly Milestone[]>>> = {
  firstAttack: ['attack_start'],
  detected: ['detected'],
  alerted: ['alerted'],
  mitigated: ['mitigation_started', 'mitigated'],
  ended: ['attack_end'],
  resolved: ['resolved', 'closed'],
  notified: ['customer_notified'],
};
/** Ended, resolved: the last statement counts; of the others the first. */
const LAST_COUNTS: ReadonlySet<ClockName> = new Set(['ended', 'resolved']);
/** People's times further than this from the data, and than its own resolution, are shown beside it. */
const TOLERATED_MS = 90_000;

/**
 * Joins what the data shows and what people stated for the customer to the moments of the incident. A moment that neither
 * tells is absent, and so is every length of time that needs it. `running` leaves out the end.
 */
export function joinClocks(measured: MeasuredMoments, timeline: readonly TimelineEntry[], running: boolean): Clocks {
  const stated = (name: ClockName): Clock | undefined =>
    statedClock(timeline, STATED[name] ?? [], LAST_COUNTS.has(name));
  const ended = running ? undefined : (measured.ended ?? stated('ended'));
  const found: Partial<Record<ClockName, Clock | undefined>> = {
    firstAttack: measured.firstAttack ?? stated('firstAttack'),
    detected: detectedBy(measured, stated('alerted')) ?? stated('detected'),
    alerted: stated('alerted'),
    mitigated: measured.mitigated ?? stated('mitigated'),
    contained: measured.contained,
    ended,
    resolved: stated('resolved'),
    notified: stated('notified'),
  };
  const conflicts = (['firstAttack', 'detected', 'mitigated', 'ended'] as const).flatMap((clock) => {
    const used = found[clock];
    const other = stated(clock);
    return used && other && used.from !== 'timeline' && Math.abs(used.at - other.at) > TOLERATED_MS + used.resolutionMs
      ? [{ clock, used, stated: other }]
      : [];
  });
  return {
    ...clockField('firstAttack', found),
    ...clockField('detected', found),
    ...clockField('alerted', found),
    ...clockField('mitigated', found),
    ...clockField('contained', found),
    ...clockField('ended', found),
    ...clockField('resolved', found),
    ...clockField('notified', found),
    conflicts,
    ...lengthField('timeToDetect', found.firstAttack, found.detected),
    ...lengthField('timeToMitigate', found.firstAttack, found.mitigated),
    ...lengthField('timeToContain', found.firstAttack, found.contained),
    ...lengthField('timeToResolve', found.firstAttack, found.resolved),
    ...lengthField('timeToNotify', found.firstAttack, found.notified),
    ...lengthField('alertToMitigate', found.alerted, found.mitigated),
    ...lengthField('alertToResolve', found.alerted, found.resolved),
    ...lengthField('alertToNotify', found.alerted, found.notified),
  };
}

/** Who raised an alert has seen the attack, though what acts on floods may not have seen it yet. */
function detectedBy({ firstAttack, detected }: MeasuredMoments, alerted: Clock | undefined): Clock | undefined {
  return detected && alerted && alerted.at < detected.at && alerted.at >= (firstAttack?.at ?? alerted.at)
    ? alerted
    : detected;
}

function statedClock(
  timeline: readonly TimelineEntry[],
  milestones: readonly Milestone[],
  lastCounts: boolean,
): Clock | undefined {
  for (const milestone of milestones) {
    // Internal entries never enter a customer's report, not even as a number.
    const entries = timeline
      .filter((entry) => entry.milestone === milestone && entry.visibility === 'customer')
      .sort((a, b) => a.at - b.at);
    const entry = lastCounts ? entries.at(-1) : entries[0];
    // A time in milliseconds is one that a program wrote down; what it stands for is not known so well.
    if (entry)
      return {
        at: entry.at,
        resolutionMs: Math.max(entry.precisionMs, SECOND_MS),
        from: 'timeline',
        evidence: [entry.input],
      };
  }
  return undefined;
}

function clockField<K extends ClockName>(
  name: K,
  found: Partial<Record<ClockName, Clock | undefined>>,
): { readonly [key in K]?: Clock } {
  const clock = found[name];
  // A computed key of one name is that name: the compiler widens it to any text.
  return (clock ? { [name]: clock } : {}) as { readonly [key in K]?: Clock };
}

type LengthName =
  | 'timeToDetect'
  | 'timeToMitigate'
  | 'timeToContain'
  | 'timeToResolve'
  | 'timeToNotify'
  | 'alertToMitigate'
  | 'alertToResolve'
  | 'alertToNotify';

/** Negative when the sources contradict each other; it stays so. */
function lengthField(
  name: LengthName,
  from: Clock | undefined,
  to: Clock | undefined,
): { readonly [key in LengthName]?: Measure } {
  if (!from || !to) return {};
  const counted = from.from === 'logs' && to.from === 'logs';
  return {
    [name]: {
      value: to.at - from.at,
      unit: 'ms',
      kind: counted ? 'counted' : 'reported',
      evidence: [...new Set([...from.evidence, ...to.evidence])],
    },
  };
}

/** ± of the time from one moment to another: both ends may be off, and not the same way. */
export function resolutionBetween(from: Clock | undefined, to: Clock): number {
  return (from?.resolutionMs ?? 0) + to.resolutionMs;
}
