import { type AttackStats, LEADING_RATE, leadingLayer } from '../aggregate/aggregate.ts';
import { counted, instant, label } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Inline, Phrase } from '../model/phrase.ts';
import type { Findings } from './findings.ts';
import { peakWords } from './inlines.ts';
import type { JudgeFacts } from './insight.ts';

/** A longer name would push the verdict over its thirty words. */
const MOST_NAME_WORDS = 5;

export function stateOf(stats: AttackStats): Findings['state'] {
  if (stats.waves.length === 0) return 'none';
  return stats.waves.some((wave) => wave.end === undefined) ? 'running' : 'over';
}

/** What happened and is it over, in at most thirty words. */
export function writeVerdict(stats: AttackStats, facts: JudgeFacts): Phrase {
  const who = customer(facts);
  const [first] = stats.waves;
  const state = stateOf(stats);
  if (!first)
    return [
      'No evidence of an attack on ',
      who,
      ' in the supplied data from ',
      instant(stats.window.start),
      ' to ',
      instant(stats.window.end),
      '.',
    ];
  const waves = counted(stats.waves.length, 'wave', 'waves');
  const peak = headlinePeak(stats);
  const peakPart: Phrase = peak ? ['; peak ', ...peakWords(peak)] : [];
  if (state === 'running')
    return [
      who,
      ' has been under attack since ',
      instant(first.start),
      ', ',
      waves,
      ' so far',
      ...peakPart,
      '. It was still running when the data ended.',
    ];
  const end = Math.max(...stats.waves.map((wave) => wave.end ?? wave.start));
  return [
    who,
    ' was attacked in ',
    waves,
    ' from ',
    instant(first.start),
    ' to ',
    instant(end),
    ...peakPart,
    '. The attack is over.',
  ];
}

function customer(facts: JudgeFacts): Inline {
  return facts.customerName.trim().split(/\s+/).length > MOST_NAME_WORDS ? 'The customer' : label(facts.customerName);
}

/** The strongest peak of the waves in the rate of the leading layer, or in whatever the waves have. */
export function headlinePeak(stats: AttackStats): Measure | undefined {
  const peaks = stats.waves.flatMap((wave) => wave.peaks);
  const layer = leadingLayer(stats);
  const leading = peaks.filter((peak) => layer && peak.unit === LEADING_RATE[layer.layer]);
  return (leading.length > 0 ? leading : peaks.filter((peak) => peak.unit === peaks[0]?.unit)).reduce<
    Measure | undefined
  >((best, peak) => (!best || peak.value > best.value ? peak : best), undefined);
}
