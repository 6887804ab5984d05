import type { AttackStats, LayerStats } from '../../aggregate/aggregate.ts';
import { amount, counted, label, lasting, like } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Phrase } from '../../model/phrase.ts';
import { noun, opening, say } from '../../model/say.ts';
import { MINUTE_MS, SECOND_MS } from '../../model/time.ts';
import { evidenceOf } from '../inlines.ts';
import { attackedLayers } from '../needs.ts';
import type { RecommendationRule } from './recommendation.ts';

/** The origin was harmed: capacity, or something that sheds load before it. With the load at which it began, where the data shows one. */
export const originCapacity: RecommendationRule = {
  id: 'origin-capacity',
  find({ stats, severity }) {
    const reason = severity.reasons.find(({ id }) => id === 'origin-degraded' || id === 'origin-outage');
    const layer = stats.layers.find((one) => one.origin);
    if (!reason || !layer) return undefined;
    const knee = findKnee(layer);
    return {
      text: knee
        ? [say`Give the origin room for more than ${amount(knee.broke)}, or limit what reaches it to less.`]
        : [say`Give the origin more room, or limit what reaches it.`],
      why: sentence(reason.text),
      effect: knee
        ? [
            say`From ${amount(knee.broke)} on (mean over a minute) errors rose; the waves brought up to ${amount(knee.highest)}.`,
          ]
        : [say`The data does not show at which load it began.`],
      owner: 'customer',
      effort: 'high',
      evidence: [...new Set([...reason.evidence, ...evidenceOf(knee?.broke)])],
    };
  },
};

function sentence(clause: Phrase): Phrase {
  return [opening(clause), say`.`];
}

/** Answers of a minute below which its share of errors means nothing. */
const FEWEST_ANSWERS = 30;
const DEGRADED_POINTS = 0.05;
/** Fewer minutes with more errors than usual show no load at which they begin. */
const FEWEST_FAILING = 3;
/** Minutes with more load that were healthy all the same, of all of them, above which load does not explain the errors. */
const TOLERATED_EXCEPTIONS = 0.2;

/** The lowest load of a minute with clearly more errors than usual, when nearly all minutes with more load have them too. */
function findKnee(layer: LayerStats): { readonly broke: Measure; readonly highest: Measure } | undefined {
  const before = layer.origin?.phases.find(({ phase }) => phase === 'before')?.errorShare.value;
  if (before === undefined) return undefined;
  const minutes = layer.minutes.flatMap(({ origin, origin5xx }) =>
    origin && origin5xx && origin.value >= FEWEST_ANSWERS
      ? [{ load: origin, isFailing: origin5xx.value / origin.value >= before + DEGRADED_POINTS }]
      : [],
  );
  const failing = minutes.filter(({ isFailing }) => isFailing).sort((a, b) => a.load.value - b.load.value);
  const [lowest] = failing;
  const highest = minutes.reduce<Measure | undefined>(
    (best, { load }) => (!best || load.value > best.value ? load : best),
    undefined,
  );
  if (!lowest || !highest || failing.length < FEWEST_FAILING) return undefined;
  const above = minutes.filter(({ load }) => load.value >= lowest.load.value);
  if (above.filter(({ isFailing }) => !isFailing).length > TOLERATED_EXCEPTIONS * above.length) return undefined;
  return { broke: perSecond(lowest.load), highest: perSecond(highest) };
}

function perSecond(minute: Measure): Measure {
  return { ...like(minute, minute.value / (MINUTE_MS / SECOND_MS)), unit: 'requests/s', windowMs: MINUTE_MS };
}

/** A promise about mitigation was missed although somebody had been alerted. */
export const approvedPlaybook: RecommendationRule = {
  id: 'approved-playbook',
  find({ stats, promises }) {
    const missed = promises.find(({ metric, result }) => metric === 'time-to-mitigate' && result === 'missed');
    const waited = stats.clocks.alertToMitigate;
    if (!missed || !waited || waited.value <= 0) return undefined;
    return {
      text: [say`Agree on steps that need no approval during an attack, or let rules deploy themselves.`],
      why: [
        say`Clause ${label(missed.clause)} was missed, and ${lasting(waited.value)} passed between the alert and the first mitigation.`,
      ],
      effect: [say`Saves up to ${lasting(waited.value)}.`],
      owner: 'both',
      effort: 'medium',
      evidence: evidenceOf(waited),
    };
  },
};

/** Nothing tells the attack from legitimate traffic. */
export const noSignature: RecommendationRule = {
  id: 'no-signature',
  find({ stats }) {
    const layer = abstainedFor(stats, ['no-separation']);
    if (!layer) return undefined;
    return {
      text: [say`Challenge, limit the rate, or use the bot score; do not block by attribute.`],
      why: [say`No attribute in the logs tells the attack from legitimate traffic well enough for a rule.`],
      effect: [],
      owner: 'provider',
      effort: 'medium',
      evidence: evidenceOf(layer.during?.total, layer.before?.total),
    };
  },
};

/** A signature needs something to be tested on. */
export const supplyBaseline: RecommendationRule = {
  id: 'supply-baseline',
  find({ stats }) {
    const layer = abstainedFor(stats, ['no-baseline', 'too-little-baseline']);
    if (!layer) return undefined;
    return {
      text: [say`Keep logs of ordinary traffic and supply more of the time before the attack.`],
      why: layer.before
        ? [
            say`The data has only ${layer.before.total.sampleCount === undefined ? amount(layer.before.total) : counted(layer.before.total.sampleCount, noun('sampled record', 'sampled records'))} before the attack: too few to test a signature on.`,
          ]
        : [say`The data has no traffic before the attack, so no signature could be tested.`],
      effect: [say`Allows a signature, a proposed rule, and a statement on legitimate traffic.`],
      owner: 'both',
      effort: 'low',
      evidence: evidenceOf(layer.whole.total),
    };
  },
};

function abstainedFor(
  stats: AttackStats,
  reasons: readonly AttackStats['abstained'][number]['reason'][],
): LayerStats | undefined {
  return attackedLayers(stats).find(
    ({ layer }) =>
      !stats.signatures.some((one) => one.layer === layer) &&
      stats.abstained.some((one) => one.layer === layer && reasons.includes(one.reason)),
  );
}

/** Half an interval wider than this part of its number is too wide to act on. */
const TOO_WIDE = 0.2;

/** The samples are too thin for the numbers that matter. */
export const unsampledLogs: RecommendationRule = {
  id: 'unsampled-logs',
  find({ stats }) {
    for (const layer of attackedLayers(stats)) {
      const total = layer.attack?.leaked ?? layer.attack?.total;
      if (total?.kind !== 'estimated' || !total.interval || total.value <= 0) continue;
      if ((total.interval.upper - total.interval.lower) / 2 <= TOO_WIDE * total.value) continue;
      return {
        text: [say`Ask for unsampled logs of the time around the attack.`],
        why: [
          layer.attack?.leaked
            ? say`What leaked is known only as ${amount(total, 'range')}.`
            : say`The size of the attack is known only as ${amount(total, 'range')}.`,
        ],
        effect: [say`Turns the range into a count.`],
        owner: 'provider',
        effort: 'low',
        evidence: total.evidence,
      };
    }
    return undefined;
  },
};
