import {
  type AttackStats,
  type LayerStats,
  LEADING_RATE,
  leadingLayer,
  wilsonInterval,
} from '../aggregate/aggregate.ts';
import type { PastIncident, PastPeak } from '../archive/archive.ts';
import { amount, counted, integer, lasting, list } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Phrase, Value } from '../model/phrase.ts';
import { asValue, noun, say } from '../model/say.ts';
import { unionDuration } from '../model/time.ts';
import type { Finding } from './findings.ts';
import { evidenceOf, peakWords } from './inlines.ts';
import type { JudgeFacts } from './insight.ts';
import type { Insight } from './needs.ts';
import { vectorHeading, vectorWording } from './vector-names.ts';
import { slugOfVector, vectorsOfAll } from './vectors.ts';

/** With fewer incidents a percentile says nothing. */
const FEWEST_FOR_PERCENTILE = 20;
/** Up to so many a percentile carries an interval. */
const MOST_WITH_INTERVAL = 100;

/** This incident among those of the same customer that the workspace has on record and that began earlier. */
export interface History {
  readonly earlier: readonly PastIncident[];
  /** Start of the earliest. */
  readonly since: number;
  /** From the start of the last one to the start of this one, ms. */
  readonly sinceLastMs: number;
  readonly rank?: Rank;
  /** Vectors of this incident, and in how many earlier ones each was seen. */
  readonly vectors: readonly { readonly name: string; readonly seenIn: number }[];
}

/** By the headline peak, among incidents whose report gives the same quantity over the same window. */
interface Rank {
  readonly peak: Measure;
  /** Earlier incidents that could be compared. */
  readonly compared: number;
  /** 1 is the largest. Both differ where the intervals of sampled peaks overlap. */
  readonly best: number;
  readonly worst: number;
  /** Peaks that are estimates, this one included. */
  readonly estimates: number;
  /** Share of the earlier incidents that were smaller, ties half; from 20 incidents on. */
  readonly largerThan?: Measure;
}

/** Undefined without an attack, or without an earlier incident. */
export function findHistory(stats: AttackStats, past: readonly PastIncident[]): History | undefined {
  const [first] = stats.waves;
  const earlier = first ? past.filter((one) => one.attackDetected && one.startedAt < first.start) : [];
  const [earliest, last] = [earlier[0], earlier.at(-1)];
  if (!first || !earliest || !last) return undefined;
  const layer = leadingLayer(stats);
  const rank = layer && rankOf(layer, earlier);
  const seenIn = (slug: string) => earlier.filter((one) => one.vectors.some((vector) => slugOfVector(vector) === slug));
  return {
    earlier,
    since: earliest.startedAt,
    sinceLastMs: first.start - last.startedAt,
    ...(rank && { rank }),
    vectors: vectorsOfAll(stats).map(({ slug, name }) => ({ name, seenIn: seenIn(slug).length })),
  };
}

function rankOf(layer: LayerStats, earlier: readonly PastIncident[]): Rank | undefined {
  const headline = layer.peaks.find((peak) => peak.headline && peak.metric === LEADING_RATE[layer.layer]);
  if (!headline) return undefined;
  const { measure: peak } = headline;
  const others = earlier.flatMap((one) => comparablePeak(one, layer, peak) ?? []);
  if (others.length === 0) return undefined;
  const [mine, theirs] = [boundsOf(peak), others.map(boundsOf)];
  const incidents = others.length + 1;
  const largerThan = incidents >= FEWEST_FOR_PERCENTILE ? shareSmaller(peak, others) : undefined;
  return {
    peak,
    compared: others.length,
    best: 1 + theirs.filter(({ lower }) => lower > mine.upper).length,
    worst: 1 + theirs.filter(({ upper }) => upper > mine.lower).length,
    estimates: [peak, ...others].filter(({ kind }) => kind === 'estimated').length,
    ...(largerThan && { largerThan }),
  };
}

/** The peak of the same quantity over the same window; a peak without a stated window is like no other. */
export function comparablePeak(
  past: PastIncident,
  layer: Pick<LayerStats, 'layer'>,
  peak: Pick<Measure, 'unit' | 'windowMs'>,
): PastPeak | undefined {
  return past.peaks.find(
    (one) =>
      one.metric === peak.unit &&
      one.layer === layer.layer &&
      one.windowMs !== undefined &&
      one.windowMs === peak.windowMs,
  );
}

function boundsOf({ value, interval }: Pick<Measure, 'value' | 'interval'>): { lower: number; upper: number } {
  return interval ?? { lower: value, upper: value };
}

/**
 * Share of the earlier incidents whose peak was smaller; a tie counts half. Up to 100 incidents with its Wilson interval: a
 * resampled one would be empty at the ends, where the largest incidents lie.
 */
function shareSmaller(peak: Measure, others: readonly PastPeak[]): Measure {
  const smaller = others.filter(({ value }) => value < peak.value).length;
  const ties = others.filter(({ value }) => value === peak.value).length;
  const value = (smaller + ties / 2) / others.length;
  return {
    value,
    unit: 'share',
    kind: 'estimated',
    ...(others.length + 1 <= MOST_WITH_INTERVAL && { interval: wilsonInterval(value, others.length) }),
    evidence: peak.evidence,
  };
}

/** Where this incident stands among the earlier ones of the customer. Silent where none is on record. */
export const ownHistory: Insight = {
  id: 'history',
  needs: ['waves'],
  find(stats, facts: JudgeFacts): Finding | undefined {
    const history = findHistory(stats, facts.past);
    if (!history) return undefined;
    const { rank, earlier, since, sinceLastMs } = history;
    return {
      id: 'history',
      title: rank
        ? [say`${rankWords(rank)} on record since ${day(since)}`]
        : [
            say`${counted(earlier.length, noun('earlier incident', 'earlier incidents'))} on record since ${day(since)}`,
          ],
      text: [
        ...(rank ? [say`By ${peakWords(rank.peak)}, among incidents with the same measure. `] : []),
        ...(rank?.largerThan
          ? [say`It was larger than ${amount(rank.largerThan)} of the ${integer(rank.compared)} earlier ones. `]
          : []),
        ...(rank && rank.estimates > 0
          ? [
              say`${counted(rank.estimates, noun('of these peaks is an estimate', 'of these peaks are estimates'))} from samples. `,
            ]
          : []),
        say`The last began ${lasting(sinceLastMs)} before this one.`,
        ...vectorWordsOf(history),
        say` The record holds what the reports in this workspace tell.`,
      ],
      tone: 'neutral',
      evidence: evidenceOf(rank?.peak),
    };
  },
};

/** `Largest of 25 incidents`, `Number 3 in size of 25 incidents`, `Number 2 to 4 in size of 25 incidents`. */
function rankWords({ best, worst, compared }: Rank): Phrase {
  const all = counted(compared + 1, noun('incident', 'incidents'));
  if (worst === 1) return [say`Largest of ${all}`];
  if (best === worst) return [say`Number ${integer(best)} in size of ${all}`];
  return [say`Number ${integer(best)} to ${integer(worst)} in size of ${all}`];
}

function vectorWordsOf({ vectors, earlier }: History): Phrase {
  const seen = vectors.filter(({ seenIn }) => seenIn > 0);
  const fresh = vectors.filter(({ seenIn }) => seenIn === 0);
  return [
    ...seen.map(({ name, seenIn }) =>
      earlier.length === 1
        ? say` ${asValue(vectorHeading(name))} was seen in the one earlier incident.`
        : say` ${asValue(vectorHeading(name))} was seen in ${integer(seenIn)} of ${integer(earlier.length)} earlier incidents.`,
    ),
    ...(fresh.length > 0
      ? [say` Not seen in any of them: ${list(fresh.map(({ name }) => asValue(vectorWording(name))))}.`]
      : []),
  ];
}

function day(at: number): Value {
  return { kind: 'time', at, form: 'day' };
}

/** Length of the union of the waves of an earlier incident, ms; undefined while one was still running. */
export function activeLengthOf({ waves }: PastIncident): number | undefined {
  const closed = waves.flatMap(({ start, end }) => (end === undefined ? [] : [{ start, end }]));
  return closed.length === waves.length && closed.length > 0 ? unionDuration(closed) : undefined;
}
