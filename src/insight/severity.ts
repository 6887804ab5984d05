import type { AttackStats, OriginStats } from '../aggregate/aggregate.ts';
import { amount, integer, label, lasting } from '../model/inlines.ts';
import type { Phrase } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { History } from './history.ts';
import { complement, evidenceOf } from './inlines.ts';
import { attackedLayers, originOf } from './needs.ts';
import type { SlaJudgement } from './sla.ts';

/** How bad it was: 4 an outage, 3 harm or a broken promise, 2 much got through, 1 stopped without harm, 0 no attack. Size counts only against the customer's own history, and never above 2. */
export interface Severity {
  readonly level: 0 | 1 | 2 | 3 | 4;
  /** Everything that applies, gravest first; at least one. */
  readonly reasons: readonly SeverityReason[];
}

interface SeverityReason {
  readonly id:
    | 'origin-outage'
    | 'origin-degraded'
    | 'collateral'
    | 'promise-missed'
    | 'leak'
    | 'leak-above-usual'
    | 'own-history'
    | 'no-visible-impact'
    | 'impact-unknown'
    | 'no-attack';
  readonly level: Severity['level'];
  /** Reads on from `Severity 3: `; no full stop. */
  readonly text: Phrase;
  readonly evidence: readonly string[];
}

/** A promise held against what was measured. */
export type PromiseOutcome = Pick<SlaJudgement, 'clause' | 'metric' | 'target' | 'measured' | 'result' | 'evidence'>;

/** Half of the answers are errors: for a user the site is down. */
const OUTAGE_SHARE = 0.5;
const DEGRADED_POINTS = 0.05;
const DEGRADED_FACTOR = 3;
/** What lasts less is a hiccup. */
const LONG_ENOUGH_MS = MINUTE_MS;
const NOTABLE_LEAK = 0.05;
const NOTABLE_COLLATERAL = 0.01;
/** The largest tenth. */
const LARGEST_OF_HISTORY = 0.9;
/** Differences of shares are not exact in binary. */
const ROUNDING = 1e-9;

/** The highest level for which there is evidence, with every reason that applies. */
export function judgeSeverity(
  stats: AttackStats,
  promises: readonly PromiseOutcome[],
  history?: Pick<History, 'rank'>,
): Severity {
  if (stats.waves.length === 0)
    return reasonsToSeverity([
      {
        id: 'no-attack',
        level: 0,
        text: [say`no evidence of an attack in the supplied data`],
        evidence: evidenceOf(...stats.layers.map((layer) => layer.whole.total)),
      },
    ]);
  const harm = [
    ...originReasons(stats),
    ...collateralReasons(stats),
    ...promiseReasons(promises),
    ...leakReasons(stats),
    ...historyReasons(history),
  ];
  return reasonsToSeverity(harm.length > 0 ? harm : [calm(stats)]);
}

function reasonsToSeverity(reasons: readonly SeverityReason[]): Severity {
  const sorted = [...reasons].sort((a, b) => b.level - a.level);
  return { level: sorted[0]?.level ?? 0, reasons: sorted };
}

function originReasons(stats: AttackStats): SeverityReason[] {
  const origin = originOf(stats);
  const during = origin?.phases.find(({ phase }) => phase === 'during');
  const before = origin?.phases.find(({ phase }) => phase === 'before');
  if (!origin || !during) return [];
  const evidence = evidenceOf(during.errorShare, before?.errorShare, during.unreachable);
  const outage = longestRun(stats, origin, origin.errorShare, (share) => share > OUTAGE_SHARE);
  const lost = during.unreachable?.value ?? 0;
  const underAttackMs = stats.duration.active?.value ?? 0;
  if (outage >= LONG_ENOUGH_MS)
    return [
      {
        id: 'origin-outage',
        level: 4,
        text: [say`more than half of the origin’s answers were errors for ${lasting(outage)}`],
        evidence,
      },
    ];
  if (during.unreachable && lost > during.requests.value && underAttackMs >= LONG_ENOUGH_MS)
    return [
      {
        id: 'origin-outage',
        level: 4,
        text: [say`${amount(during.unreachable)} in the waves got no answer from the origin, more than got one`],
        evidence,
      },
    ];
  if (!before) return [];
  const degraded = (text: Phrase): SeverityReason => ({ id: 'origin-degraded', level: 3, text, evidence });
  const limit = before.errorShare.value + DEGRADED_POINTS - ROUNDING;
  const failing = longestRun(stats, origin, origin.errorShare, (share) => share >= limit);
  if (failing >= LONG_ENOUGH_MS)
    return [
      degraded([
        say`the share of errors of the origin stood five points or more above the level before the attack for ${lasting(failing)}`,
      ]),
    ];
  if (during.errorShare.value >= limit && underAttackMs >= LONG_ENOUGH_MS)
    return [
      degraded([
        say`${amount(during.errorShare)} of the origin’s answers in the waves were errors, against ${amount(before.errorShare)} before`,
      ]),
    ];
  const usual = before.p95?.value ?? 0;
  const slow = usual > 0 ? longestRun(stats, origin, origin.p95Ms, (ms) => ms >= DEGRADED_FACTOR * usual) : 0;
  if (slow >= LONG_ENOUGH_MS)
    return [degraded([say`the origin took three times as long as before the attack, or longer, for ${lasting(slow)}`])];
  return [];
}

/** The longest time on end, inside the waves, in which every known step meets the test. A gap ends it. */
function longestRun(
  stats: AttackStats,
  { start, intervalMs }: OriginStats,
  values: readonly (number | null)[],
  meets: (value: number) => boolean,
): number {
  let longest = 0;
  let run = 0;
  for (const [index, value] of values.entries()) {
    const from = start + index * intervalMs;
    const isInside = stats.waves.some(
      (wave) => from + intervalMs > wave.start && from < (wave.end ?? stats.window.end),
    );
    run = isInside && value !== null && meets(value) ? run + intervalMs : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Legitimate traffic that was stopped, of all that there was in the waves. */
function collateralReasons(stats: AttackStats): SeverityReason[] {
  return attackedLayers(stats).flatMap((layer): SeverityReason[] => {
    const hurt = layer.attack?.legitimateMitigated;
    const legitimate = (layer.during?.total.value ?? 0) - (layer.attack?.total.value ?? 0);
    const least = hurt?.interval?.lower ?? hurt?.value ?? 0;
    if (!hurt || legitimate <= 0 || least / legitimate <= NOTABLE_COLLATERAL) return [];
    return [
      {
        id: 'collateral',
        level: 3,
        text: [say`${amount(hurt)} of legitimate traffic were mitigated`],
        evidence: hurt.evidence,
      },
    ];
  });
}

function promiseReasons(promises: readonly PromiseOutcome[]): SeverityReason[] {
  return promises
    .filter(({ metric, result }) => metric === 'time-to-mitigate' && result === 'missed')
    .map(({ clause, target, measured, evidence }) => ({
      id: 'promise-missed',
      level: 3,
      text: [
        measured
          ? say`mitigation took ${lasting(measured.value)}, promised within ${lasting(target.value)} (${label(clause)})`
          : say`nothing was mitigated in time, promised within ${lasting(target.value)} (${label(clause)})`,
      ],
      evidence,
    }));
}

function leakReasons(stats: AttackStats): SeverityReason[] {
  return attackedLayers(stats).flatMap((layer): SeverityReason[] => {
    const { attack, before, during } = layer;
    if (!attack?.leaked || !during) return [];
    const toOrigin = attack.reachedOrigin ?? attack.leaked;
    const evidence = evidenceOf(toOrigin, attack.total);
    const share = attack.total.value > 0 ? toOrigin.value / attack.total.value : 0;
    const reasons: SeverityReason[] = [];
    if (share > NOTABLE_LEAK)
      reasons.push({
        id: 'leak',
        level: 2,
        text: attack.reachedOrigin
          ? [say`${amount(attack.reachedOrigin)} of the attack reached the origin, more than one in twenty`]
          : attack.efficacy
            ? [say`${amount(complement(attack.efficacy))} of the attack was not mitigated`]
            : [say`${amount(attack.leaked)} of the attack were not mitigated`],
        evidence,
      });
    const seconds = during.windows.reduce((sum, window) => sum + (window.end - window.start), 0) / SECOND_MS;
    if (before && seconds > 0 && toOrigin.value / seconds > before.meanRate.value)
      reasons.push({
        id: 'leak-above-usual',
        level: 2,
        text: [say`what got through was more than the usual load of ${amount(before.meanRate)}`],
        evidence: evidenceOf(toOrigin, before.meanRate),
      });
    return reasons;
  });
}

/** Among the largest that the customer has had; a percentile needs twenty incidents, and without it there is no such reason. */
function historyReasons(history: Pick<History, 'rank'> | undefined): SeverityReason[] {
  const { largerThan, compared } = history?.rank ?? {};
  if (!largerThan || compared === undefined || largerThan.value < LARGEST_OF_HISTORY - ROUNDING) return [];
  return [
    {
      id: 'own-history',
      level: 2,
      text: [say`larger than ${amount(largerThan)} of the ${integer(compared)} earlier incidents on record`],
      evidence: largerThan.evidence,
    },
  ];
}

/** An attack without any of the harm above; where harm could not be seen, that is said. */
function calm(stats: AttackStats): SeverityReason {
  const phases = originOf(stats)?.phases ?? [];
  const isKnown = phases.some(({ phase }) => phase === 'during') && phases.some(({ phase }) => phase === 'before');
  const isMitigated = attackedLayers(stats).some((layer) => (layer.during?.mitigated?.value ?? 0) > 0);
  const evidence = evidenceOf(...stats.layers.map((layer) => layer.during?.total));
  if (!isKnown)
    return {
      id: 'impact-unknown',
      level: 1,
      text: [
        say`an attack; whether it harmed the origin is not in the supplied data, so the level is the lowest possible`,
      ],
      evidence,
    };
  return {
    id: 'no-visible-impact',
    level: 1,
    text: [
      isMitigated
        ? say`mitigated, without visible impact on the origin`
        : say`an attack without visible impact on the origin`,
    ],
    evidence,
  };
}
