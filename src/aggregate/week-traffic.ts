import type { LayerRollUp, Quarter, Sums, ValueList } from '../archive/archive.ts';
import type { Period } from '../model/period.ts';
import type { TimeWindow } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import type { Tally } from './intervals.ts';

/** One layer in one period: its quarters of an hour in order, each once, and the lists of its days. */
export interface PeriodTraffic {
  readonly layer: Layer;
  readonly period: Period;
  /** Where the quarters come from, a roll-up each. */
  readonly parts: readonly LayerRollUp[];
  readonly quarters: readonly Quarter[];
  readonly lists: readonly { readonly window: TimeWindow; readonly lists: readonly ValueList[] }[];
  readonly evidence: readonly string[];
}

export function tallyOfSums(sums: Sums): Tally {
  const { units: value, sampled, variance } = sums;
  return { value, sampled, variance, unseen: value > 0 ? Math.max(0, 1 - sampled / value) : 0 };
}
