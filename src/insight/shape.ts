import type { AttackStats } from '../aggregate/aggregate.ts';
import { amount, clock, counted, instant, label, lasting, list, span } from '../model/inlines.ts';
import type { Phrase } from '../model/phrase.ts';
import type { Finding } from './findings.ts';
import { evidenceOf, peakWords, vectorWords } from './inlines.ts';
import type { Insight } from './needs.ts';
import { vectorsOfAll } from './vectors.ts';
import { headlinePeak, stateOf } from './verdict.ts';

/** Names told before the rest is counted. */
const MOST_NAMED = 3;

/** Whether it is over; waves, attack ids, length, vectors, targets and the highest load with its window. */
export const shape: Insight = {
  id: 'shape',
  needs: ['waves'],
  find(stats): Finding {
    const { waves, attackIds, duration } = stats;
    const peak = headlinePeak(stats);
    const isOver = stateOf(stats) === 'over';
    return {
      id: 'shape',
      title: [
        isOver ? 'The attack is over: ' : 'The attack was still running when the data ended: ',
        counted(waves.length, 'wave', 'waves'),
        ...(isOver ? [] : [' so far']),
        ...(peak ? [', peak ', ...peakWords(peak)] : []),
      ],
      text: [
        ...whatAndWhen(stats),
        ...(peak?.at === undefined
          ? []
          : [' The peak of ', amount(peak), ' at ', clock(peak.at), ' is all traffic, legitimate included.']),
        ...idWords(stats),
      ],
      tone: 'neutral',
      evidence: evidenceOf(
        peak,
        duration.active,
        ...attackIds.map((attack) => attack.packets ?? attack.requests ?? attack.peak),
      ),
    };
  },
};

/** `A SYN flood hit 203.0.113.10, 19 Nov 2026, 13:52:14 to 14:06:05 (± 1 s): 9 min 06 s under attack.` */
function whatAndWhen(stats: AttackStats): Phrase {
  const [first] = stats.waves;
  if (!first) return [];
  const vectors = vectorsOfAll(stats).map((vector) => vector.name);
  const targets = [...new Set(stats.waves.flatMap((wave) => wave.targets))];
  const uncertainty = Math.max(...stats.waves.map((wave) => wave.uncertaintyMs));
  const ends = stats.waves.flatMap((wave) => wave.end ?? []);
  const what: Phrase =
    vectors.length > 0
      ? vectorWords(vectors, { isSentenceStart: true, most: MOST_NAMED })
      : ['An attack whose vector the data does not name'];
  // Of an attack on both layers a target that is known of one is not that of the other.
  const isPartly = stats.waves.some(
    (wave) => wave.layers.length > 1 && (wave.targetsByLayer?.length ?? 0) < wave.layers.length,
  );
  const onto: Phrase =
    targets.length > 0
      ? [
          isPartly ? ' hit the customer, among its addresses and hosts ' : ' hit ',
          ...list(
            targets.map((value) => label(value)),
            MOST_NAMED,
          ),
        ]
      : [' hit the customer'];
  const when: Phrase =
    ends.length < stats.waves.length
      ? [' from ', instant(first.start), ' on']
      : [', ', span({ start: first.start, end: Math.max(...ends) })];
  return [
    ...what,
    ...onto,
    ...when,
    ' (± ',
    lasting(uncertainty),
    ')',
    ...(stats.duration.active ? ['; ', lasting(stats.duration.active.value), ' of that under attack'] : []),
    '.',
  ];
}

function idWords({ attackIds }: AttackStats): Phrase {
  const ids = attackIds.filter((attack) => attack.wave !== undefined).length;
  return ids > 0 ? [' The sources count it as ', counted(ids, 'attack id', 'attack ids'), '.'] : [];
}
