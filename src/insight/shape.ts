import type { AttackStats } from '../aggregate/aggregate.ts';
import { clock, counted, instant, label, lasting, list } from '../model/inlines.ts';
import type { Phrase } from '../model/phrase.ts';
import type { Finding } from './findings.ts';
import { evidenceOf, peakWords } from './inlines.ts';
import type { Insight } from './needs.ts';
import { headlinePeak } from './verdict.ts';

/** Names told before the rest is counted. */
const MOST_NAMED = 3;

/** Waves, attack ids, length, vectors, targets and the highest load with its window. */
export const shape: Insight = {
  id: 'shape',
  needs: ['waves'],
  find(stats): Finding {
    const { waves, attackIds, duration } = stats;
    const peak = headlinePeak(stats);
    const ids = attackIds.filter((attack) => attack.wave !== undefined).length;
    const vectors = [...new Set(waves.flatMap((wave) => wave.vectors))];
    const targets = [...new Set(waves.flatMap((wave) => wave.targets))];
    const counts: Phrase = [
      counted(waves.length, 'wave', 'waves'),
      ...(ids > 0 ? [', ', counted(ids, 'attack id', 'attack ids')] : []),
    ];
    return {
      id: 'shape',
      title: [...counts, ...(peak ? [', peak ', ...peakWords(peak)] : [])],
      text: [
        ...timesOf(stats),
        ...(duration.active ? [' The customer was under attack for ', lasting(duration.active.value), '.'] : []),
        ...(vectors.length > 0
          ? [
              ' Vectors: ',
              ...list(
                vectors.map((value) => label(value)),
                MOST_NAMED,
              ),
              '.',
            ]
          : [' The data does not name a vector.']),
        ...(targets.length > 0
          ? [
              ' Targets: ',
              ...list(
                targets.map((value) => label(value)),
                MOST_NAMED,
              ),
              '.',
            ]
          : []),
        ...(peak?.at === undefined
          ? []
          : [' The peak is the highest mean of traffic, legitimate requests included, at ', clock(peak.at), '.']),
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

function timesOf(stats: AttackStats): Phrase {
  const [first] = stats.waves;
  const last = stats.waves.at(-1);
  if (!first || !last) return [];
  const uncertainty = Math.max(...stats.waves.map((wave) => wave.uncertaintyMs));
  const ends = stats.waves.map((wave) => wave.end);
  const running = ends.includes(undefined);
  const end = Math.max(...ends.map((at) => at ?? 0));
  return [
    'The first wave began at ',
    instant(first.start),
    ...(running ? ['; the attack was still running when the data ended'] : ['; the last one ended at ', instant(end)]),
    ' (± ',
    lasting(uncertainty),
    ').',
  ];
}
