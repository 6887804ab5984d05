import { DAY_MS, HOUR_MS, MINUTE_MS, mergeWindows, SECOND_MS, type TimeWindow } from '../model/time.ts';

/** Lengths of a bucket that people read easily. */
const STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  DAY_MS,
];

/** Equal buckets; the first one starts at `start`. */
export interface Grid {
  readonly start: number;
  readonly stepMs: number;
  readonly count: number;
}

/**
 * Smallest readable bucket that covers a span with at most `most` buckets. It is a multiple of `grainMs`, because a point of
 * a bucketed source cannot be divided; beyond a day it is a whole number of days (or of grains).
 */
export function fitStep(spanMs: number, grainMs: number, most: number): number {
  const fits = (step: number) => step >= grainMs && step % grainMs === 0 && spanMs / step <= most;
  const readable = STEPS_MS.find(fits);
  if (readable !== undefined) return readable;
  const unit = grainMs > DAY_MS || DAY_MS % grainMs !== 0 ? grainMs : DAY_MS;
  return unit * Math.max(1, Math.ceil(spanMs / (unit * most)));
}

/** The buckets of `stepMs` that touch a window; boundaries are counted from `offsetMs` after the epoch. */
export function gridOver(window: TimeWindow, stepMs: number, offsetMs = 0): Grid {
  const start = floorFrom(window.start, stepMs, offsetMs);
  return { start, stepMs, count: Math.max(0, Math.ceil((window.end - start) / stepMs)) };
}

/**
 * The time of the buckets that start inside a window, whole buckets at both ends: their rows carry that start, so it decides
 * which are taken, and a bucket that was taken is never counted over a part of its length only.
 */
export function startingIn(window: TimeWindow, stepMs: number, offsetMs = 0): TimeWindow {
  const next = (instant: number) => floorFrom(instant - 1, stepMs, offsetMs) + stepMs;
  return { start: next(window.start), end: next(window.end) };
}

function floorFrom(instant: number, stepMs: number, offsetMs: number): number {
  return Math.floor((instant - offsetMs) / stepMs) * stepMs + offsetMs;
}

/** Windows widened to whole buckets, so that a bucket that touches a window belongs to it; overlaps are joined. */
export function widen(windows: readonly TimeWindow[], stepMs: number, offsetMs = 0): TimeWindow[] {
  const whole = windows.map(({ start, end }) => ({
    start: floorFrom(start, stepMs, offsetMs),
    end: floorFrom(end - 1, stepMs, offsetMs) + stepMs,
  }));
  return joinTouching(whole);
}

/** Sorted and disjoint; windows that touch become one. */
export function joinTouching(windows: readonly TimeWindow[]): TimeWindow[] {
  // A gap of less than 1 ms is none at all: instants are whole milliseconds.
  return mergeWindows(windows, 1);
}

/** Parts of the windows inside `frame`, sorted and disjoint. */
export function clip(windows: readonly TimeWindow[], frame: TimeWindow): TimeWindow[] {
  return joinTouching(
    windows
      .map(({ start, end }) => ({ start: Math.max(start, frame.start), end: Math.min(end, frame.end) }))
      .filter(({ start, end }) => start < end),
  );
}

/** What remains of the windows when `holes` are cut out. Both may overlap themselves. */
export function without(windows: readonly TimeWindow[], holes: readonly TimeWindow[]): TimeWindow[] {
  const cuts = joinTouching(holes);
  return joinTouching(windows).flatMap((window) => {
    const parts: TimeWindow[] = [];
    let from = window.start;
    for (const cut of cuts) {
      if (cut.end <= from || cut.start >= window.end) continue;
      if (cut.start > from) parts.push({ start: from, end: cut.start });
      from = cut.end;
    }
    if (from < window.end) parts.push({ start: from, end: window.end });
    return parts;
  });
}

/** Length in ms of sorted, disjoint windows. */
export function lengthOf(windows: readonly TimeWindow[]): number {
  return windows.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** How many ms of each bucket of the grid lie in the windows (sorted, disjoint). */
export function coveredMs(grid: Grid, windows: readonly TimeWindow[]): number[] {
  const covered = new Array<number>(grid.count).fill(0);
  for (const window of windows) {
    const first = Math.max(0, Math.floor((window.start - grid.start) / grid.stepMs));
    for (let index = first; index < grid.count; index += 1) {
      const start = grid.start + index * grid.stepMs;
      if (start >= window.end) break;
      covered[index] =
        (covered[index] ?? 0) + Math.max(0, Math.min(window.end, start + grid.stepMs) - Math.max(window.start, start));
    }
  }
  return covered;
}
