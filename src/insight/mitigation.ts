import type { AttackStats } from '../aggregate/aggregate.ts';
import { amount, lasting } from '../model/inlines.ts';
import type { Inline, Phrase } from '../model/phrase.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import { attackedLayers, type Insight } from './needs.ts';

/** What acted first, how fast, and how much of the traffic in the waves it took. */
export const mitigation: Insight = {
  id: 'mitigation',
  needs: ['waves', 'attacked'],
  find(stats): Finding | undefined {
    const layers = attackedLayers(stats).filter((layer) => layer.during?.mitigated);
    const [main] = layers;
    const { timeToMitigate, timeToContain } = stats.clocks;
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
      title: timeToMitigate
        ? ['Mitigation began ', lasting(timeToMitigate.value), ' after the first attack traffic']
        : [amount(mitigated), ' mitigated in the waves'],
      text: [
        amount(mitigated),
        ' were mitigated in the waves',
        ...(mitigatedShare ? [', ', amount(mitigatedShare), ' of all traffic with a recorded outcome'] : []),
        '.',
        ...(efficacy ? [' Of the attack itself ', amount(efficacy), ' was mitigated.'] : []),
        ...clockWords(stats),
      ],
      tone: toneOf(efficacy?.value, timeToMitigate?.value, timeToContain?.value),
      evidence: evidenceOf(mitigated, mitigatedShare, efficacy, timeToMitigate, timeToContain),
    };
  },
};

function clockWords(stats: AttackStats): Phrase {
  const { timeToMitigate, timeToContain, mitigated, contained } = stats.clocks;
  const within = (resolutionMs: number): Inline[] => [' (± ', lasting(resolutionMs), ')'];
  const words: Inline[] = [];
  if (timeToMitigate && mitigated) {
    words.push(
      ' The first attack traffic was mitigated after ',
      lasting(timeToMitigate.value),
      ...within(mitigated.resolutionMs),
      '.',
    );
    if (timeToMitigate.value < 0) words.push(' That is before the attack began: the sources contradict each other.');
  } else words.push(' When mitigation began is not in the supplied data.');
  if (timeToContain && contained)
    words.push(
      ' At least 95 % was held back after ',
      lasting(timeToContain.value),
      ...within(contained.resolutionMs),
      '.',
    );
  else words.push(' A state in which at least 95 % was held back for a minute was not seen.');
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
