import type { AttackStats } from '../aggregate/aggregate.ts';
import { amount, clock, counted, instant, label, lasting, list, span } from '../model/inlines.ts';
import type { Message, Phrase } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
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
    const counts = counted(waves.length, noun('wave', 'waves'));
    return {
      id: 'shape',
      title: [
        isOver
          ? say`The attack is over: ${counts}`
          : say`The attack was still running when the data ended: ${counts} so far`,
        ...(peak ? [say`, peak ${peakWords(peak)}`] : []),
      ],
      text: [
        ...whatAndWhen(stats),
        ...(peak?.at === undefined
          ? []
          : [say` The peak of ${amount(peak)} at ${clock(peak.at)} is all traffic, legitimate included.`]),
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
      : [say`An attack whose vector the data does not name`];
  // Of an attack on both layers a target that is known of one is not that of the other.
  const isPartly = stats.waves.some(
    (wave) => wave.layers.length > 1 && (wave.targetsByLayer?.length ?? 0) < wave.layers.length,
  );
  const onto = list(
    targets.map((value) => label(value)),
    MOST_NAMED,
  );
  const hit: Message =
    targets.length === 0
      ? say`${what} hit the customer`
      : isPartly
        ? say`${what} hit the customer, among its addresses and hosts ${onto}`
        : say`${what} hit ${onto}`;
  const active = stats.duration.active && lasting(stats.duration.active.value);
  const error = lasting(uncertainty);
  if (ends.length < stats.waves.length) {
    const start = instant(first.start);
    return [
      active
        ? say`${hit} from ${start} on (± ${error}); ${active} of that under attack.`
        : say`${hit} from ${start} on (± ${error}).`,
    ];
  }
  const when = span({ start: first.start, end: Math.max(...ends) });
  return [
    active ? say`${hit}, ${when} (± ${error}); ${active} of that under attack.` : say`${hit}, ${when} (± ${error}).`,
  ];
}

function idWords({ attackIds }: AttackStats): Phrase {
  const ids = attackIds.filter((attack) => attack.wave !== undefined).length;
  return ids > 0 ? [say` The sources count it as ${counted(ids, noun('attack id', 'attack ids'))}.`] : [];
}
