import { type AttackStats, type AttackVolume, type LayerStats, leadingLayer } from '../aggregate/aggregate.ts';
import { amount, list } from '../model/inlines.ts';
import { FEWEST_SAMPLED_ROWS, type Measure } from '../model/measure.ts';
import type { Inline } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import type { Finding } from './findings.ts';
import { complement, evidenceOf } from './inlines.ts';
import { attackedLayers, type Insight, originOf } from './needs.ts';

/** More of the attack than this getting through is told as a failing. */
const TOLERATED_LEAK = 0.05;

/** What was not stopped, and how much the origin had to answer. Never left out where a leak is measured. */
export const leak: Insight = {
  id: 'leak',
  needs: ['waves', 'attacked'],
  find(stats): Finding | undefined {
    const layers = attackedLayers(stats);
    const leading = leadingLayer(stats);
    const measured = layers.filter((layer) => layer.attack?.leaked);
    const main = measured.find((layer) => layer.layer === leading?.layer) ?? measured[0];
    if (!main?.attack?.leaked) return unmeasured(stats, layers[0]);
    const { leaked, efficacy, total } = main.attack;
    if (total.value < FEWEST_SAMPLED_ROWS)
      return {
        id: 'leak',
        title: [say`Too little attack traffic to say how much leaked`],
        text: [say`The data holds ${amount(total)} of attack traffic in the waves; a share of so few says nothing.`],
        tone: 'neutral',
        evidence: evidenceOf(leaked, total),
      };
    const answered = answeredInWaves(stats);
    const unfavourable = efficacy !== undefined && leaked.value > TOLERATED_LEAK * total.value;
    return {
      id: 'leak',
      title: efficacy
        ? [say`${amount(complement(efficacy))} of the attack leaked: ${amount(leaked)}`]
        : [say`${amount(leaked)} of attack traffic leaked`],
      text: [
        leaked.value === 1
          ? say`Of ${amount(total)} of attack traffic, ${amount(leaked)} was not mitigated.`
          : say`Of ${amount(total)} of attack traffic, ${amount(leaked)} were not mitigated.`,
        ...basisWords(main.attack),
        ...(main.attack.reachedOrigin
          ? [say` The origin answered ${amount(main.attack.reachedOrigin)} of it.`]
          : originWords(answered)),
        ...(main.attack.legitimateMitigated ? [] : [COLLATERAL]),
      ],
      tone: unfavourable ? 'unfavourable' : 'neutral',
      evidence: evidenceOf(leaked, total, efficacy, answered),
    };
  },
};

/** How attack was told from other traffic. Of two ways the other is told too. */
function basisWords({ basis, excess }: AttackVolume): Inline[] {
  if (basis === 'excess') return [say` Attack traffic is what exceeds the level before the attack.`];
  return excess
    ? [say` Attack traffic is what matches the signature; by the level before the attack it is ${amount(excess)}.`]
    : [];
}

/** Nothing in the statistics tells a legitimate request from an attacking one that was stopped. */
const COLLATERAL = say` How much legitimate traffic was mitigated by mistake is not measured.`;

/** Requests that the origin answered in the waves, legitimate ones included. */
function answeredInWaves(stats: AttackStats): Measure | undefined {
  return originOf(stats)?.phases.find((phase) => phase.phase === 'during')?.requests;
}

function originWords(answered: Measure | undefined): Inline[] {
  return answered ? [say` The origin answered ${amount(answered)} in the waves, legitimate ones included.`] : [];
}

/** Without a baseline or outcomes the leak is unknown; that is told, and what reached the origin with it. */
function unmeasured(stats: AttackStats, layer: LayerStats | undefined): Finding | undefined {
  const answered = answeredInWaves(stats);
  const passed =
    layer?.during?.byDisposition.filter((part) => part.disposition === 'passed' || part.disposition === 'logged') ?? [];
  if (!layer?.during || (passed.length === 0 && !answered)) return undefined;
  return {
    id: 'leak',
    title: [say`How much of the attack got through is not measured`],
    text: [
      say`The supplied data does not tell attack traffic from legitimate traffic in the waves.`,
      ...(passed.length > 0
        ? [
            say` Not mitigated in the waves, legitimate traffic included: ${list(passed.map((part) => amount(part.total)))}.`,
          ]
        : []),
      ...originWords(answered),
      COLLATERAL,
    ],
    tone: 'neutral',
    evidence: evidenceOf(answered, ...passed.map((part) => part.total)),
  };
}
