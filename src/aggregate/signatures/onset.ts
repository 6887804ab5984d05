import { SECOND_MS } from '../../model/time.ts';
import { OWN_PEAK_SHARE } from '../bursts.ts';
import { Z95 } from '../intervals.ts';
import type { MatchedSecond } from './sharpen.ts';

/** A moment that is known to a half-width. */
export interface Moment {
  readonly at: number;
  readonly uncertaintyMs: number;
}

/** Highest rate of matches per second, and its standard deviation as a share of it. */
export interface PeakRate {
  readonly rate: number;
  readonly deviation: number;
}

/** The attack is followed backwards from its edge for at most so long. */
const LEAD_MS = 120 * SECOND_MS;
/** So many records after a moment tell how thin the attack is there. */
const NEXT_ROWS = 8;
/** A record is cut off from the attack by a silence of so many mean distances between records, or of two seconds. */
const CUT_OFF = 6;
const LEAST_SILENCE_MS = 2 * SECOND_MS;
/** No silence is bridged in which a match of everyday traffic is this likely. */
const LIKELY_STRAY = 0.05;
/** The first packet of a sample may have come so many mean distances before the first record (95 %). */
const UNSEEN = 3;

/**
 * The first attack record: from the edge backwards as long as matches follow each other as they do at that point. `usual` is how
 * many records a second match without an attack; `notBefore` is where the wave before ended.
 */
export function firstMatch(
  seconds: readonly MatchedSecond[],
  edge: MatchedSecond,
  context: { readonly usual: number; readonly notBefore: number; readonly sampled: boolean },
): Moment {
  let index = seconds.indexOf(edge);
  // Times in whole seconds are a second apart however close the records are.
  const isFine = seconds.some(({ t, first, last }) => first > t || last > t);
  for (; index > 0; index -= 1) {
    const [previous, current] = [seconds[index - 1], seconds[index]];
    if (!previous || !current) break;
    const silence = Math.max(LEAST_SILENCE_MS, CUT_OFF * meanDistance(seconds, index));
    const bridged = context.usual > 0 ? Math.min(silence, (LIKELY_STRAY * SECOND_MS) / context.usual) : silence;
    const gap = current.first - previous.last;
    if (gap > bridged || (isFine && isLikelierStray(gap, meanDistance(seconds, index), context.usual))) break;
    if (previous.first < context.notBefore || previous.first < edge.first - LEAD_MS) break;
  }
  const distance = context.sampled ? UNSEEN * meanDistance(seconds, index) : 0;
  return { at: (seconds[index] ?? edge).first, uncertaintyMs: Math.max(SECOND_MS, Math.round(distance)) };
}

/** An attack that sets in may have been so many times thinner before a record than after it. */
const THINNER = 2;

/** Whether everyday traffic brings a match in the gap more often than the attack, as dense as it is after it, falls silent for so long. */
function isLikelierStray(gap: number, distance: number, usual: number): boolean {
  return (usual * gap) / SECOND_MS > Math.exp(-gap / (THINNER * distance));
}

/** Mean distance in ms of the next few records from the first of a second on. */
function meanDistance(seconds: readonly MatchedSecond[], index: number): number {
  const from = seconds[index]?.first ?? 0;
  let rows = 0;
  let until = from;
  for (let at = index; at < seconds.length && rows < NEXT_ROWS; at += 1) {
    rows += seconds[at]?.rows ?? 0;
    until = seconds[at]?.last ?? until;
  }
  return rows > 1 ? (until - from) / (rows - 1) : SECOND_MS;
}

/** A rise shorter than this has an edge; of a longer one the moment is worked out from its slope. */
const SLOW_MS = 20 * SECOND_MS;
const MEAN_OVER_MS = 10 * SECOND_MS;
/** After a part of its time a steady rise has brought the square of it of its records; so far away it is none. */
const STEADY = 0.1;
const MOST_UNSEEN = 7;
const STEPS = 40;

/**
 * Where a slow, steady rise sets in and where it passes 5 % of its peak, by all records up to half the peak: those at 5 % alone
 * are too few to tell the second. The beginning is the most likely one of records whose rate grows in proportion to the time
 * since (a Poisson process). `first` is the first record known so far. Undefined for anything else than a steady slope.
 */
export function slopeOnset(
  seconds: readonly MatchedSecond[],
  first: number,
  peak: PeakRate,
): { readonly zero: Moment; readonly edge: Moment } | undefined {
  const half = seconds.find(
    ({ t }) =>
      t >= first - SECOND_MS && unitsIn(seconds, t, t + MEAN_OVER_MS) >= (peak.rate / 2) * (MEAN_OVER_MS / SECOND_MS),
  );
  const until = half && half.t + MEAN_OVER_MS / 2;
  if (until === undefined || until - first < SLOW_MS) return undefined;
  const rising = seconds.filter((second) => second.first >= first && second.t < until);
  const records = rising.flatMap(recordsOf);
  const units = sum(rising.map((second) => second.units));
  // Rows that a unit of the slope brings: a sample thins out as the load grows.
  const seen = rising.reduce(
    (state, { t, rows, units: volume }) => ({
      until: t + SECOND_MS,
      sum: state.sum + ((t + SECOND_MS - state.until) * rows) / volume,
    }),
    { until: first, sum: 0 },
  ).sum;
  const early = (rising[0]?.rows ?? 1) / (rising[0]?.units ?? 1);
  /** Grows with the beginning that is supposed; zero at the most likely one. */
  const score = (zero: number) =>
    sum(records.map((at) => 1 / (at - zero))) - (2 * units * (seen + (first - zero) * early)) / (until - zero) ** 2;
  let [low, high] = [first - (until - first), first - 1];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (score(middle) > 0) high = middle;
    else low = middle;
  }
  const zero = high;
  const slope = (2 * units) / (until - zero) ** 2;
  const isSteady = [0.5, 0.75].every((part) => {
    const share = unitsIn(rising, zero, zero + part * (until - zero)) / units;
    return Math.abs(share - part ** 2) <= STEADY;
  });
  // As many records as that would have come before the first one.
  if (!isSteady || (slope * early * (first - zero) ** 2) / 2 > MOST_UNSEEN) return undefined;
  const away = (OWN_PEAK_SHARE * (peak.rate / SECOND_MS)) / slope;
  // Information on the beginning: the slope times the logarithm of how many records lie between the first and the last.
  const deviation = 1 / Math.sqrt(slope * early * Math.log(Math.max(2, records.length)));
  const about = (at: number, deviationMs: number): Moment => ({
    at: Math.round(at),
    uncertaintyMs: Math.max(SECOND_MS, Math.round(Z95 * deviationMs)),
  });
  return {
    zero: about(zero, deviation),
    edge: about(zero + away, Math.hypot(deviation, away / Math.sqrt(records.length), away * peak.deviation)),
  };
}

/** Times of the records of a second, taken to lie at equal distances. */
function recordsOf({ rows, first, last }: MatchedSecond): number[] {
  return Array.from({ length: rows }, (_, index) => first + ((index + 0.5) * (last - first)) / rows);
}

function unitsIn(seconds: readonly MatchedSecond[], from: number, until: number): number {
  return sum(seconds.filter(({ t }) => t >= from && t < until).map(({ units }) => units));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
