import type { AttackStats } from '../aggregate/aggregate.ts';
import { counted, instant, share } from '../model/inlines.ts';
import type { Phrase } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import type { Insight } from './needs.ts';

/** People or systems tell of an attack that the traffic does not show: that is said, and neither believed nor passed over. */
export const statedAttack: Insight = {
  id: 'stated-attack',
  needs: [],
  find(stats, { timeline }): Finding | undefined {
    const { waves, layers } = stats;
    const evidence = [
      ...new Set([...timeline.map(({ input }) => input), ...evidenceOf(...layers.map(({ whole }) => whole.total))]),
    ];
    if (waves.length > 0) {
      if (layers.length === 0 || !waves.every(({ basis }) => basis === 'timeline')) return undefined;
      return {
        id: 'stated-attack',
        title: [say`The attack is known from the timeline alone`],
        text: [
          say`The timeline tells of an attack at a time when the supplied traffic shows nothing unusual. Its times are those that people wrote down.`,
          ...coverageWords(stats),
        ],
        tone: 'neutral',
        evidence,
      };
    }
    const told = tellers(stats, timeline);
    if (told.length === 0) return undefined;
    return {
      id: 'stated-attack',
      title: [say`An attack was reported, but the supplied data shows none`],
      text: [
        ...told,
        layers.length > 0
          ? say` The supplied traffic of the period shows nothing that stands out from it.`
          : say` No traffic of the period was supplied.`,
        ...coverageWords(stats),
      ],
      tone: 'neutral',
      evidence,
    };
  },
};

/** Who tells of an attack: the alert, the records of a system, the first words of people. */
function tellers(stats: AttackStats, timeline: Parameters<Insight['find']>[1]['timeline']): Phrase {
  const { alerted, detected, firstAttack } = stats.clocks;
  if (alerted) return [say`An alert was raised at ${instant(alerted.at)}.`];
  if (stats.attackIds.length > 0)
    return [say`${counted(stats.attackIds.length, noun('attack record names', 'attack records name'))} an attack.`];
  const word = detected ?? firstAttack;
  if (word && timeline.length > 0) return [say`The timeline tells of an attack at ${instant(word.at)}.`];
  return [];
}

function coverageWords({ layers }: AttackStats): Phrase {
  return layers.flatMap(
    ({ coverage, whole }): Phrase =>
      coverage.completeness < 1
        ? [say` The data covers ${share(coverage.completeness, whole.total)} of the period.`]
        : [],
  );
}
