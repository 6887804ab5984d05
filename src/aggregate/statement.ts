import type { SqlValue } from '../engine/engine.ts';
import type { TimeWindow } from '../model/time.ts';

/** Collects the values of a statement while its text is composed, so that no value ever stands in the text. */
export interface Binder {
  readonly values: readonly SqlValue[];
  /** Adds a value and returns its placeholder. */
  bind(value: SqlValue): string;
}

export function createBinder(): Binder {
  const values: SqlValue[] = [];
  return {
    values,
    bind: (value) => {
      values.push(value);
      return `$${values.length}`;
    },
  };
}

/** Condition that the time column `t` lies in one of the half-open windows; false for none. */
export function inWindows(binder: Binder, windows: readonly TimeWindow[]): string {
  if (windows.length === 0) return 'false';
  const parts = windows.map(({ start, end }) => `(t >= ${binder.bind(start)} and t < ${binder.bind(end)})`);
  return `(${parts.join(' or ')})`;
}

/** Start of the bucket of `stepMs` that `t` falls into; buckets are counted from `offsetMs` after the epoch. */
export function bucketOf(stepMs: number, offsetMs = 0): string {
  return offsetMs === 0 ? `(t - t % ${stepMs})` : `(t - (t - ${offsetMs}) % ${stepMs})`;
}
