import type { TimeWindow } from '../model/time.ts';

/** Values of a series at a time; `null` is a gap. */
export type Values = readonly (number | null)[];

export interface Point {
  readonly x: number;
  readonly y: number | null;
}

interface Grid {
  /** Epoch ms of the first bucket. */
  readonly start: number;
  readonly intervalMs: number;
}

/** A stretch of the axis that shows one bucket. */
export interface Column {
  readonly start: number;
  readonly end: number;
  readonly index: number;
}

/**
 * At most about two columns a px: of each group of buckets the one with the largest sum, the one with the smallest, and
 * the one with the largest value of each series, in order of time, so that no peak is lost. A gap in all series keeps a
 * column.
 */
export function columnsOf(series: readonly Values[], grid: Grid, width: number): readonly Column[] {
  const count = series[0]?.length ?? 0;
  const groups = Math.max(1, Math.floor(width / 2));
  const size = Math.max(1, Math.ceil(count / groups));
  const columns: Column[] = [];
  for (let first = 0; first < count; first += size) {
    const last = Math.min(count, first + size);
    const chosen = size === 1 ? [first] : chooseBuckets(series, first, last);
    const [from, to] = [grid.start + first * grid.intervalMs, grid.start + last * grid.intervalMs];
    chosen.forEach((index, position) => {
      const at = (share: number): number => from + ((to - from) * share) / chosen.length;
      columns.push({ start: at(position), end: at(position + 1), index });
    });
  }
  return columns;
}

function chooseBuckets(series: readonly Values[], first: number, last: number): number[] {
  const sums = series.length > 1 ? [(index: number) => sumAt(series, index)] : [];
  const chosen = new Set<number>();
  for (const valueAt of [...sums, ...series.map((values) => (index: number) => values[index] ?? null)]) {
    let [lowest, highest, gap] = [-1, -1, -1];
    for (let index = first; index < last; index += 1) {
      const value = valueAt(index);
      if (value === null) gap = gap < 0 ? index : gap;
      else {
        if (highest < 0 || value > (valueAt(highest) ?? 0)) highest = index;
        if (lowest < 0 || value < (valueAt(lowest) ?? 0)) lowest = index;
      }
    }
    if (highest >= 0) chosen.add(highest);
    // The smallest of the whole (or of the only series) is enough to show how the traffic swings.
    if (lowest >= 0 && (valueAt === sums[0] || series.length === 1)) chosen.add(lowest);
    if (gap >= 0 && (valueAt === sums[0] || series.length === 1)) chosen.add(gap);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The sum of what is known in a bucket; a gap where nothing is. */
export function sumAt(series: readonly Values[], index: number): number | null {
  let sum: number | null = null;
  for (const values of series) {
    const value = values[index] ?? null;
    if (value !== null) sum = (sum ?? 0) + value;
  }
  return sum;
}

/**
 * A line through the middle of its buckets: of each group the lowest and the highest; a gap stays one. A value between two
 * gaps is a dash as long as its bucket and at least 2 px, or it would not be seen.
 */
export function linePoints(values: Values, grid: Grid, width: number): readonly Point[] {
  const points = columnsOf([values], grid, width).map(({ index }) => ({
    x: grid.start + (index + 0.5) * grid.intervalMs,
    y: values[index] ?? null,
  }));
  const px = (values.length * grid.intervalMs) / width;
  const half = Math.max(grid.intervalMs / 2, px);
  return points.flatMap(({ x, y }, at) => {
    const alone = y !== null && (points[at - 1]?.y ?? null) === null && (points[at + 1]?.y ?? null) === null;
    return alone
      ? [
          { x: x - half, y },
          { x: x + half, y },
        ]
      : [{ x, y }];
  });
}

/** Upper edges of the layers in steps, broken where a layer has nothing: a layer of no height must not leave a line. */
export function stackSteps(series: readonly { readonly values: Values }[], columns: readonly Column[]): Point[][] {
  const heights = columns.map(() => 0);
  return series.map(({ values }) => {
    const points: Point[] = [];
    columns.forEach(({ start, end, index }, position) => {
      const value = values[index] ?? null;
      if (value === null || value === 0) {
        points.push({ x: start, y: null });
        return;
      }
      const height = (heights[position] ?? 0) + value;
      heights[position] = height;
      points.push({ x: start, y: height }, { x: end, y: height });
    });
    return points;
  });
}

/** Spans in which no series, or not every series, has a value; neighbours joined. */
export function gapsOf(series: readonly Values[], grid: Grid): readonly TimeWindow[] {
  const count = series[0]?.length ?? 0;
  const gaps: { start: number; end: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    if (series.every((values) => (values[index] ?? null) !== null)) continue;
    const start = grid.start + index * grid.intervalMs;
    const last = gaps.at(-1);
    if (last && last.end === start) last.end = start + grid.intervalMs;
    else gaps.push({ start, end: start + grid.intervalMs });
  }
  return gaps;
}

/** Whether a series has any value at all. */
export function hasValues(series: readonly Values[]): boolean {
  return series.some((values) => values.some((value) => value !== null));
}
