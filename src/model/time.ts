/** Half-open interval [start, end) in epoch milliseconds UTC. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Longest period of one report: a month. Anything longer is a slip of the pen or a record with a wrong date. */
export const LONGEST_PERIOD_MS = 31 * DAY_MS;

export function durationOf(window: TimeWindow): number {
  return window.end - window.start;
}

export function overlaps(a: TimeWindow, b: TimeWindow): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Largest multiple of `stepMs` since the epoch that is not after `instant`. */
export function floorTo(instant: number, stepMs: number): number {
  return Math.floor(instant / stepMs) * stepMs;
}

export function ceilTo(instant: number, stepMs: number): number {
  return Math.ceil(instant / stepMs) * stepMs;
}

/** Windows sorted by start, those that overlap or lie less than `gapMs` apart joined into one. */
export function mergeWindows(windows: readonly TimeWindow[], gapMs: number): TimeWindow[] {
  const merged: TimeWindow[] = [];
  for (const window of [...windows].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last && window.start - last.end < gapMs)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, window.end) };
    else merged.push({ start: window.start, end: window.end });
  }
  return merged;
}

/** Length in ms of the union of the windows; overlaps count once. */
export function unionDuration(windows: readonly TimeWindow[]): number {
  return mergeWindows(windows, 0).reduce((sum, window) => sum + durationOf(window), 0);
}
