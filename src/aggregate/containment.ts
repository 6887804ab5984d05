import { SECOND_MS, type TimeWindow } from '../model/time.ts';
import type { Load } from './load.ts';

/** Contained: at least this share of the attack is mitigated … */
const CONTAINED_SHARE = 0.95;
/** … for so long, or to the end of the wave if that comes sooner. */
const HELD_MS = 60 * SECOND_MS;
/** Passed traffic within so many standard deviations of its quiet level is not taken for leaked attack traffic. */
const NOISE_Z = 2;

/**
 * Start of the first bucket from which on at least 95 % of the attack was mitigated, held for 60 s. Attack traffic is what was
 * mitigated plus what passed beyond the quiet level; without a quiet time everything in the wave counts as attack. Undefined
 * when that never happened, or the data ends before it was held long enough. A bucket in a gap breaks the run.
 */
export function findContainment(
  load: Load,
  wave: TimeWindow,
  running: boolean,
  before: readonly TimeWindow[],
): number | undefined {
  const { start: origin, stepMs } = load.grid;
  const startOf = (index: number) => origin + index * stepMs;
  const passed = load.total.map((value, index) => (value === null ? null : value - (load.mitigated[index] ?? 0)));
  const quiet = passed.filter(
    (value, index) =>
      value !== null && before.some((span) => startOf(index) >= span.start && startOf(index) + stepMs <= span.end),
  );
  const { mean, deviation } = spreadOf(quiet.map((value) => value ?? 0));
  const isContained = (index: number): boolean => {
    const value = passed[index] ?? null;
    if (value === null) return false;
    const surplus = Math.max(0, value - mean);
    const attack = (load.mitigated[index] ?? 0) + surplus;
    return Math.max(0, surplus - NOISE_Z * deviation) <= (1 - CONTAINED_SHARE) * attack;
  };
  const first = Math.max(0, Math.floor((wave.start - origin) / stepMs));
  const last = Math.min(load.total.length - 1, Math.ceil((wave.end - origin) / stepMs) - 1);
  const needed = Math.ceil(HELD_MS / stepMs);
  for (let index = first; index <= last; index += 1) {
    if ((load.mitigated[index] ?? 0) <= 0) continue;
    const until = Math.min(index + needed - 1, last);
    if (running && until < index + needed - 1) return undefined;
    let held = index;
    while (held <= until && isContained(held)) held += 1;
    if (held > until) return Math.max(startOf(index), wave.start);
  }
  return undefined;
}

/** Mean and standard deviation; zero for fewer than two values, where nothing is known of the spread. */
function spreadOf(values: readonly number[]): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, deviation: 0 };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}
