import { isMitigated, type LayerRollUp, type Peak, QUARTER_MS, type Quarter } from '../archive/archive.ts';
import type { Measure, MeasureKind } from '../model/measure.ts';
import { daysOf, type Period } from '../model/period.ts';
import { durationOf, HOUR_MS, overlaps, type TimeWindow } from '../model/time.ts';
import type { Disposition } from '../model/traffic.ts';
import type { Tally } from './intervals.ts';
import { addTallies, type Gauge, rateMeasure, volumeMeasure } from './measures.ts';
import { measureLists, systemsOf } from './week-lists.ts';
import type { Coverage, PastPeriod, WeekDay, WeekLayer } from './week-stats.ts';
import { type PeriodTraffic, tallyOfSums } from './week-traffic.ts';

export function measureWeekLayer(
  traffic: PeriodTraffic,
  before: PeriodTraffic | undefined,
  attacked: readonly TimeWindow[],
): WeekLayer | undefined {
  const { quarters, parts, period } = traffic;
  const [first] = parts;
  if (!first) return undefined;
  const gauge = gaugeOf(traffic);
  const knowsDisposition = parts.every((part) => part.knowsDisposition);
  const hasBytes = parts.every((part) => part.hasBytes) && first.unit !== 'bytes';
  const total = volumeMeasure(gauge, tallyOf(quarters));
  const unknown = tallyOf(quarters, (disposition) => disposition === 'unknown');
  const labels = labelsOf(parts);
  const outside = largestOutside(traffic, gauge, attacked);
  return {
    layer: traffic.layer,
    unit: first.unit,
    labels,
    kind: gauge.kind,
    sampling: samplingOf(parts),
    holds: holdsOf(parts),
    coverage: coverageOf(quarters, period),
    total,
    ...(knowsDisposition && {
      mitigated: volumeMeasure(gauge, tallyOf(quarters, isMitigated)),
      passed: volumeMeasure(gauge, tallyOf(quarters, isPassed)),
    }),
    ...((!knowsDisposition || unknown.value > 0) && { unknown: volumeMeasure(gauge, unknown) }),
    ...(hasBytes && { bytes: volumeMeasure(gauge, bytesTally(quarters), 'bytes') }),
    ...peaksOf(traffic, gauge),
    hours: hoursOf(quarters, period, first.unit === 'bytes' ? 8 : 1),
    days: daysOf(period).map((day) => dayOf(traffic, gauge, day, knowsDisposition)),
    lists: measureLists(traffic, before, gauge),
    ...(outside && { largestOutside: outside }),
  };
}

/** What is compared of a past period, of each layer. */
export function comparableLayers(traffics: readonly PeriodTraffic[], lengthMs: number): PastPeriod['layers'] {
  return traffics.flatMap((traffic): PastPeriod['layers'][number][] => {
    const [first] = traffic.parts;
    if (!first) return [];
    const gauge = gaugeOf(traffic);
    const coveredMs = coveredOf(traffic.quarters);
    return [
      {
        layer: traffic.layer,
        unit: first.unit,
        completeness: Math.min(1, coveredMs / lengthMs),
        coveredMs,
        total: volumeMeasure(gauge, tallyOf(traffic.quarters)),
        ...(traffic.parts.every(({ knowsDisposition }) => knowsDisposition) && {
          mitigated: volumeMeasure(gauge, tallyOf(traffic.quarters, isMitigated)),
        }),
        ...peaksOf(traffic, gauge),
      },
    ];
  });
}

const KINDS: readonly MeasureKind[] = ['reported', 'estimated', 'counted'];

/** The least certain of the kinds, so that a counted day does not make an estimated week look counted. */
function gaugeOf({ parts, evidence }: PeriodTraffic): Gauge {
  const sampling = samplingOf(parts);
  return {
    unit: parts[0]?.unit ?? 'requests',
    kind: KINDS.find((kind) => parts.some((part) => part.kind === kind)) ?? 'counted',
    evidence,
    sampled: sampling.max > 1,
    heaviest: sampling.max,
  };
}

function samplingOf(parts: readonly LayerRollUp[]): { readonly min: number; readonly max: number } {
  return {
    min: Math.min(...parts.map(({ sampling }) => sampling.min)),
    max: Math.max(...parts.map(({ sampling }) => sampling.max)),
  };
}

function holdsOf(parts: readonly LayerRollUp[]): WeekLayer['holds'] {
  if (parts.every(({ holds }) => holds === 'attack')) return 'attack';
  return parts.some(({ holds }) => holds === 'part') ? 'part' : 'all';
}

function labelsOf(parts: readonly LayerRollUp[]): string[] {
  const time = new Map<string, number>();
  for (const { label, quarters } of parts) time.set(label, (time.get(label) ?? 0) + coveredOf(quarters));
  return [...time].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([label]) => label);
}

function tallyOf(quarters: readonly Quarter[], isMeant: (disposition: Disposition) => boolean = () => true): Tally {
  return addTallies(
    quarters.flatMap(({ volumes }) => volumes.filter(({ disposition }) => isMeant(disposition)).map(tallyOfSums)),
  );
}

function bytesTally(quarters: readonly Quarter[]): Tally {
  return addTallies(
    quarters.flatMap(({ volumes }) =>
      volumes.map((volume) => ({
        ...tallyOfSums(volume),
        value: volume.bytes ?? 0,
        variance: volume.bytesVariance,
      })),
    ),
  );
}

function isPassed(disposition: Disposition): boolean {
  return disposition === 'passed' || disposition === 'logged';
}

function coveredOf(quarters: readonly Quarter[]): number {
  return quarters.reduce((sum, { coveredMs }) => sum + coveredMs, 0);
}

function coverageOf(quarters: readonly Quarter[], period: TimeWindow): Coverage {
  const coveredMs = coveredOf(quarters);
  const known = new Set(quarters.filter((quarter) => quarter.coveredMs > 0).map(({ start }) => start));
  const gaps: { start: number; end: number }[] = [];
  for (let start = period.start; start < period.end; start += QUARTER_MS) {
    if (known.has(start)) continue;
    const last = gaps.at(-1);
    if (last?.end === start) last.end += QUARTER_MS;
    else gaps.push({ start, end: start + QUARTER_MS });
  }
  return { coveredMs, completeness: Math.min(1, coveredMs / durationOf(period)), gaps };
}

/** The highest buckets of a period, as rates; the earliest on ties. */
function peaksOf({ parts, quarters }: PeriodTraffic, gauge: Gauge): Pick<WeekLayer, 'peak' | 'bitsPeak'> {
  // Of means over different windows only the longest window is one that all can be compared by; finer ones would look higher.
  const windowMs = Math.max(...parts.map(({ peakWindowMs }) => peakWindowMs));
  if (parts.some(({ peakWindowMs }) => peakWindowMs !== windowMs)) return {};
  const peak = highest(quarters, ({ peak: found }) => found);
  const bitsPeak = highest(quarters, ({ bytesPeak }) => bytesPeak);
  return {
    ...(peak && { peak: peakMeasure(gauge, peak, windowMs) }),
    ...(bitsPeak && { bitsPeak: peakMeasure(gauge, bitsPeak, windowMs, 'bytes') }),
  };
}

function highest(quarters: readonly Quarter[], of: (quarter: Quarter) => Peak | undefined): Peak | undefined {
  let found: Peak | undefined;
  for (const quarter of quarters) {
    const candidate = of(quarter);
    if (candidate && candidate.value > (found?.value ?? 0)) found = candidate;
  }
  return found;
}

function peakMeasure(gauge: Gauge, peak: Peak, windowMs: number, unit?: 'bytes'): Measure {
  const { value, sampled, variance, at } = peak;
  const unseen = value > 0 && !unit ? Math.max(0, 1 - sampled / value) : 0;
  return rateMeasure(gauge, { value, sampled, variance, unseen }, windowMs, { at, ...(unit && { unit }) });
}

/** Mean rates of each hour of the period from its start, over the part of the hour that has data. */
function hoursOf(quarters: readonly Quarter[], period: TimeWindow, perUnit: number): WeekLayer['hours'] {
  const count = Math.ceil(durationOf(period) / HOUR_MS);
  const hours = Array.from({ length: count }, () => ({ coveredMs: 0, passed: 0, mitigated: 0, unknown: 0 }));
  for (const { start, coveredMs, volumes } of quarters) {
    const hour = hours[Math.floor((start - period.start) / HOUR_MS)];
    if (!hour) continue;
    hour.coveredMs += coveredMs;
    for (const { disposition, units } of volumes)
      hour[isMitigated(disposition) ? 'mitigated' : isPassed(disposition) ? 'passed' : 'unknown'] += units;
  }
  const rates = (of: 'passed' | 'mitigated' | 'unknown') =>
    hours.map((hour) => (hour.coveredMs > 0 ? (hour[of] * perUnit * 1_000) / hour.coveredMs : null));
  return {
    start: period.start,
    intervalMs: HOUR_MS,
    passed: rates('passed'),
    mitigated: rates('mitigated'),
    unknown: rates('unknown'),
  };
}

function dayOf(traffic: PeriodTraffic, gauge: Gauge, day: Period, knowsDisposition: boolean): WeekDay {
  const own = traffic.quarters.filter(({ start }) => start >= day.start && start < day.end);
  const coveredMs = coveredOf(own);
  const base = { day: day.id, window: { start: day.start, end: day.end }, coveredMs };
  if (own.length === 0) return { ...base, systems: [] };
  const lists = traffic.lists.find(({ window }) => window.start === day.start)?.lists ?? [];
  return {
    ...base,
    total: volumeMeasure(gauge, tallyOf(own)),
    ...(knowsDisposition && { mitigated: volumeMeasure(gauge, tallyOf(own, isMitigated)) }),
    systems: systemsOf(lists, gauge),
  };
}

/** The bucket in which most was mitigated (or, where that is not recorded, came in) while no incident was going on. */
function largestOutside(
  { parts, quarters }: PeriodTraffic,
  gauge: Gauge,
  attacked: readonly TimeWindow[],
): WeekLayer['largestOutside'] {
  const windowMs = Math.max(...parts.map(({ peakWindowMs }) => peakWindowMs));
  if (holdsOf(parts) === 'attack' || parts.some(({ peakWindowMs }) => peakWindowMs !== windowMs)) return undefined;
  const calm = quarters.filter(
    ({ start }) => !attacked.some((wave) => overlaps(wave, { start, end: start + QUARTER_MS })),
  );
  const mitigated = highest(calm, (quarter) => quarter.mitigatedPeak);
  const found = mitigated ?? highest(calm, (quarter) => quarter.peak);
  if (!found) return undefined;
  const quarter = calm.find(({ mitigatedPeak, peak }) => mitigatedPeak === found || peak === found);
  const total = quarter?.peak && quarter.peak.at === found.at ? quarter.peak : undefined;
  const usual = usualRate(calm);
  return {
    at: found.at,
    windowMs,
    ...(mitigated && { mitigated: peakMeasure(gauge, mitigated, windowMs) }),
    total: peakMeasure(gauge, total ?? found, windowMs),
    ...(usual !== undefined && {
      usual: rateMeasure({ ...gauge, sampled: false }, { value: usual, sampled: 0, variance: 0, unseen: 0 }, HOUR_MS),
    }),
  };
}

/** Median volume of an hour's worth of a quarter, of those with data. */
function usualRate(quarters: readonly Quarter[]): number | undefined {
  const rates = quarters
    .filter(({ coveredMs }) => coveredMs > 0)
    .map(({ coveredMs, volumes }) => (volumes.reduce((sum, { units }) => sum + units, 0) * HOUR_MS) / coveredMs)
    .sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)];
}
