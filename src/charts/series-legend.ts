import type { ChartSeries } from '../model/chart-spec.ts';
import type { TimeWindow } from '../model/time.ts';
import { visibleLabel } from '../text/text.ts';
import type { LegendItem } from './legend.ts';
import type { Theme } from './theme.ts';

/** Span of the axis; undefined where the series have no buckets at all. */
export function windowOf(
  grid: { readonly start: number; readonly intervalMs: number },
  series: readonly ChartSeries[],
): TimeWindow | undefined {
  const count = Math.max(0, ...series.map(({ values }) => values.length));
  return count === 0 ? undefined : { start: grid.start, end: grid.start + count * grid.intervalMs };
}

/** A legend entry a series, in order, and `gap` for the hatching where data are missing. */
export function legendOf(
  series: readonly { readonly label: string; readonly colour: string; readonly shape: 'area' | 'line' }[],
  gap: string | undefined,
  theme: Theme,
): readonly LegendItem[] {
  const items: LegendItem[] = series.map((item) => ({ ...item, label: visibleLabel(item.label) }));
  return gap === undefined ? items : [...items, { label: gap, colour: theme.hatch, shape: 'gap' }];
}
