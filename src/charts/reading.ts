import type { ChartSeries, ChartSpec } from '../model/chart-spec.ts';
import type { Unit } from '../model/measure.ts';
import { visibleLabel } from '../text/text.ts';
import { type ChartColours, createTheme } from './theme.ts';

/**
 * What a person can read off a chart with a pointer or the keyboard: the very values that were drawn, in the order of the
 * legend. Along time (`start`, `intervalMs`) or along ranks.
 */
export type ChartReading = {
  readonly series: readonly ReadSeries[];
} & (
  | { readonly along: 'time'; readonly start: number; readonly intervalMs: number; readonly rows: boolean }
  | { readonly along: 'ranks'; readonly ranks: readonly number[] }
);

interface ReadSeries {
  readonly label: string;
  readonly unit: Unit;
  readonly colour: string;
  /** Whether it lies on top of the stacked series before it. */
  readonly stacked: boolean;
  readonly values: readonly (number | null)[];
}

/** Undefined for a chart that writes its values beside its marks, or has none. */
export function chartReading(spec: ChartSpec, colours: ChartColours): ChartReading | undefined {
  const theme = createTheme(colours);
  const read = (series: readonly ChartSeries[], unit: Unit, stacked: number): ReadSeries[] => {
    const painted = theme.series(series.map(({ role }) => role));
    return series.map(({ label, values }, index) => ({
      label: visibleLabel(label),
      unit,
      colour: painted[index] ?? theme.ink,
      stacked: index < stacked,
      values,
    }));
  };
  const alongTime = (series: readonly ReadSeries[], rows = false): ChartReading | undefined => {
    if (!('intervalMs' in spec) || !series.some(({ values }) => values.some((value) => value !== null)))
      return undefined;
    return { along: 'time', start: spec.start, intervalMs: spec.intervalMs, rows, series };
  };
  switch (spec.kind) {
    case 'time-stack':
      return alongTime(read([...spec.series, ...(spec.line ? [spec.line] : [])], spec.unit, spec.series.length));
    case 'time-lines':
      return alongTime(
        [spec.left, ...(spec.right ? [spec.right] : [])].flatMap((part) => read(part.series, part.unit, 0)),
      );
    case 'swim-lane':
      return alongTime(read([spec.traffic], spec.unit, 1));
    case 'heat-map':
      return alongTime(
        spec.rows.map(({ label, values }) => ({
          label: visibleLabel(label),
          unit: spec.unit,
          colour: theme.ink,
          stacked: false,
          values,
        })),
        true,
      );
    case 'curve': {
      const lines = spec.lines.filter((line) => line.ranks.length > 0);
      const ranks = [...new Set(lines.flatMap((line) => line.ranks))].sort((a, b) => a - b);
      if (ranks.length === 0) return undefined;
      const series = lines.map((line): ReadSeries => {
        const shares = new Map(line.ranks.map((rank, index) => [rank, line.shares[index] ?? null]));
        const values = ranks.map((rank) => shares.get(rank) ?? null);
        return { label: visibleLabel(line.label), unit: 'share', colour: theme.ink, stacked: false, values };
      });
      return { along: 'ranks', ranks, series };
    }
    case 'bars':
    case 'dots':
    case 'flow':
    case 'sparkline':
      return undefined;
    default:
      return spec satisfies never;
  }
}
