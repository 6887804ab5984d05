import { MINUTE_MS, type TimeWindow } from '../model/time.ts';

/** Rows or units seen in a bucket; buckets without any are left out. */
export interface BucketCount {
  readonly t: number;
  readonly rows: number;
}

/** Empty time of this length in otherwise continuous traffic is missing data, not silence. Printed in the method section. */
const LONGEST_SILENCE_MS = 3 * MINUTE_MS;
/** Traffic is continuous when at least this share of its buckets is not empty … */
const CONTINUOUS_SHARE = 0.8;
/** … and a typical bucket has at least so many rows that an empty one cannot be chance. */
const TYPICAL_ROWS = 20;

/**
 * Spans in which a source says nothing although its traffic is otherwise continuous: at least three minutes (and at least
 * three buckets) without a single row. Sparse sources, such as lists of blocked events, have no gaps that could be told from
 * silence, so none are reported for them. `buckets` are sorted, each `stepMs` long.
 */
export function findGaps(buckets: readonly BucketCount[], stepMs: number): TimeWindow[] {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (!first || !last) return [];
  const shortest = Math.max(LONGEST_SILENCE_MS, 3 * stepMs);
  const gaps: TimeWindow[] = [];
  let missing = 0;
  for (const [index, bucket] of buckets.entries()) {
    const before = buckets[index - 1];
    if (!before) continue;
    const empty = { start: before.t + stepMs, end: bucket.t };
    if (empty.end - empty.start >= shortest) {
      gaps.push(empty);
      missing += empty.end - empty.start;
    }
  }
  const observed = last.t + stepMs - first.t - missing;
  const share = (buckets.length * stepMs) / observed;
  // One long outage must not make the rest look sparse, hence the gaps are taken off; but then most of the time must remain.
  const continuous = share >= CONTINUOUS_SHARE && observed >= missing && medianRows(buckets) >= TYPICAL_ROWS;
  return continuous ? gaps : [];
}

function medianRows(buckets: readonly BucketCount[]): number {
  const rows = buckets.map((bucket) => bucket.rows).sort((a, b) => a - b);
  return rows[Math.floor(rows.length / 2)] ?? 0;
}
