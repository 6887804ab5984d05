import type { Engine } from '../engine/engine.ts';
import { SECOND_MS, type TimeWindow } from '../model/time.ts';
import { type Account, MITIGATED, type Quantity } from './account.ts';
import type { TrafficSeries } from './attack-stats.ts';
import { coveredMs, fitStep, type Grid, gridOver } from './grid.ts';
import { metricOf } from './peaks.ts';
import { bucketOf, createBinder, inWindows } from './statement.ts';

/** Buckets that a page shows legibly. */
const MOST_BUCKETS = 360;
/** Lines that a chart can tell apart; smaller ones are summed up in `other`. */
const MOST_LINES = 8;

/** Volume of one line in one bucket. */
export interface SeriesPoint {
  readonly t: number;
  readonly key: string;
  readonly volume: number;
}

/** The buckets of the charts of a layer: as fine as the page allows, never finer than the source. */
export function chartGrid(account: Account, window: TimeWindow, most = MOST_BUCKETS): Grid {
  const stepMs = fitStep(window.end - window.start, account.grainMs, most);
  return gridOver(window, stepMs, account.offsetMs % stepMs);
}

/** What the lines of a series stand for, and how a row finds its line. */
export interface SeriesShape {
  readonly by: TrafficSeries['by'];
  readonly quantity: Quantity;
  readonly grid: Grid;
}

/**
 * Traffic over time by disposition, by vector (`unknown` where none is recorded) or by the system that mitigated (`none` for
 * what was not mitigated, `other` where the system is not recorded). The lines add up to all traffic.
 * Undefined when the source has no volume of this quantity.
 */
export async function readSeries(
  engine: Engine,
  account: Account,
  shape: SeriesShape,
): Promise<TrafficSeries | undefined> {
  const { grid, by, quantity } = shape;
  const binder = createBinder();
  const key = {
    disposition: 'disposition',
    mitigation_system: `case when ${MITIGATED} then coalesce(system, 'other') else 'none' end`,
    vector: "coalesce(cast(vector as varchar), 'unknown')",
  }[by];
  const from = by === 'vector' ? account.source.relation : account.buckets;
  const points = await engine.query<SeriesPoint>(
    `select t, key, sum(volume) as volume from (
       select ${bucketOf(grid.stepMs, account.offsetMs % grid.stepMs)} as t, ${key} as key, ${quantity} as volume
         from ${from} where ${inWindows(binder, [{ start: grid.start, end: grid.start + grid.count * grid.stepMs }])} and ${quantity} is not null)
      group by 1, 2`,
    binder.values,
  );
  if (points.length === 0) return undefined;
  return {
    metric: metricOf(account, quantity),
    by,
    start: grid.start,
    intervalMs: grid.stepMs,
    lines: toLines(points, grid, {
      covered: coveredMs(grid, account.covered),
      factor: quantity === 'bytes' ? 8 : 1,
      most: MOST_LINES,
    }),
  };
}

/**
 * Points as lines of rates per second, largest first, at most `most` of them with the rest summed up in `other`, which comes
 * last. Each bucket is a mean over the part of it for which there is data; a bucket without any is `null` in every line.
 */
export function toLines(
  points: readonly SeriesPoint[],
  grid: Grid,
  options: { readonly covered: readonly number[]; readonly factor: number; readonly most: number },
): { key: string; values: (number | null)[] }[] {
  const totals = new Map<string, number>();
  for (const { key, volume } of points) totals.set(key, (totals.get(key) ?? 0) + volume);
  const ranked = [...totals].filter(([key]) => key !== 'other').sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const folds = ranked.length > options.most || totals.has('other');
  const named = ranked.slice(0, folds ? options.most - 1 : options.most).map(([key]) => key);
  const keys = folds ? [...named, 'other'] : named;
  const lines = new Map(
    keys.map((key) => [key, options.covered.map((length): number | null => (length > 0 ? 0 : null))]),
  );
  for (const { t, key, volume } of points) {
    const values = lines.get(key) ?? lines.get('other');
    const index = Math.round((t - grid.start) / grid.stepMs);
    const length = options.covered[index] ?? 0;
    if (values && length > 0) values[index] = (values[index] ?? 0) + (volume * options.factor * SECOND_MS) / length;
  }
  return keys.map((key) => ({ key, values: lines.get(key) ?? [] }));
}
