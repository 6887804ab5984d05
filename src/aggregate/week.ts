import type { LayerRollUp, RollUp, StoredIncident } from '../archive/archive.ts';
import type { Measure } from '../model/measure.ts';
import type { Period } from '../model/period.ts';
import { durationOf, type TimeWindow, unionDuration } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import { leakedOf, type WaveOfPeriod, wavesIn, weekIncidents } from './week-incidents.ts';
import { comparableLayers, measureWeekLayer } from './week-layer.ts';
import type { PastPeriod, WeekIncident, WeekLayer, WeekStats } from './week-stats.ts';
import type { PeriodTraffic } from './week-traffic.ts';

/** A day of the archive, with the ids of the inputs that it stands in. */
export interface EvidentDay extends Pick<RollUp, 'day' | 'window' | 'layers' | 'attackIds'> {
  readonly evidence: readonly string[];
}

export interface WeekFacts {
  readonly period: Period;
  /** Its days, and the days around it, whose quarters of an hour may reach into it after a change of zone. */
  readonly days: readonly EvidentDay[];
  /** Periods before it, oldest first, the last is the previous one. */
  readonly past: readonly { readonly period: Period; readonly days: readonly EvidentDay[] }[];
  /** Everything on record, of any time. */
  readonly incidents: readonly (StoredIncident & { readonly hasPage: boolean; readonly evidence: readonly string[] })[];
}

const LAYERS: readonly Layer[] = ['network', 'http'];

/** Every number of a summary of a period, from sums of days and from the reports of incidents. Pure. */
export function aggregateWeek(facts: WeekFacts): WeekStats {
  const { period } = facts;
  const incidents = weekIncidents(facts.incidents, period);
  const since = firstRecord(facts);
  // A period that ended before the first record is not known to have been quiet.
  const known = facts.past.filter((past) => past.period.end > since);
  const previous = known.at(-1);
  const attacked = incidents.flatMap(({ waves }) => waves);
  const layers = LAYERS.flatMap((layer): WeekLayer[] => {
    const traffic = trafficOf(facts.days, layer, period);
    const before = previous && trafficOf(previous.days, layer, previous.period);
    const measured = traffic && measureWeekLayer(traffic, before, attacked);
    return measured ? [measured] : [];
  });
  const leaked = leakedOf(incidents);
  const evidence = [...new Set(incidents.flatMap((incident) => incident.evidence))];
  const attackIds = attackIdsOf(facts.days, period, attacked);
  return {
    period,
    layers,
    incidents,
    exposure: milliseconds(unionDuration(attacked), evidence),
    vectors: vectorsOf(
      facts,
      known.map((past) => past.period),
    ),
    ...(leaked && { leaked }),
    promises: promisesOf(facts, incidents),
    ...(attackIds && { attackIds }),
    past: known.map((past) => pastPeriod(past, facts)),
  };
}

function milliseconds(value: number, evidence: readonly string[]): Measure {
  return { value, unit: 'ms', kind: 'counted', evidence };
}

/** Start of the earliest day or incident on record; of a first report, the end of the period before. */
function firstRecord(facts: WeekFacts): number {
  const days = facts.past.flatMap(({ days: own }) => own.filter(({ layers }) => layers.length > 0));
  return Math.min(
    facts.period.start,
    ...days.map(({ window }) => window.start),
    ...facts.incidents.filter(({ attackDetected }) => attackDetected).map(({ startedAt }) => startedAt),
  );
}

/** The layer in every quarter of an hour of a period, each once: after a change of zone two days may hold the same one. */
function trafficOf(days: readonly EvidentDay[], layer: Layer, period: Period): PeriodTraffic | undefined {
  const own = days.flatMap((day) => {
    const found = day.layers.find((candidate) => candidate.layer === layer);
    return found ? [{ day, layer: found }] : [];
  });
  const unit = mostOf(own.map((one) => one.layer.unit));
  const parts = own.filter((one) => one.layer.unit === unit);
  const quarters = new Map<number, LayerRollUp['quarters'][number]>();
  for (const part of parts)
    for (const quarter of part.layer.quarters)
      if (quarter.start >= period.start && quarter.start < period.end) quarters.set(quarter.start, quarter);
  if (quarters.size === 0) return undefined;
  const inside = parts.filter(({ day }) => day.window.start >= period.start && day.window.start < period.end);
  return {
    layer,
    period,
    parts: (inside.length > 0 ? inside : parts).map((part) => part.layer),
    quarters: [...quarters.values()].sort((a, b) => a.start - b.start),
    lists: inside.map((part) => ({ window: part.day.window, lists: part.layer.lists })),
    evidence: [...new Set(inside.flatMap(({ day }) => day.evidence))],
  };
}

/** The most frequent one; of equals the first. */
function mostOf<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce<[T, number] | undefined>(
    (best, entry) => (best && best[1] >= entry[1] ? best : entry),
    undefined,
  )?.[0];
}

function vectorsOf(facts: WeekFacts, past: readonly Period[]): WeekStats['vectors'] {
  const msIn = (window: TimeWindow) => timeByVector(wavesIn(facts.incidents, window));
  const here = msIn(facts.period);
  const earlier = past.map(msIn);
  const names = new Set([here, ...earlier].flatMap((times) => [...times.keys()]));
  return [...names]
    .map((name) => ({
      name,
      ms: here.get(name) ?? 0,
      ...(earlier.length > 0 && { medianMs: median(earlier.map((times) => times.get(name) ?? 0)) }),
    }))
    .sort((a, b) => b.ms - a.ms || (b.medianMs ?? 0) - (a.medianMs ?? 0) || (a.name < b.name ? -1 : 1));
}

function timeByVector(waves: readonly WaveOfPeriod[]): ReadonlyMap<string, number> {
  const windows = new Map<string, TimeWindow[]>();
  for (const { window, vectors } of waves)
    for (const name of vectors) windows.set(name, [...(windows.get(name) ?? []), window]);
  return new Map([...windows].map(([name, own]) => [name, unionDuration(own)]));
}

/** The middle value, of an even number the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

function promisesOf(facts: WeekFacts, incidents: readonly WeekIncident[]): WeekStats['promises'] {
  const results = facts.incidents
    .filter(({ incidentId }) => incidents.some(({ id }) => id === incidentId))
    .flatMap(({ promises }) => promises.map(({ result }) => result));
  const count = (wanted: string) => results.filter((result) => result === wanted).length;
  return { met: count('met'), missed: count('missed'), notMeasurable: count('not-measurable') };
}

/** Different ids that the traffic and its systems name; undefined where neither names any in this period or ever. */
function attackIdsOf(
  days: readonly EvidentDay[],
  period: TimeWindow,
  attacked: readonly TimeWindow[],
): WeekStats['attackIds'] {
  const seen = new Map<string, TimeWindow[]>();
  let isKnown = false;
  const add = (id: string, start: number, end: number) => {
    if (start < period.end && end > period.start) seen.set(id, [...(seen.get(id) ?? []), { start, end }]);
  };
  for (const day of days) {
    for (const { id, start, end } of day.attackIds) {
      isKnown = true;
      add(id, start, end);
    }
    for (const { lists } of day.layers)
      for (const list of lists)
        if (list.dimension === 'attack_id') {
          isKnown = true;
          for (const { value, first, last } of list.values) add(value, first, last + 1);
        }
  }
  if (!isKnown) return undefined;
  const outside = [...seen.values()].filter((spans) =>
    spans.every((span) => attacked.every((wave) => wave.start >= span.end || span.start >= wave.end)),
  );
  return { total: seen.size, outside: outside.length };
}

function pastPeriod(past: WeekFacts['past'][number], facts: WeekFacts): PastPeriod {
  const incidents = weekIncidents(facts.incidents, past.period);
  const leaked = leakedOf(incidents);
  const promises = promisesOf(facts, incidents);
  return {
    period: past.period,
    incidents: incidents.length,
    exposureMs: unionDuration(incidents.flatMap(({ waves }) => waves)),
    ...(leaked && { leakedShare: leaked.share.value }),
    ...(incidents.length > 0 && { missed: promises.missed }),
    layers: comparableLayers(
      LAYERS.flatMap((layer) => trafficOf(past.days, layer, past.period) ?? []),
      durationOf(past.period),
    ),
  };
}
