import { TZDate } from '@date-fns/tz';
import { type AttackStats, type Clock, leadingLayer, resolutionBetween } from '../aggregate/aggregate.ts';
import type { CustomerFile } from '../config/config.ts';
import { amount, clock, counted, integer, label, lasting, list } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Message, Phrase, Value } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { Finding } from './findings.ts';
import { distanceWords, evidenceOf } from './inlines.ts';
import type { JudgeFacts } from './insight.ts';
import { attackedLayers, type Insight } from './needs.ts';
import { slugOfVector, vectorsOfAll } from './vectors.ts';

type SlaClause = CustomerFile['sla'][number];

/**
 * One clause of the service level agreement held against what was measured. `met` and `missed` only where the whole interval of
 * the measurement lies on that side of the target; everything else is `not-measurable`. `not-applicable`: the clause is about
 * something that did not happen.
 */
export interface SlaJudgement {
  readonly clause: string;
  readonly metric: SlaClause['metric'];
  /** What starts the clock of a time. */
  readonly from?: 'first-attack' | 'alert';
  /** In ms or as a share; as the customer's profile states it. */
  readonly target: Measure;
  /** In ms or as a share. For availability over a month: the time that the origin was down, in ms. */
  readonly measured?: Measure;
  /** ± of a measured time, ms. */
  readonly resolutionMs?: number;
  readonly result: 'met' | 'missed' | 'not-measurable' | 'not-applicable';
  /** What the result rests on, or what is missing; no full stop. */
  readonly reason: Phrase;
  readonly evidence: readonly string[];
}

type Verdict = Omit<SlaJudgement, 'clause' | 'metric' | 'from' | 'target'>;

/** Judges every clause, in the order of the profile. */
export function judgeSla(stats: AttackStats, facts: JudgeFacts): SlaJudgement[] {
  return facts.sla.map((clause) => {
    const target = targetOf(clause);
    const isTime = clause.metric.startsWith('time-');
    return {
      clause: clause.clause,
      metric: clause.metric,
      ...(isTime && { from: clause.from ?? 'first-attack' }),
      target,
      ...(outOfScope(clause, stats) ?? judgeClause(clause, target, stats, facts)),
    };
  });
}

function judgeClause(clause: SlaClause, target: Measure, stats: AttackStats, facts: JudgeFacts): Verdict {
  switch (clause.metric) {
    case 'time-to-mitigate':
    case 'time-to-detect':
    case 'time-to-notify':
      return judgeTime(clause, clause.metric, target, stats);
    case 'availability':
      return judgeAvailability(clause, target, stats, facts);
    case 'consistency-of-mitigation':
      return judgeConsistency(clause, target, stats);
    default:
      return clause.metric satisfies never;
  }
}

function targetOf({ target, unit }: SlaClause): Measure {
  const stated = { kind: 'reported', evidence: [] } as const;
  // Twelve digits: 99.9 / 100 is 0.9990000000000001 in binary, which nobody promised.
  if (unit === 'percent') return { value: Number((target / 100).toPrecision(12)), unit: 'share', ...stated };
  return { value: target * (unit === 'minutes' ? MINUTE_MS : SECOND_MS), unit: 'ms', ...stated };
}

/** A clause about other layers or vectors than those of this attack; and why, where the data cannot tell them apart. */
function outOfScope(clause: SlaClause, stats: AttackStats): Verdict | undefined {
  const [first] = stats.waves;
  if (!first && clause.metric !== 'availability') return unmeasured([say`the supplied data shows no attack`]);
  const { layer } = clause;
  if (layer !== undefined && first && clause.metric !== 'availability') {
    const isHit = stats.waves.some((wave) => wave.layers.includes(layer));
    if (!isHit)
      return stats.layers.some((one) => one.layer === layer)
        ? unaffected([say`no attack on this layer in the data`])
        : unmeasured([say`the supplied data does not cover this layer`]);
    if (first.layers.length > 1 && clause.metric.startsWith('time-'))
      return unmeasured([say`the first wave came over both layers, and its clocks are those of both`]);
  }
  if (clause.vectors && first) {
    const meant = new Set(clause.vectors.map(slugOfVector));
    const seen = vectorsOfAll(stats).map(({ slug }) => slug);
    if (seen.length === 0) return unmeasured([say`the data does not name the vectors of the attack`]);
    if (!seen.some((vector) => meant.has(vector))) return unaffected([say`no attack of this kind in the data`]);
    if (!seen.every((vector) => meant.has(vector)))
      return unmeasured([say`other vectors came at the same time and are measured with it`]);
  }
  return undefined;
}

const ENDS = { 'time-to-mitigate': 'mitigated', 'time-to-detect': 'detected', 'time-to-notify': 'notified' } as const;
const LENGTHS = {
  'time-to-mitigate': { 'first-attack': 'timeToMitigate', alert: 'alertToMitigate' },
  'time-to-detect': { 'first-attack': 'timeToDetect', alert: undefined },
  'time-to-notify': { 'first-attack': 'timeToNotify', alert: 'alertToNotify' },
} as const;
const NOT_RECORDED: Readonly<Record<keyof typeof ENDS, Message>> = {
  'time-to-mitigate': say`the data does not show when mitigation began`,
  'time-to-detect': say`no detection is recorded`,
  'time-to-notify': say`the timeline records no word to the customer`,
};
const KNOWN_FROM: Readonly<Record<Clock['from'], Message>> = {
  logs: say`traffic data`,
  'attack-ids': say`attack records`,
  timeline: say`timeline`,
};

function judgeTime(clause: SlaClause, metric: keyof typeof ENDS, target: Measure, stats: AttackStats): Verdict {
  const { clocks } = stats;
  const from = clause.from ?? 'first-attack';
  const start = from === 'alert' ? clocks.alerted : clocks.firstAttack;
  const end = clocks[ENDS[metric]];
  const name = LENGTHS[metric][from];
  const length = name && clocks[name];
  if (!start)
    return unmeasured([
      from === 'alert' ? say`no alert is recorded` : say`the data does not show when the attack began`,
    ]);
  if (!end || !length)
    return (metric === 'time-to-mitigate' && neverMitigated(target, stats)) || unmeasured([NOT_RECORDED[metric]]);
  // The error of a length is that of both its ends: a promise is not kept on the benefit of the doubt.
  const resolutionMs = resolutionBetween(start, end);
  const where: Phrase = [
    start.from === end.from
      ? say`${clock(start.at)} to ${clock(end.at)} (${KNOWN_FROM[end.from]})`
      : say`${clock(start.at)} (${KNOWN_FROM[start.from]}) to ${clock(end.at)} (${KNOWN_FROM[end.from]})`,
  ];
  const evidence = evidenceOf(length);
  if (length.value < 0)
    return { ...unmeasured([say`the sources contradict each other: ${where}`]), measured: length, evidence };
  const upper = length.value + resolutionMs;
  const measured: Measure = { ...length, interval: { lower: Math.max(0, length.value - resolutionMs), upper } };
  const parts = { measured, resolutionMs, evidence };
  if (upper <= target.value) return { ...parts, result: 'met', reason: where };
  if (length.value - resolutionMs > target.value) return { ...parts, result: 'missed', reason: where };
  return {
    ...parts,
    ...unmeasured([say`the target lies within the ± ${lasting(resolutionMs)} of the measurement`]),
    evidence,
  };
}

/** Nothing was mitigated for longer than promised: missed, however long it would have taken. */
function neverMitigated(target: Measure, stats: AttackStats): Verdict | undefined {
  const layers = attackedLayers(stats);
  const { active } = stats.duration;
  const isCounted = layers.length > 0 && layers.every(({ during }) => during?.mitigated?.kind === 'counted');
  if (!isCounted || !active || active.value <= target.value) return undefined;
  if (layers.some(({ during }) => during?.mitigated?.value !== 0)) return undefined;
  return {
    result: 'missed',
    reason: [say`nothing was mitigated in the ${lasting(active.value)} under attack`],
    evidence: evidenceOf(...layers.map(({ during }) => during?.mitigated)),
  };
}

function judgeAvailability(clause: SlaClause, target: Measure, stats: AttackStats, facts: JudgeFacts): Verdict {
  const found = stats.layers.find((layer) => layer.availability)?.availability;
  if (!found) return unmeasured([say`the supplied data holds no answers of the origin by the minute`]);
  const { share, down, known } = found;
  const evidence = evidenceOf(share);
  if (clause.period === 'report')
    return judgeShare(share, target, [say`${lasting(down.value)} down in ${lasting(known.value)}`]);
  const allowed = (1 - target.value) * monthLengthAt(stats.window.start, facts.timeZone);
  const isUp = down.value === 0 && !down.interval;
  const reason: Phrase = [
    isUp
      ? say`no minute down in ${lasting(known.value)}, and the month allows ${lasting(Math.round(allowed / SECOND_MS) * SECOND_MS)}`
      : say`${lasting(down.value)} down in ${lasting(known.value)}, and the month allows ${lasting(Math.round(allowed / SECOND_MS) * SECOND_MS)}`,
  ];
  const isMissed = (down.interval?.lower ?? down.value) > allowed;
  return isMissed
    ? { measured: down, result: 'missed', reason, evidence }
    : { ...unmeasured([say`${reason}; the rest of the month is not in this report`]), measured: down, evidence };
}

/** Length of the calendar month in the customer's zone, ms. */
function monthLengthAt(at: number, timeZone: string): number {
  const day = new TZDate(at, timeZone);
  const first = (months: number) => new TZDate(day.getFullYear(), day.getMonth() + months, 1, timeZone).getTime();
  return first(1) - first(0);
}

function judgeConsistency(clause: SlaClause, target: Measure, stats: AttackStats): Verdict {
  const layers = attackedLayers(stats).filter(({ layer }) => clause.layer === undefined || layer === clause.layer);
  const leading = leadingLayer(stats);
  const chosen = layers.find(({ layer }) => layer === leading?.layer) ?? layers[0];
  const clean = chosen?.attack?.cleanShare;
  if (!clean) return unmeasured([say`how much of the attack got through is not measured`]);
  return judgeShare(clean, target, [say`what was let through in the waves, less the attack traffic in it`]);
}

/** At least the target. */
function judgeShare(measured: Measure, target: Measure, reason: Phrase): Verdict {
  const { lower, upper } = measured.interval ?? { lower: measured.value, upper: measured.value };
  const parts = { measured, evidence: evidenceOf(measured) };
  if (lower >= target.value) return { ...parts, result: 'met', reason };
  if (upper < target.value) return { ...parts, result: 'missed', reason };
  return {
    ...unmeasured([say`the target lies within the interval of the measurement, ${amount(measured, 'range')}`]),
    ...parts,
  };
}

function unmeasured(reason: Phrase): Verdict {
  return { result: 'not-measurable', reason, evidence: [] };
}

function unaffected(reason: Phrase): Verdict {
  return { result: 'not-applicable', reason, evidence: [] };
}

/** What the summary says of the agreement: every missed clause by name, and how many are met or cannot be judged. */
export const serviceLevels: Insight = {
  id: 'service-levels',
  needs: [],
  find(stats, facts): Finding | undefined {
    const clauses = judgeSla(stats, facts);
    if (clauses.length === 0) return undefined;
    const of = (result: SlaJudgement['result']) => clauses.filter((clause) => clause.result === result);
    const [met, missed, open] = [of('met'), of('missed'), of('not-measurable')];
    const promises = counted(clauses.length, noun('service level', 'service levels'));
    return {
      id: 'service-levels',
      title:
        missed.length > 0
          ? [say`${integer(missed.length)} of ${promises} missed`]
          : [say`${integer(met.length)} of ${promises} met, none missed`],
      text: [
        ...missed.map((clause) => say`Missed: ${clauseWords(clause)}. `),
        ...(met.length > 0 ? [say`Met: ${list(met.map(nameOf))}. `] : []),
        ...(open.length > 0 ? [say`Not measurable with this data: ${list(open.map(nameOf))}. `] : []),
        say`Missing evidence counts as neither met nor missed.`,
      ],
      tone: missed.length > 0 ? 'unfavourable' : met.length === clauses.length ? 'favourable' : 'neutral',
      evidence: [...new Set(clauses.flatMap(({ evidence }) => evidence))],
    };
  },
};

function nameOf({ clause }: SlaJudgement): Value {
  return label(clause);
}

/** `4.2 Time to mitigate: 41 s (± 1 s), promised within 30 s`. */
function clauseWords(judged: SlaJudgement): Phrase {
  const { measured, metric, target, reason, resolutionMs } = judged;
  const isTime = target.unit === 'ms';
  const told: Phrase =
    measured && isTime && resolutionMs !== undefined
      ? [...distanceWords(measured, resolutionMs), ' (± ', lasting(resolutionMs), ')']
      : measured?.unit === 'share'
        ? [
            metric === 'availability'
              ? say`${amount(measured)} of the minutes of this report with the origin up`
              : say`${amount(measured)} of what was let through in the waves was not attack traffic`,
          ]
        : reason;
  const name = nameOf(judged);
  if (!isTime) return [say`${name}: ${told}, promised at least ${amount(target, 'exact')}`];
  return [
    judged.from === 'alert'
      ? say`${name}: ${told}, promised within ${lasting(target.value)} of the alert`
      : say`${name}: ${told}, promised within ${lasting(target.value)}`,
  ];
}
