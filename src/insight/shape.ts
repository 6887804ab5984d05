import type { AttackStats } from '../aggregate/aggregate.ts';
import type { Phrase } from '../model/phrase.ts';
import type { Finding } from './findings.ts';
import { clock, counted, evidenceOf, instant, lasting, list, name, peakWords } from './inlines.ts';
import type { Insight } from './needs.ts';
import { headlinePeak } from './verdict.ts';

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
          ? [' Vectors: ', ...list(vectors.map(name)), '.']
          : [' The data does not name a vector.']),
        ...(targets.length > 0 ? [' Targets: ', ...list(targets.map(name)), '.'] : []),
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
