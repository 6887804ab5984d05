import { type AttackStats, LEADING_RATE, leadingLayer } from '../aggregate/aggregate.ts';
import { counted, instant, label, span } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Inline, Phrase, Value } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import type { Findings } from './findings.ts';
import { peakWords, vectorWords } from './inlines.ts';
import type { JudgeFacts } from './insight.ts';
import { vectorsOfAll } from './vectors.ts';

/** A longer name would push the verdict over its thirty words. */
const MOST_NAME_WORDS = 5;
const MOST_WORDS = 30;
/** More vectors than this are counted, not named. */
const MOST_VECTORS = 3;

export function stateOf(stats: AttackStats): Findings['state'] {
  if (stats.waves.length === 0) return stats.layers.length === 0 ? 'unknown' : 'none';
  return stats.waves.some((wave) => wave.end === undefined) ? 'running' : 'over';
}

/** What happened and is it over, in at most thirty words: what there is no room for is left out from the least important on. */
export function writeVerdict(stats: AttackStats, facts: JudgeFacts): Phrase {
  const who = customer(facts);
  const [first] = stats.waves;
  if (!first && stats.layers.length === 0) return timelineAlone(stats, who);
  if (!first) return [say`No evidence of an attack on ${who} in the supplied data of ${span(stats.window)}.`];
  const state = stateOf(stats);
  const waves = counted(stats.waves.length, noun('wave', 'waves'));
  const peak = headlinePeak(stats);
  const peakPart: Phrase = peak ? [say`; peak ${peakWords(peak)}`] : [];
  const end = Math.max(...stats.waves.map((wave) => wave.end ?? wave.start));
  const told = (what: Phrase, strongest: Phrase): Phrase =>
    state === 'running'
      ? [
          say`${what} began to hit ${who} at ${instant(first.start)}, ${waves} so far${strongest}. It still ran when the data ended.`,
        ]
      : [say`${what} hit ${who} in ${waves}, ${span({ start: first.start, end })}${strongest}. It is over.`];
  const named = attackWords(stats);
  return (
    [told(named, peakPart), told(named, []), told([say`An attack`], peakPart)].find(
      (one) => wordsIn(one) <= MOST_WORDS,
    ) ?? told([say`An attack`], [])
  );
}

/** Without traffic nothing can be found and nothing ruled out: what people wrote down is told as theirs. */
function timelineAlone({ clocks }: AttackStats, who: Value): Phrase {
  const { firstAttack, alerted, ended } = clocks;
  const began = firstAttack ?? alerted;
  if (!began) return [say`No traffic data of ${who} was supplied; the timeline does not say when an attack began.`];
  return [
    say`No traffic data was supplied.`,
    say` `,
    firstAttack
      ? ended
        ? say`By the timeline, an attack on ${who} began at ${instant(began.at)} and ended at ${instant(ended.at)}.`
        : say`By the timeline, an attack on ${who} began at ${instant(began.at)}.`
      : ended
        ? say`By the timeline, an attack on ${who} was alerted at ${instant(began.at)} and ended at ${instant(ended.at)}.`
        : say`By the timeline, an attack on ${who} was alerted at ${instant(began.at)}.`,
  ];
}

/** `An HTTP flood`, `A SYN flood and DNS amplification`, `An attack with 4 vectors`, `An attack`. */
function attackWords(stats: AttackStats): Phrase {
  const vectors = vectorsOfAll(stats).map((vector) => vector.name);
  if (vectors.length === 0) return [say`An attack`];
  if (vectors.length > MOST_VECTORS) return [say`An attack with ${counted(vectors.length, noun('vector', 'vectors'))}`];
  return vectorWords(vectors, { isSentenceStart: true });
}

/** Words as a reader counts them: a period of one day is six, an instant four. */
function wordsIn(phrase: Phrase): number {
  return phrase.reduce((sum, inline) => sum + wordsOf(inline), 0);
}

function wordsOf(inline: Inline): number {
  if (typeof inline === 'string') return inline.split(/\s+/u).filter((word) => /\p{L}|\d/u.test(word)).length;
  if (inline.kind === 'message')
    return (
      wordsOf(inline.text.replace(/\{\d+\}/gu, '')) + inline.values.reduce((sum, value) => sum + wordsIn(value), 0)
    );
  if (inline.kind === 'label') return inline.value.trim().split(/\s+/u).length;
  if (inline.kind === 'span') return 6;
  if (inline.kind === 'time') return 4;
  return inline.kind === 'measure' ? 3 : 2;
}

function customer(facts: JudgeFacts): Value {
  return facts.customerName.trim().split(/\s+/).length > MOST_NAME_WORDS
    ? say`the customer`
    : label(facts.customerName);
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
