/**
 * How a number came about.
 * `counted`: every record was seen. `estimated`: scaled up from samples. `reported`: another system stated it.
 */
export type MeasureKind = 'counted' | 'estimated' | 'reported';

/** Units as stored. SI prefixes are chosen when a number is shown, never here. */
export type Unit =
  | 'requests'
  | 'packets'
  | 'connections'
  | 'queries'
  | 'events'
  | 'bytes'
  | 'bits'
  | 'requests/s'
  | 'packets/s'
  | 'connections/s'
  | 'queries/s'
  | 'events/s'
  | 'bits/s'
  | 'ms'
  | 'share'
  | 'count';

/** One number with everything a reader needs to trust it. `share` is 0 to 1. */
export interface Measure {
  readonly value: number;
  readonly unit: Unit;
  readonly kind: MeasureKind;
  /** Length of the averaging window of a rate or a peak, in ms. */
  readonly windowMs?: number;
  /** Start of that window, epoch ms, where one instant matters (a peak). */
  readonly at?: number;
  /** Sampled rows behind an estimate. Below 10 the number is "too few to say". */
  readonly sampleCount?: number;
  /** 95 % interval; absent for counted and reported numbers. */
  readonly interval?: Interval;
  /** Ids of the evidence (input files or derived series) that the number rests on. */
  readonly evidence: readonly string[];
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Below this number of sampled rows an estimate is not published as a number. */
export const FEWEST_SAMPLED_ROWS = 10;
