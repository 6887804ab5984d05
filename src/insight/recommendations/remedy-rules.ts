import type { AttackStats, RemedyStats } from '../../aggregate/aggregate.ts';
import { amount, counted, instant, integer, label, lasting, like } from '../../model/inlines.ts';
import type { Phrase } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import { evidenceOf } from '../inlines.ts';
import { attackedLayers } from '../needs.ts';
import { findRecurrence } from '../recurring.ts';
import { vectorsOfAll } from '../vectors.ts';
import type { RecommendationRule } from './recommendation.ts';

// Measures whose effect was counted on the traffic of this incident (see `RemedyStats`).

/** A remedy that would have stopped less of the attack is not worth its effort. */
const NOTABLE_EFFECT = 0.1;
/** Requests that a cache would have answered, of those that the origin did. */
const NOTABLE_HITS = 0.5;
/** Addresses that a limit touches besides those that attacked, of all such, above which it hurts more than it helps. */
const TOLERATED_TOUCHED = 0.01;

function remedyOf<K extends keyof RemedyStats>(stats: AttackStats, name: K): RemedyStats[K] | undefined {
  return attackedLayers(stats).find((layer) => layer.remedies?.[name])?.remedies?.[name];
}

/** ` on /search`, where the signature says what was hit. */
function onTarget(stats: AttackStats): Phrase {
  const scope = stats.signatures[0]?.scope.find(({ field }) => field === 'ClientRequestPath');
  return scope?.op === 'eq' && typeof scope.value === 'string' ? [say` on ${label(scope.value, 'code')}`] : [];
}

/** Clients of ordinary days ask for less than attackers do. */
export const rateLimit: RecommendationRule = {
  id: 'rate-limit',
  find({ stats }) {
    const found = remedyOf(stats, 'rateLimit');
    if (!found || found.ofAttackers.value < NOTABLE_EFFECT) return undefined;
    const { limit, windowMs, windowsBefore, keptBefore, ofAttackers, others, touched } = found;
    if (touched.value > TOLERATED_TOUCHED * others.value) return undefined;
    return {
      text: [
        say`Limit each client address to ${counted(limit, noun('request', 'requests'))} in ${lasting(windowMs)}${onTarget(stats)}.`,
      ],
      why: [
        say`Before the attack addresses kept to that in ${amount(keptBefore)} of ${counted(windowsBefore.value, noun('such window', 'such windows'))}.`,
      ],
      effect: [
        say`Would have stopped ${amount(ofAttackers)} of what the attacking addresses sent in the waves, and touched ${integer(touched.value)} of ${counted(others.value, noun('other address', 'other addresses'))}.`,
      ],
      owner: 'customer',
      effort: 'low',
      evidence: evidenceOf(ofAttackers, touched),
    };
  },
};

/** The attack asked each time with another query, so that no cache could answer. */
export const cacheKey: RecommendationRule = {
  id: 'cache-key',
  find({ stats }) {
    const found = remedyOf(stats, 'cacheKey');
    if (!found || found.share.value < NOTABLE_HITS) return undefined;
    if (!vectorsOfAll(stats).some(({ slug }) => slug === 'cache-busting')) return undefined;
    return {
      text: [
        say`Leave unknown query parameters out of the cache key${onTarget(stats)}, and keep its answers for a while.`,
      ],
      why: [
        say`The origin answered ${amount(found.asked)} of the attack that no cache could answer because of their query.`,
      ],
      effect: [
        say`With one answer kept for each path and data centre, ${amount(found.share)} of them would have come from the cache.`,
      ],
      owner: 'customer',
      effort: 'medium',
      evidence: evidenceOf(found.asked, found.hits),
    };
  },
};

/** Each address got too little to stand out, but their prefix as a whole did. */
export const prefixThresholds: RecommendationRule = {
  id: 'prefix-thresholds',
  find({ stats }) {
    const found = remedyOf(stats, 'prefixAlarm');
    const noticed = stats.clocks.detected ?? stats.clocks.mitigated;
    const earlierMs = found && noticed ? noticed.at - found.at : 0;
    if (!found || !noticed || earlierMs <= noticed.resolutionMs) return undefined;
    return {
      text: [say`Watch the volume of ${label(found.prefix, 'indicator')} as a whole, not only of each address.`],
      why: [say`The attack was spread over its addresses, so that none of them stood out.`],
      effect: [
        stats.clocks.detected
          ? say`At ${instant(found.at)} the prefix brought twice what its highest second before the attack did: ${lasting(earlierMs)} before the attack was detected.`
          : say`At ${instant(found.at)} the prefix brought twice what its highest second before the attack did: ${lasting(earlierMs)} before anything was mitigated.`,
      ],
      owner: 'provider',
      effort: 'medium',
      evidence: [...new Set([...found.evidence, ...noticed.evidence])],
    };
  },
};

/** Machines of an earlier incident attacked again. */
export const keepSources: RecommendationRule = {
  id: 'keep-sources',
  find({ stats }) {
    const [first] = findRecurrence(stats)?.incidents ?? [];
    const covered = first?.ofFirstMinute;
    if (!first || !covered || covered.value < NOTABLE_EFFECT) return undefined;
    return {
      text: [
        say`Keep the addresses that attacked on a list that expires, and challenge them at the first sign of an attack.`,
      ],
      why: [
        say`${counted(first.shared.value, noun('address', 'addresses'))} on record of ${label(first.incidentId, 'code')} attacked again.`,
      ],
      effect: [say`That list would have covered ${amount(covered)} of the attack in its first minute.`],
      owner: 'provider',
      effort: 'low',
      evidence: evidenceOf(first.shared, covered),
    };
  },
};

/** Packets of the attack went to the address of a server that should be reached by way of the edge only. */
export const lockOrigin: RecommendationRule = {
  id: 'lock-origin',
  find({ stats, origins }) {
    const layer = attackedLayers(stats).find((one) => one.layer === 'network');
    const hit = layer?.breakdowns
      .find(({ dimension, scope }) => dimension === 'destination_ip' && scope === 'attack')
      ?.items.filter(({ key }) => origins.includes(key));
    const [first] = hit ?? [];
    if (!first || !hit) return undefined;
    const passed = hit.every(({ mitigated }) => mitigated)
      ? hit.reduce((sum, { total, mitigated }) => sum + total.value - (mitigated?.value ?? 0), 0)
      : undefined;
    return {
      text: [
        say`Let the origin accept nothing but the edge: its address ranges, or a tunnel; then change the address.`,
      ],
      why: [
        hit.length === 1
          ? say`The attack went to ${label(first.key, 'indicator')} of the origin itself, past the edge.`
          : say`The attack went to ${counted(hit.length, noun('address', 'addresses'))} of the origin itself, past the edge.`,
      ],
      effect: [
        ...(passed === undefined || passed <= 0
          ? [say`None of it would reach a server that answers to the edge alone.`]
          : [say`${amount(like(first.total, passed))} that were not mitigated would not have reached it.`]),
      ],
      owner: 'customer',
      effort: 'medium',
      evidence: evidenceOf(first.total),
    };
  },
};
