import { type AttackStats, leadingLayer, resolutionBetween } from '../aggregate/aggregate.ts';
import { amount, lasting } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Message, Phrase } from '../model/phrase.ts';
import { say } from '../model/say.ts';
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
        title: [say`Nothing was mitigated in the waves`],
        text: [
          say`The supplied data records what was done with the traffic, and none of it was blocked, challenged or rate limited.`,
        ],
        tone: 'unfavourable',
        evidence: mitigated.evidence,
      };
    const efficacy = main.attack?.efficacy;
    return {
      id: 'mitigation',
      title:
        timeToMitigate && timeToMitigate.value < 0
          ? [say`Mitigation is on record before the first attack traffic of the data`]
          : timeToMitigate && began
            ? [
                say`Mitigation began ${distanceWords(timeToMitigate, resolutionBetween(stats.clocks.firstAttack, began))} after the first attack traffic`,
              ]
            : [say`${amount(mitigated)} mitigated in the waves`],
      text: [...clockWords(stats), say` `, inWaves(mitigated, mitigatedShare, efficacy)],
      tone: toneOf(efficacy?.value, timeToMitigate?.value, timeToContain?.value),
      evidence: evidenceOf(mitigated, mitigatedShare, efficacy, timeToMitigate, timeToContain),
    };
  },
};

/** What was mitigated, and which part of all and of the attack that is. */
function inWaves(mitigated: Measure, ofAll: Measure | undefined, efficacy: Measure | undefined): Message {
  const what = amount(mitigated);
  const isOne = mitigated.value === 1;
  if (ofAll && efficacy)
    return isOne
      ? say`In the waves ${what} was mitigated: ${amount(ofAll)} of all traffic with a recorded outcome, ${amount(efficacy)} of the attack itself.`
      : say`In the waves ${what} were mitigated: ${amount(ofAll)} of all traffic with a recorded outcome, ${amount(efficacy)} of the attack itself.`;
  if (ofAll)
    return isOne
      ? say`In the waves ${what} was mitigated: ${amount(ofAll)} of all traffic with a recorded outcome.`
      : say`In the waves ${what} were mitigated: ${amount(ofAll)} of all traffic with a recorded outcome.`;
  if (efficacy)
    return isOne
      ? say`In the waves ${what} was mitigated: ${amount(efficacy)} of the attack itself.`
      : say`In the waves ${what} were mitigated: ${amount(efficacy)} of the attack itself.`;
  return isOne ? say`In the waves ${what} was mitigated.` : say`In the waves ${what} were mitigated.`;
}

function clockWords(stats: AttackStats): Phrase {
  const { firstAttack, timeToMitigate, timeToContain, mitigated, contained } = stats.clocks;
  return [
    timeToMitigate && mitigated
      ? firstMitigation(timeToMitigate.value, resolutionBetween(firstAttack, mitigated))
      : say`When mitigation began is not in the supplied data.`,
    say` `,
    timeToContain && contained
      ? containment(timeToContain.value, resolutionBetween(firstAttack, contained))
      : say`The data does not show when at least 95 % of the attack was stopped for a minute on end.`,
  ];
}

function firstMitigation(ms: number, resolutionMs: number): Message {
  const resolution = lasting(resolutionMs);
  if (ms < 0)
    return say`The first attack traffic was mitigated ${lasting(-ms)} (± ${resolution}) before the attack began: the sources contradict each other.`;
  if (ms < resolutionMs)
    return say`The first attack traffic was mitigated within the first ${resolution}, as exactly as the data tells.`;
  return say`The first attack traffic was mitigated after ${lasting(ms)} (± ${resolution}).`;
}

function containment(ms: number, resolutionMs: number): Message {
  const resolution = lasting(resolutionMs);
  return ms >= 0 && ms < resolutionMs
    ? say`At least 95 % of the attack was stopped within the first ${resolution}.`
    : say`At least 95 % of the attack was stopped after ${lasting(ms)} (± ${resolution}).`;
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
