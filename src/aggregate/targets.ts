import type { Engine } from '../engine/engine.ts';
import type { Dimension } from '../model/dimension.ts';
import type { TimeWindow } from '../model/time.ts';
import type { Account } from './account.ts';
import type { Breakdown, LayerStats } from './attack-stats.ts';
import { coveredMs } from './grid.ts';
import { chartGrid, type SeriesPoint, toLines } from './series.ts';
import { bucketOf, createBinder, inWindows } from './statement.ts';

const MOST_ROWS = 10;
/** A heat map is read by its patterns: fewer, wider cells than a line chart. */
const MOST_CELLS = 120;

/**
 * What is attacked on a layer, the more telling first. Hosts only where there are several: one host is better told by its paths.
 */
export function targetDimension(breakdowns: readonly Breakdown[]): Dimension | undefined {
  const several = (dimension: Dimension) =>
    breakdowns.some((breakdown) => breakdown.dimension === dimension && breakdown.distinct.value > 1);
  const some = (dimension: Dimension) => breakdowns.some((breakdown) => breakdown.dimension === dimension);
  return (
    (['destination_ip', 'host', 'path', 'query_name', 'application'] as const).find(several) ??
    (['destination_ip', 'host', 'query_name', 'application'] as const).find(some)
  );
}

/** Rate of each of the largest targets over time; their order is that of the breakdown. Undefined for a source without times. */
export async function readTargets(
  engine: Engine,
  account: Account,
  breakdown: Breakdown,
  window: TimeWindow,
): Promise<LayerStats['targetSeries']> {
  const keys = breakdown.items.slice(0, MOST_ROWS).map((item) => item.key);
  if (!account.timed || keys.length === 0) return undefined;
  const grid = chartGrid(account, window, MOST_CELLS);
  const binder = createBinder();
  const column = `cast(${breakdown.dimension} as varchar)`;
  const points = await engine.query<SeriesPoint>(
    `select ${bucketOf(grid.stepMs, account.offsetMs % grid.stepMs)} as t, ${column} as key, sum(${account.quantity}) as volume
       from ${account.source.relation}
      where ${inWindows(binder, [{ start: grid.start, end: grid.start + grid.count * grid.stepMs }])}
        and ${column} in (${keys.map((key) => binder.bind(key)).join(', ')}) and ${account.quantity} is not null
      group by 1, 2`,
    binder.values,
  );
  const lines = toLines(points, grid, {
    covered: coveredMs(grid, account.covered),
    factor: account.quantity === 'bytes' ? 8 : 1,
    most: MOST_ROWS,
  });
  return {
    dimension: breakdown.dimension,
    intervalMs: grid.stepMs,
    start: grid.start,
    rows: keys.flatMap((key) => lines.find((line) => line.key === key) ?? []),
  };
}
