import { type AttackStats, leadingLayer, resolutionBetween } from '../aggregate/aggregate.ts';
import { amount, lasting } from '../model/inlines.ts';
import type { Inline, Phrase } from '../model/phrase.ts';
import type { Finding } from './findings.ts';
import { distanceWords, evidenceOf } from './inlines.ts';
import { attackedLayers, type Insight } from './needs.ts';

/** What acted first, how fast, and how much of the traffic in the waves it took. */
export const mitigation: Insight = {
  id: 'mitigation',
  needs: ['waves', 'attacked'],
  find(stats): Finding | undefined {
    const layers = attackedLayers(stats).filter((layer) => layer.during?.mitigated);
    const leading = leadingLayer(stats);
    const main = layers.find((layer) => layer.layer === leading?.layer) ?? layers[0];
    const { timeToMitigate, timeToContain, mitigated: began } = stats.clocks;
    if (!main?.during?.mitigated) return undefined;
    const { mitigated, mitigatedShare } = main.during;
    if (mitigated.value === 0)
      return {
        id: 'mitigation',
        title: ['Nothing was mitigated in the waves'],
        text: [
          'The supplied data records what was done with the traffic, and none of it was blocked, challenged or rate limited.',
        ],
        tone: 'unfavourable',
        evidence: mitigated.evidence,
      };
    const efficacy = main.attack?.efficacy;
    return {
      id: 'mitigation',
      title:
        timeToMitigate && timeToMitigate.value < 0
          ? ['Mitigation is on record before the first attack traffic of the data']
          : timeToMitigate && began
            ? [
                'Mitigation began ',
                ...distanceWords(timeToMitigate, resolutionBetween(stats.clocks.firstAttack, began)),
                ' after the first attack traffic',
              ]
            : [amount(mitigated), ' mitigated in the waves'],
      text: [
        ...clockWords(stats),
        ' In the waves ',
        amount(mitigated),
        mitigated.value === 1 ? ' was mitigated' : ' were mitigated',
        ...(mitigatedShare ? [': ', amount(mitigatedShare), ' of all traffic with a recorded outcome'] : []),
        ...(efficacy ? [mitigatedShare ? ', ' : ': ', amount(efficacy), ' of the attack itself'] : []),
        '.',
      ],
      tone: toneOf(efficacy?.value, timeToMitigate?.value, timeToContain?.value),
      evidence: evidenceOf(mitigated, mitigatedShare, efficacy, timeToMitigate, timeToContain),
    };
  },
};

function clockWords(stats: AttackStats): Phrase {
  const { firstAttack, timeToMitigate, timeToContain, mitigated, contained } = stats.clocks;
  const within = (resolutionMs: number): Inline[] => [' (± ', lasting(resolutionMs), ')'];
  const words: Inline[] = [];
  if (timeToMitigate && mitigated) {
    const resolutionMs = resolutionBetween(firstAttack, mitigated);
    words.push('The first attack traffic was mitigated ');
    if (timeToMitigate.value < 0)
      words.push(
        lasting(-timeToMitigate.value),
        ...within(resolutionMs),
        ' before the attack began: the sources contradict each other.',
      );
    else if (timeToMitigate.value < resolutionMs)
      words.push('within the first ', lasting(resolutionMs), ', as exactly as the data tells.');
    else words.push('after ', lasting(timeToMitigate.value), ...within(resolutionMs), '.');
  } else words.push('When mitigation began is not in the supplied data.');
  if (timeToContain && contained) {
    const resolutionMs = resolutionBetween(firstAttack, contained);
    words.push(' At least 95 % of the attack was stopped ');
    if (timeToContain.value >= 0 && timeToContain.value < resolutionMs)
      words.push('within the first ', lasting(resolutionMs), '.');
    else words.push('after ', lasting(timeToContain.value), ...within(resolutionMs), '.');
  } else words.push(' The data does not show when at least 95 % of the attack was stopped for a minute on end.');
  return words;
}

/** Praise needs a measured efficacy and both clocks; a contradiction between clocks is never praise. */
function toneOf(
  efficacy: number | undefined,
  timeToMitigateMs: number | undefined,
  timeToContainMs: number | undefined,
): Finding['tone'] {
  if (timeToMitigateMs !== undefined && timeToMitigateMs < 0) return 'unfavourable';
  return efficacy !== undefined && efficacy >= 0.95 && timeToContainMs !== undefined ? 'favourable' : 'neutral';
}
