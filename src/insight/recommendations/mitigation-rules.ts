import { type AttackStats, type LayerStats, LEADING_RATE } from '../../aggregate/aggregate.ts';
import { amount, counted, integer, label, lasting, like } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Phrase } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import { SECOND_MS } from '../../model/time.ts';
import { MITIGATED_DISPOSITIONS } from '../../model/traffic.ts';
import { evidenceOf } from '../inlines.ts';
import { attackedLayers } from '../needs.ts';
import type { RecommendationRule } from './recommendation.ts';

type Signature = AttackStats['signatures'][number];

/** A signature that passed its test on traffic before the attack, said for at least one place. */
export const deployRule: RecommendationRule = {
  id: 'deploy-rule',
  find({ stats, rules }) {
    const numbers = [...new Set(rules.rules.map(({ signature }) => signature))];
    const chosen = numbers.flatMap((number) => stats.signatures[number] ?? []);
    const [first] = chosen;
    if (!first || numbers[0] === undefined) return undefined;
    return {
      text:
        chosen.length === 1
          ? [
              say`Deploy the proposed rule for signature ${integer(numbers[0] + 1)}: watch it for a day, then let it block, and remove it when it expires.`,
            ]
          : [
              say`Deploy the proposed rules for ${counted(chosen.length, noun('signature', 'signatures'))}: watch them for a day, then let them block, and remove them when they expire.`,
            ],
      why: [
        chosen.length === 1
          ? say`The signature was tested on ${amount(first.holdOut)} before the attack that were not used to find it.`
          : say`The first signature was tested on ${amount(first.holdOut)} before the attack that were not used to find it.`,
      ],
      effect: [
        chosen.length === 1
          ? say`Covers ${amount(first.coverage)} of the attack and matches ${matchWords(first, 'them')}.`
          : say`The first covers ${amount(first.coverage)} of the attack and matches ${matchWords(first, 'them')}.`,
      ],
      owner: 'both',
      effort: 'low',
      evidence: evidenceOf(...chosen.map(({ coverage }) => coverage)),
    };
  },
};

/** `none of them (at most 0.08 %)`. */
function matchWords({ collateral }: Signature, of: 'them' | 'traffic'): Phrase {
  const part = amount(collateral);
  const upper = collateral.interval?.upper;
  if (collateral.value > 0)
    return [of === 'them' ? say`${part} of them` : say`${part} of the traffic before the attack`];
  if (upper === undefined) return [of === 'them' ? say`none of them` : say`none of the traffic before the attack`];
  const most = amount({ ...like(collateral, upper), kind: 'counted' });
  return [
    of === 'them'
      ? say`none of them (upper bound ${most})`
      : say`none of the traffic before the attack (upper bound ${most})`,
  ];
}

/** Matches of a rule that only logs, below which nothing is said of it. */
const FEWEST_LOGGED = 10;
/** Part of the traffic before the attack that such a rule may match and still be proposed. */
const TOLERATED_BEFORE = 0.001;

/** A rule that recognised the attack and was told only to log, to the end: one that was let act needs no such advice. */
export const logOnlyRule: RecommendationRule = {
  id: 'log-only-rule',
  find({ stats }) {
    for (const layer of attackedLayers(stats)) {
      const before = layer.before?.total.value ?? 0;
      const rule = layer.rules.find(
        (one) =>
          one.disposition === 'logged' &&
          !layer.rules.some(
            ({ id, disposition }) => id === one.id && MITIGATED_DISPOSITIONS.some((name) => name === disposition),
          ) &&
          (one.effect?.attack ?? one.effect?.total ?? one.total).value >= FEWEST_LOGGED &&
          before > 0 &&
          one.before.value <= TOLERATED_BEFORE * before,
      );
      if (!rule?.effect || !layer.before) continue;
      const { total, attack, other } = rule.effect;
      return {
        text: [
          say`Let the rule ${rule.name ? label(rule.name) : label(rule.id, 'code')} block instead of only logging.`,
        ],
        why: [
          attack
            ? say`It recognised ${amount(attack ?? total)} of the attack and let them pass.`
            : say`It recognised ${amount(attack ?? total)} in the waves and let them pass.`,
        ],
        effect: [
          say`It would have stopped those${other && other.value > 0 ? say` and ${amount(other)} that the signature does not match` : ''}; of ${amount(layer.before.total)} before the attack it matched ${rule.before.value === 0 ? say`none` : amount(rule.before)}.`,
        ],
        owner: 'both',
        effort: 'low',
        evidence: evidenceOf(attack ?? total, rule.before),
      };
    }
    return undefined;
  },
};

/** A slower start than this leaves something to gain from a more sensitive rule. */
const SLOW_START_MS = 5 * SECOND_MS;

/** Attack traffic got through before anything acted, and a managed rule is what acted. */
export const raiseSensitivity: RecommendationRule = {
  id: 'raise-sensitivity',
  find({ stats }) {
    const { timeToMitigate, firstAttack, mitigated } = stats.clocks;
    if (!timeToMitigate || !firstAttack || !mitigated || timeToMitigate.value <= SLOW_START_MS) return undefined;
    const layer = attackedLayers(stats).find((one) => one.systems.some(({ system }) => system === 'ddos-managed'));
    if (!layer) return undefined;
    const target = stats.waves[0]?.targets[0];
    const early = leakBefore(layer, firstAttack.at, mitigated.at);
    return {
      text: [
        say`Raise the sensitivity of the managed DDoS rules for ${target === undefined ? say`the target` : label(target)}.`,
      ],
      why: [say`Mitigation began ${lasting(timeToMitigate.value)} after the first attack traffic.`],
      effect: early
        ? [say`Would have stopped up to ${amount(early)} that got through before it.`]
        : [say`How much got through before it is not in the data.`],
      owner: 'provider',
      effort: 'low',
      evidence: evidenceOf(timeToMitigate, early),
    };
  },
};

/** Traffic that passed from the first attack traffic to the first mitigation, less what is usual in as much time. */
function leakBefore(layer: LayerStats, from: number, to: number): Measure | undefined {
  const { onset, before, attack } = layer;
  if (!onset || !before || !attack?.leaked || onset.metric !== LEADING_RATE[layer.layer]) return undefined;
  const seconds = onset.intervalMs / SECOND_MS;
  const passed = onset.lines.filter(({ key }) => key === 'passed' || key === 'logged');
  let volume = 0;
  for (const { values } of passed)
    for (const [index, value] of values.entries()) {
      const at = onset.start + index * onset.intervalMs;
      if (at + onset.intervalMs > from && at < to) volume += (value ?? 0) * seconds;
    }
  const usual = before.meanRate.value * ((to - from) / SECOND_MS);
  const excess = Math.min(Math.round(volume - usual), attack.leaked.value);
  return excess > 0 ? { ...like(attack.leaked, excess), kind: 'estimated' } : undefined;
}

/** More of the legitimate traffic than this is too much to stop by mistake. */
const NOTABLE_COLLATERAL = 0.001;

/** The defence stopped legitimate traffic, and a signature is known that would have stopped less. */
export const narrowRules: RecommendationRule = {
  id: 'narrow-rules',
  find({ stats }) {
    for (const layer of attackedLayers(stats)) {
      const hurt = layer.attack?.legitimateMitigated;
      const legitimate = (layer.during?.total.value ?? 0) - (layer.attack?.total.value ?? 0);
      const signature = stats.signatures.find((one) => one.layer === layer.layer);
      if (!hurt || !signature || legitimate <= 0 || hurt.value <= NOTABLE_COLLATERAL * legitimate) continue;
      const widest = layer.rules.find(({ disposition, before }) => disposition === 'challenged' && before.value === 0);
      return {
        text: [
          widest
            ? say`Narrow what stopped legitimate traffic to the conditions of the signature, first ${widest.name ? label(widest.name) : label(widest.id, 'code')}.`
            : say`Narrow what stopped legitimate traffic to the conditions of the signature.`,
        ],
        why: [say`${amount(hurt)} of legitimate traffic were mitigated since the attack began.`],
        effect: [say`The signature matches ${matchWords(signature, 'traffic')}.`],
        owner: 'provider',
        effort: 'low',
        evidence: evidenceOf(hurt, signature.collateral),
      };
    }
    return undefined;
  },
};
