import { HOUR_MS, MINUTE_MS, type TimeWindow } from '../model/time.ts';

/** Time before and after a silence that tells how many records it would have brought. */
const AROUND_MS = HOUR_MS;
/** A silence is missing data when so many records would have come in it: chance alone does not keep them away. */
const FEWEST_EXPECTED = 20;
/** … and when it is at least so long, and at least three buckets. */
const SHORTEST_MS = 3 * MINUTE_MS;

/**
 * The part of a window for which there is data, as spans in order. A time without any record is missing data when at the rate of
 * the hour around it (of the slower side) at least 20 records would have come; otherwise it is silence, and silence is data. A
 * window without a record at all has no data. `counts` are by time, each of a bucket of `stepMs` that is not empty.
 */
export function findCovered(
  counts: readonly { readonly t: number; readonly rows: number }[],
  stepMs: number,
  window: TimeWindow,
): TimeWindow[] {
  const covered: TimeWindow[] = [];
  let from: number | undefined;
  const shortest = Math.max(SHORTEST_MS, 3 * stepMs);
  const isMissing = (start: number, end: number, before: number, after: number): boolean => {
    if (end - start < shortest) return false;
    const rates = [rateBefore(counts, before, stepMs), rateAfter(counts, after, stepMs)].filter((rate) => rate > 0);
    return rates.length === 0 || Math.min(...rates) * (end - start) >= FEWEST_EXPECTED;
  };
  for (const [index, { t }] of counts.entries()) {
    const previous = counts[index - 1];
    const start = previous ? previous.t + stepMs : window.start;
    if (t > start && isMissing(start, t, index - 1, index)) {
      if (from !== undefined) covered.push({ start: from, end: start });
      from = t;
    } else from ??= previous ? t : window.start;
  }
  const last = counts.at(-1);
  if (from === undefined || !last) return covered;
  const end = last.t + stepMs;
  const isOpen = end < window.end && isMissing(end, window.end, counts.length - 1, counts.length);
  covered.push({ start: from, end: Math.min(window.end, isOpen ? end : Math.max(end, window.end)) });
  return covered.map((span) => ({ start: Math.max(span.start, window.start), end: Math.min(span.end, window.end) }));
}

/** Records a ms in the hour up to the end of bucket `index`; 0 when there is no such bucket. */
function rateBefore(
  counts: readonly { readonly t: number; readonly rows: number }[],
  index: number,
  stepMs: number,
): number {
  const end = (counts[index]?.t ?? Number.NaN) + stepMs;
  let rows = 0;
  for (let at = index; at >= 0 && (counts[at]?.t ?? 0) >= end - AROUND_MS; at -= 1) rows += counts[at]?.rows ?? 0;
  return rows / AROUND_MS;
}

/** The same from the start of bucket `index` on. */
function rateAfter(
  counts: readonly { readonly t: number; readonly rows: number }[],
  index: number,
  stepMs: number,
): number {
  const start = counts[index]?.t ?? Number.NaN;
  let rows = 0;
  for (let at = index; at < counts.length && (counts[at]?.t ?? 0) < start + Math.max(AROUND_MS, stepMs); at += 1)
    rows += counts[at]?.rows ?? 0;
  return rows / AROUND_MS;
}
