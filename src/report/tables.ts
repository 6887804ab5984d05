import type { TrafficSeries } from '../aggregate/aggregate.ts';
import type { Measure } from '../model/measure.ts';
import type { DataTable } from './report-model.ts';

/** Times in `data/*.csv` and in the analysis of report.json: ISO 8601 in UTC. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** A measure in `data/*.csv`: value, 95 % bounds (empty when exact) and how it came about. */
export function measureCells(measure: Measure | undefined): (string | number | null)[] {
  if (!measure) return [null, null, null, null];
  return [measure.value, measure.interval?.lower ?? null, measure.interval?.upper ?? null, measure.kind];
}

export function measureColumns(name: string, unit: string): string[] {
  return [`${name} (${unit})`, `${name} lower`, `${name} upper`, `${name} kind`];
}

/** One row a bucket, one column a line; gaps are empty. */
export function seriesData(series: TrafficSeries, names: (key: string) => string = (key) => key): DataTable {
  const buckets = series.lines[0]?.values.length ?? 0;
  return {
    columns: ['time_utc', ...series.lines.map((line) => `${names(line.key)} (${series.metric})`)],
    rows: Array.from({ length: buckets }, (_, index) => [
      isoTime(series.start + index * series.intervalMs),
      ...series.lines.map((line) => line.values[index] ?? null),
    ]),
  };
}
