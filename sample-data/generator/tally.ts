import type { Counts, PeakTruth, TopTruth, TruthWindow } from './truth.ts';

/** Adds `amount` to the count of `key`. */
export function add<K>(counts: Map<K, number>, key: K, amount = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

const byCountThenName = (a: readonly [string, number], b: readonly [string, number]) =>
  b[1] - a[1] || (a[0] < b[0] ? -1 : 1);

export function toCounts(counts: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counts].sort(byCountThenName));
}

export function toTop(counts: ReadonlyMap<string, number>, length = 25): TopTruth {
  return { distinct: counts.size, top: [...counts].sort(byCountThenName).slice(0, length) };
}

/** Counts by second (epoch seconds) regrouped into aligned buckets; the highest, the earliest on ties; nothing when empty. */
export function peakOf(seconds: ReadonlyMap<number, number>, windowMs: number): PeakTruth | undefined {
  const buckets = new Map<number, number>();
  for (const [second, count] of seconds) add(buckets, Math.floor((second * 1_000) / windowMs) * windowMs, count);
  let peak: PeakTruth | undefined;
  for (const [at, count] of [...buckets].sort((a, b) => a[0] - b[0]))
    if (!peak || count > peak.count) peak = { windowMs, at, count, perSecond: count / (windowMs / 1_000) };
  return peak;
}

/** The peaks over 1, 10 and 60 s. */
export function peaksOf(seconds: ReadonlyMap<number, number>): PeakTruth[] {
  return [1_000, 10_000, 60_000].flatMap((windowMs) => peakOf(seconds, windowMs) ?? []);
}

/**
 * Start of the first aligned 10 s bucket within the wave in which at least 95 % of the attack was stopped, and so in every
 * bucket with attack that starts within the following 60 s. Counts by second of the attack and of its stopped part.
 */
export function containedAt(
  wave: TruthWindow,
  attack: ReadonlyMap<number, number>,
  stopped: ReadonlyMap<number, number>,
): number | undefined {
  const step = 10_000;
  const holds = (bucket: number) => {
    let all = 0;
    let caught = 0;
    for (let second = bucket / 1_000; second < (bucket + step) / 1_000; second++) {
      all += attack.get(second) ?? 0;
      caught += stopped.get(second) ?? 0;
    }
    return all === 0 || caught / all >= 0.95;
  };
  for (let bucket = Math.floor(wave.start / step) * step; bucket < wave.end; bucket += step) {
    const checks = Array.from({ length: 6 }, (_, index) => bucket + index * step);
    if (checks.every((check) => check >= wave.end || holds(check))) return bucket;
  }
  return undefined;
}

/** Nearest-rank percentile; 0 for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
