import type { Change, WeekItem, WeekLayer, WeekStats } from '../../aggregate/aggregate.ts';
import type { WeeklyFindings } from '../../insight/insight.ts';
import type { Measure } from '../../model/measure.ts';
import { durationOf, HOUR_MS, SECOND_MS } from '../../model/time.ts';
import type { Estimate, WeeklyAnalysis } from '../report-model.ts';
import { isoTime } from '../tables.ts';

/** The machine-readable result of a period. A key without evidence is absent, never zero. */
export function analyseWeek(stats: WeekStats, findings: WeeklyFindings): WeeklyAnalysis {
  const { period, past } = stats;
  const previous = past.at(-1);
  return {
    period: {
      id: period.id,
      kind: period.kind,
      start: isoTime(period.start),
      end: isoTime(period.end),
      hours: durationOf(period) / HOUR_MS,
      timeZone: period.timeZone,
    },
    ...(previous && { previousPeriod: previous.period.id }),
    state: findings.state,
    layers: stats.layers.map(layerOf),
    incidents: stats.incidents.map((incident) => ({
      id: incident.id,
      reportId: incident.reportId,
      start: isoTime(incident.start),
      ...(incident.end !== undefined && { end: isoTime(incident.end) }),
      exposureSeconds: incident.exposureMs / SECOND_MS,
      vectors: incident.vectors,
      ...(incident.peak && { peak: { ...estimateOf(incident.peak), unit: incident.peak.unit } }),
      ...(incident.leaked && { leakedShare: estimateOf(incident.leaked) }),
      promisesMissed: incident.missed,
      attackIds: incident.attackIds,
    })),
    exposureSeconds: stats.exposure.value / SECOND_MS,
    vectors: stats.vectors.map(({ name, ms, medianMs }) => ({
      name,
      exposureSeconds: ms / SECOND_MS,
      ...(medianMs !== undefined && { medianBeforeSeconds: medianMs / SECOND_MS }),
    })),
    ...(stats.leaked && { leakedShare: estimateOf(stats.leaked.share) }),
    promises: stats.promises,
    ...(stats.attackIds && { attackIds: stats.attackIds }),
    past: past.map((one) => ({
      period: one.period.id,
      incidents: one.incidents,
      exposureSeconds: one.exposureMs / SECOND_MS,
      layers: one.layers.map(({ layer, unit, completeness, total, mitigated }) => ({
        layer,
        unit,
        completeness,
        total: estimateOf(total),
        ...(mitigated && { mitigated: estimateOf(mitigated) }),
      })),
    })),
    openRecommendations: findings.open.map(({ id, owner, since, incidents }) => ({
      id,
      owner,
      since: isoTime(since),
      incidents,
    })),
  };
}

function layerOf(layer: WeekLayer): WeeklyAnalysis['layers'][number] {
  const optional = (name: 'mitigated' | 'passed' | 'unknown' | 'bytes') => {
    const measure = layer[name];
    return measure ? { [name]: estimateOf(measure) } : {};
  };
  return {
    layer: layer.layer,
    unit: layer.unit,
    completeness: layer.coverage.completeness,
    coveredSeconds: layer.coverage.coveredMs / SECOND_MS,
    total: estimateOf(layer.total),
    ...optional('mitigated'),
    ...optional('passed'),
    ...optional('unknown'),
    ...optional('bytes'),
    ...(layer.peak && { peak: peakOf(layer.peak) }),
    ...(layer.bitsPeak && { bitsPeak: peakOf(layer.bitsPeak) }),
    hours: layer.hours.passed.map((passed, index) => ({
      t: isoTime(layer.hours.start + index * layer.hours.intervalMs),
      passed,
      mitigated: layer.hours.mitigated[index] ?? null,
      unknown: layer.hours.unknown[index] ?? null,
    })),
    days: layer.days.map((day) => ({
      day: day.day,
      coveredSeconds: day.coveredMs / SECOND_MS,
      ...(day.total && { total: estimateOf(day.total) }),
      ...(day.mitigated && { mitigated: estimateOf(day.mitigated) }),
      systems: day.systems.map(({ system, mitigated }) => ({ system, mitigated: estimateOf(mitigated) })),
    })),
    lists: layer.lists.map((list) => ({
      dimension: list.dimension,
      isExact: list.isExact,
      items: list.items.map(itemOf),
      other: estimateOf(list.other),
      unknown: estimateOf(list.unknown),
      gone: list.gone.map(itemOf),
    })),
  };
}

function itemOf(item: WeekItem): WeeklyAnalysis['layers'][number]['lists'][number]['items'][number] {
  return {
    value: item.value,
    ...(item.name !== undefined && { name: item.name }),
    total: estimateOf(item.total),
    mitigated: estimateOf(item.mitigated),
    ...(item.previous && { previous: estimateOf(item.previous) }),
    ...(item.change && { change: changeOf(item.change) }),
  };
}

function changeOf(change: Change): number | 'new' | 'gone' | 'same' {
  return change.kind === 'ratio' ? change.value : change.kind;
}

function peakOf(peak: Measure): NonNullable<WeeklyAnalysis['layers'][number]['peak']> {
  return {
    ...estimateOf(peak),
    unit: peak.unit,
    windowSeconds: (peak.windowMs ?? 0) / SECOND_MS,
    at: isoTime(peak.at ?? 0),
  };
}

function estimateOf(measure: Measure): Estimate {
  return {
    estimate: measure.value,
    lower: measure.interval?.lower ?? measure.value,
    upper: measure.interval?.upper ?? measure.value,
  };
}
