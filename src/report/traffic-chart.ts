import type { LayerStats, TrafficSeries } from '../aggregate/aggregate.ts';
import { vectorHeading, vectorName } from '../insight/insight.ts';
import type { ChartMarker, ChartSeries, TimeStackChart } from '../model/chart-spec.ts';
import { integer } from '../model/inlines.ts';
import type { Words } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { MITIGATED_DISPOSITIONS } from '../model/traffic.ts';
import type { ChapterContext } from './facts.ts';
import { systemName } from './vocabulary.ts';

/** The span of a series, for captions. */
export function spanOf(series: TrafficSeries): { start: number; end: number } {
  return { start: series.start, end: series.start + (series.lines[0]?.values.length ?? 0) * series.intervalMs };
}

/** Waves as shaded bands; one still running reaches to the end of the axis. */
export function waveBands(context: ChapterContext, end: number): TimeStackChart<Words>['bands'] {
  return context.facts.stats.waves.map((wave) => ({
    start: wave.start,
    end: wave.end ?? end,
    label: say`Wave ${integer(wave.number)}`,
  }));
}

/** The moments worth a line on a chart: first mitigation and containment, from the logs. */
export function clockMarkers(context: ChapterContext): ChartMarker<Words>[] {
  const { clocks } = context.facts.stats;
  const markers: ChartMarker<Words>[] = [];
  if (clocks.alerted) markers.push({ at: clocks.alerted.at, label: say`Alert`, actor: 'soc' });
  if (clocks.mitigated) markers.push({ at: clocks.mitigated.at, label: say`First mitigation`, actor: 'automatic' });
  if (clocks.contained) markers.push({ at: clocks.contained.at, label: say`Contained`, actor: 'automatic' });
  return markers.sort((a, b) => a.at - b.at);
}

/** Adds the lines of `keys` bucket by bucket; a bucket that is a gap in all of them stays a gap. */
function sumLines(series: TrafficSeries, keys: readonly string[]): (number | null)[] {
  const lines = series.lines.filter((line) => keys.includes(line.key));
  const length = series.lines[0]?.values.length ?? 0;
  return Array.from({ length }, (_, index) => {
    const known = lines.map((line) => line.values[index] ?? null).filter((value) => value !== null);
    return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : gapOrZero(series, index);
  });
}

/** Zero where some line of the series has a value in the bucket, a gap where none has. */
function gapOrZero(series: TrafficSeries, index: number): number | null {
  return series.lines.some((line) => (line.values[index] ?? null) !== null) ? 0 : null;
}

/** Mitigated, passed and unrecorded as the parts of all traffic; parts that never occur are left out. */
function dispositionParts(series: TrafficSeries): ChartSeries<Words>[] {
  const parts: ChartSeries<Words>[] = [
    { label: say`Passed`, role: 'passed', values: sumLines(series, ['passed', 'logged']) },
    { label: say`Mitigated`, role: 'mitigated', values: sumLines(series, MITIGATED_DISPOSITIONS) },
    { label: say`Outcome not recorded`, role: 'unknown', values: sumLines(series, ['unknown']) },
  ];
  return parts.filter((part) => part.values.some((value) => (value ?? 0) > 0));
}

/** All traffic of a series, bucket by bucket. */
export function totalLine(series: TrafficSeries): (number | null)[] {
  return sumLines(
    series,
    series.lines.map((line) => line.key),
  );
}

/** The hero: what was mitigated and what passed, over the level before the attack. */
export function dispositionChart(
  context: ChapterContext,
  layer: LayerStats,
  series: TrafficSeries,
): TimeStackChart<Words> {
  const span = spanOf(series);
  const level = layer.before && layer.before.meanRate.unit === series.metric ? layer.before.meanRate.value : undefined;
  return {
    kind: 'time-stack',
    unit: series.metric,
    start: series.start,
    intervalMs: series.intervalMs,
    bands: waveBands(context, span.end),
    markers: clockMarkers(context).filter((marker) => marker.at >= span.start && marker.at < span.end),
    series: dispositionParts(series),
    ...(level !== undefined && {
      line: {
        label: say`Mean before the attack`,
        role: 'baseline' as const,
        values: Array.from({ length: (span.end - span.start) / series.intervalMs }, () => level),
      },
    }),
  };
}

/** A capacity far above the traffic would press the picture flat; its sentence is told all the same. */
const NEAR_CAPACITY = 0.5;

/**
 * Lines of a series by vector or system, each its own colour, in the order given (so that neighbouring figures agree). What no
 * system stopped lies at the bottom, as in every other figure; the rest at the top.
 */
export function rankedChart(
  context: ChapterContext,
  series: TrafficSeries,
  order: readonly string[],
  capacity?: LayerStats['capacity'],
): TimeStackChart<Words> {
  const span = spanOf(series);
  // What arrives at the edge says nothing of the origin's load; the line it does press on.
  const limit = capacity?.of === 'link' && series.metric === 'bits/s' ? capacity.limit.value : undefined;
  const totals = totalLine(series);
  const isNear = limit !== undefined && totals.some((value) => (value ?? 0) >= limit * NEAR_CAPACITY);
  const place = (key: string): number => {
    if (key === 'unknown' || key === 'none') return -1;
    return key === 'other' ? order.length : order.indexOf(key);
  };
  return {
    kind: 'time-stack',
    unit: series.metric,
    start: series.start,
    intervalMs: series.intervalMs,
    bands: waveBands(context, span.end),
    markers: [],
    series: [...series.lines]
      .sort((a, b) => place(a.key) - place(b.key))
      .map((line) => ({ label: lineName(series, line.key), role: lineRole(series, line.key), values: line.values })),
    ...(isNear && {
      line: { label: say`Stated capacity of the line`, role: 'baseline' as const, values: totals.map(() => limit) },
    }),
  };
}

export function lineName(series: TrafficSeries, key: string): Words {
  if (key === 'other') return say`Other`;
  if (key === 'unknown') return series.by === 'vector' ? say`No attack vector` : say`Not mitigated`;
  if (key === 'none') return series.by === 'vector' ? say`No attack vector` : say`Not mitigated`;
  return series.by === 'mitigation_system' ? systemName(key) : vectorHeading(vectorName(key));
}

function lineRole({ by }: TrafficSeries, key: string): ChartSeries['role'] {
  if (key === 'other') return 'other';
  if (key !== 'unknown' && key !== 'none') return 'ranked';
  // Traffic without a vector is mostly legitimate and says nothing of what passed.
  return by === 'vector' ? 'unknown' : 'passed';
}
