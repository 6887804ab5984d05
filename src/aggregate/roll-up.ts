import {
  isMitigated,
  type LayerRollUp,
  largestFirst,
  MOST_VALUES,
  type Peak,
  QUARTER_MS,
  type Quarter,
  type RolledAttack,
  type RollUp,
  type Sums,
  type ValueList,
  type ValueSums,
  type Volume,
} from '../archive/archive.ts';
import type { Engine } from '../engine/engine.ts';
import { ReportError } from '../errors.ts';
import type { Dataset, ReportedAttack, TrafficSource } from '../ingest/ingest.ts';
import type { Dimension } from '../model/dimension.ts';
import { label, lasting } from '../model/inlines.ts';
import type { Period } from '../model/period.ts';
import type { Message } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { floorTo, HOUR_MS, MINUTE_MS, type TimeWindow } from '../model/time.ts';
import { DISPOSITIONS, type Disposition, type Layer } from '../model/traffic.ts';
import { BYTES_VARIANCE, MITIGATED, repeatable, SAMPLED_ROWS, VARIANCE } from './account.ts';
import { findCovered } from './silence.ts';
import { createBinder, inWindows } from './statement.ts';

/** What is listed of each layer, as far as the data has it. */
const LISTED: Readonly<Record<Layer, readonly Dimension[]>> = {
  network: ['destination_ip', 'destination_port', 'source_asn', 'rule', 'mitigation_system', 'vector', 'attack_id'],
  http: ['host', 'path', 'source_asn', 'rule', 'mitigation_system'],
};
const LAYERS: readonly Layer[] = ['network', 'http'];
/** Values whose name stands in a column of its own. */
const NAME_COLUMNS: Readonly<Partial<Record<Dimension, string>>> = { source_asn: 'source_as_name', rule: 'rule_name' };

/** A day without the customer it is about and the files it was read from. */
type DayTraffic = Pick<RollUp, 'day' | 'window' | 'layers' | 'attackIds'>;

interface RolledTraffic {
  /** One for each day asked for, in order; of a day without data the layers are empty. */
  readonly days: readonly DayTraffic[];
  /** A full sentence for each source that could not be used. */
  readonly warnings: readonly Message[];
}

/**
 * Sums of the traffic of each of these days, which follow one another. One source of each layer feeds the sums; what it cannot list
 * is listed from the next that can.
 * @throws ReportError `cancelled` when the signal fires; `number-overflow` when a sum cannot be held exactly.
 */
export async function rollUp(
  dataset: Pick<Dataset, 'engine' | 'sources' | 'attacks'>,
  days: readonly Period[],
  signal: AbortSignal,
): Promise<RolledTraffic> {
  const warnings: Message[] = [];
  const layers: (readonly LayerRollUp[])[] = [];
  const stop = () => dataset.engine.interrupt();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (const layer of LAYERS) {
      if (signal.aborted) throw new ReportError('cancelled', 'The analysis was cancelled.');
      const { usable, refused } = sourcesOf(dataset.sources, layer);
      for (const source of refused)
        warnings.push(
          say`${label(source.label)} has buckets of ${lasting(source.intervalMs)}, longer than an hour, and is left out of the sums of days.`,
        );
      const [primary] = usable;
      if (primary) layers.push(await rollUpLayer(dataset.engine, primary, usable, days));
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return {
    days: days.map(({ id, start, end }, index) => ({
      day: id,
      window: { start, end },
      layers: layers.flatMap((byDay) => {
        const own = byDay[index];
        return own && own.quarters.length > 0 ? [own] : [];
      }),
      attackIds: attackIdsOf(dataset.attacks, { start, end }),
    })),
    warnings,
  };
}

function sourcesOf(
  sources: readonly TrafficSource[],
  layer: Layer,
): { readonly usable: readonly TrafficSource[]; readonly refused: readonly TrafficSource[] } {
  const own = sources.filter((source) => source.layer === layer && source.window.end > source.window.start);
  const ordered = [...own.filter(({ role }) => role === 'primary'), ...own.filter(({ role }) => role !== 'primary')];
  return {
    usable: ordered.filter(({ intervalMs }) => intervalMs <= HOUR_MS),
    refused: ordered.filter(({ intervalMs }) => intervalMs > HOUR_MS),
  };
}

/** The layer on each day, in the order of the days. */
async function rollUpLayer(
  engine: Engine,
  source: TrafficSource,
  all: readonly TrafficSource[],
  days: readonly Period[],
): Promise<LayerRollUp[]> {
  const window = { start: days[0]?.start ?? 0, end: days.at(-1)?.end ?? 0 };
  const isBytes = await countsBytesOnly(engine, source, window);
  const buckets = await readBuckets(engine, source, window, isBytes);
  const lists = new Map<number, ValueList[]>(days.map((_, index) => [index, []]));
  for (const dimension of LISTED[source.layer]) {
    const able = all.find(({ dimensions, unit }) => dimensions.includes(dimension) && unit === source.unit);
    if (!able) continue;
    for (const [day, list] of await readLists(engine, able, dimension, days, isBytes))
      lists.get(day)?.push({ ...list, ...(able !== source && { label: able.label }) });
  }
  const covered = findCovered(buckets.counts, buckets.stepMs, window);
  return days.map((day, index) => ({
    layer: source.layer,
    unit: isBytes ? 'bytes' : source.unit,
    label: source.label,
    kind: source.kind,
    sampling: source.sampling,
    holds: source.holds,
    knowsDisposition: source.knowsDisposition,
    hasBytes: source.hasBytes,
    peakWindowMs: buckets.stepMs,
    quarters: quartersOf(buckets.rows, covered, day, source),
    lists: lists.get(index) ?? [],
  }));
}

async function countsBytesOnly(engine: Engine, source: TrafficSource, window: TimeWindow): Promise<boolean> {
  if (!source.hasBytes) return false;
  const binder = createBinder();
  const [seen] = await engine.query<{ counted: number }>(
    `select count(*) as counted from (select 1 from ${source.relation} where units is not null and ${inWindows(binder, [window])} limit 1)`,
    binder.values,
  );
  return seen?.counted === 0;
}

interface BucketRow extends Sums {
  readonly t: number;
  readonly disposition: Disposition;
}

/** Sums by minute (or bucket of the source) and disposition, by time. */
async function readBuckets(
  engine: Engine,
  source: TrafficSource,
  window: TimeWindow,
  isBytes: boolean,
): Promise<{
  readonly rows: readonly BucketRow[];
  readonly counts: readonly { readonly t: number; readonly rows: number }[];
  readonly stepMs: number;
}> {
  const isFine = source.intervalMs === 0 || MINUTE_MS % source.intervalMs === 0;
  const stepMs = isFine ? MINUTE_MS : source.intervalMs;
  const binder = createBinder();
  const found = await engine.query<SumRow & { t: number; disposition: string }>(
    `select ${isFine ? `t - t % ${MINUTE_MS}` : 't'} as t, coalesce(disposition, 'unknown') as disposition, ${sumColumns(source, isBytes)}
       from ${source.relation} where ${inWindows(binder, [window])} group by 1, 2 order by 1, 2`,
    binder.values,
  );
  const rows = found.map(
    (row): BucketRow => ({
      t: row.t,
      disposition: DISPOSITIONS.find((name) => name === row.disposition) ?? 'unknown',
      ...readSums(row),
    }),
  );
  const counts: { t: number; rows: number }[] = [];
  for (const { t, sampled } of rows) {
    const last = counts.at(-1);
    if (last?.t === t) last.rows += sampled;
    else counts.push({ t, rows: sampled });
  }
  return { rows, counts: counts.filter((count) => count.rows > 0), stepMs };
}

interface SumRow {
  readonly units: number | null;
  readonly bytes: number | null;
  readonly sampled?: number | null;
  readonly variance?: number | null;
  readonly bytes_variance?: number | null;
}

function sumColumns(source: TrafficSource, isBytes: boolean): string {
  const units = `sum(${isBytes ? 'bytes' : 'units'}) as units, sum(bytes) as bytes`;
  if (source.sampling.max <= 1) return units;
  return `${units}, sum(${SAMPLED_ROWS}) as sampled, sum(${VARIANCE}) as variance, sum(${BYTES_VARIANCE}) as bytes_variance`;
}

function readSums(row: SumRow): Sums {
  const units = row.units ?? 0;
  return {
    units,
    ...(row.bytes !== null && { bytes: row.bytes }),
    sampled: row.sampled === undefined ? units : repeatable(row.sampled ?? 0),
    variance: repeatable(row.variance ?? 0),
    bytesVariance: repeatable(row.bytes_variance ?? 0),
  };
}

/** Quarters of a day that have data or traffic. A bucket counts in the quarter in which it begins. */
function quartersOf(
  rows: readonly BucketRow[],
  covered: readonly TimeWindow[],
  day: TimeWindow,
  source: TrafficSource,
): Quarter[] {
  const byQuarter = new Map<number, BucketRow[]>();
  for (const row of rows) {
    if (row.t < floorTo(day.start, MINUTE_MS) || row.t >= day.end) continue;
    const start = floorTo(row.t, QUARTER_MS);
    const own = byQuarter.get(start);
    if (own) own.push(row);
    else byQuarter.set(start, [row]);
  }
  const quarters: Quarter[] = [];
  for (let start = floorTo(day.start, QUARTER_MS); start < day.end; start += QUARTER_MS) {
    const own = byQuarter.get(start) ?? [];
    const coveredMs = lengthIn(covered, {
      start: Math.max(start, day.start),
      end: Math.min(start + QUARTER_MS, day.end),
    });
    if (coveredMs === 0 && own.length === 0) continue;
    quarters.push({ start, coveredMs, volumes: volumesOf(own), ...peaksOf(own, source) });
  }
  return quarters;
}

function lengthIn(spans: readonly TimeWindow[], window: TimeWindow): number {
  return spans.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, window.end) - Math.max(start, window.start)),
    0,
  );
}

function volumesOf(rows: readonly BucketRow[]): Volume[] {
  return DISPOSITIONS.flatMap((disposition) => {
    const own = rows.filter((row) => row.disposition === disposition);
    return own.length > 0 ? [{ disposition, ...addSums(own) }] : [];
  });
}

function addSums(parts: readonly Sums[]): Sums {
  const bytes = parts.flatMap((part) => part.bytes ?? []);
  const sum = (of: (part: Sums) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    units: sum((part) => part.units),
    ...(bytes.length > 0 && { bytes: bytes.reduce((total, value) => total + value, 0) }),
    sampled: sum((part) => part.sampled),
    variance: sum((part) => part.variance),
    bytesVariance: sum((part) => part.bytesVariance),
  };
}

/** The highest buckets of a quarter; the earliest on ties. */
function peaksOf(rows: readonly BucketRow[], source: TrafficSource): Omit<Quarter, 'start' | 'coveredMs' | 'volumes'> {
  const buckets = new Map<number, BucketRow[]>();
  for (const row of rows) buckets.set(row.t, [...(buckets.get(row.t) ?? []), row]);
  const highest = (of: (own: readonly BucketRow[]) => Omit<Peak, 'at'>): Peak | undefined => {
    let peak: Peak | undefined;
    for (const [at, own] of buckets) {
      const candidate = of(own);
      if (candidate.value > (peak?.value ?? 0)) peak = { at, ...candidate };
    }
    return peak;
  };
  const units = (own: readonly BucketRow[]) => {
    const { units: value, sampled, variance } = addSums(own);
    return { value, sampled, variance };
  };
  const peak = highest(units);
  const bytesPeak = source.hasBytes
    ? highest((own) => {
        const { bytes = 0, sampled, bytesVariance } = addSums(own);
        return { value: bytes, sampled, variance: bytesVariance };
      })
    : undefined;
  const mitigatedPeak = source.knowsDisposition
    ? highest((own) => units(own.filter(({ disposition }) => isMitigated(disposition))))
    : undefined;
  return { ...(peak && { peak }), ...(bytesPeak && { bytesPeak }), ...(mitigatedPeak && { mitigatedPeak }) };
}

type ListRow = SumRow & {
  readonly day: number;
  readonly value: string | null;
  readonly label: string | null;
  readonly mitigated: number | null;
  readonly first_t: number;
  readonly last_t: number;
  readonly place: number;
  readonly others: number;
  readonly at_most: number | null;
};

/** The list of each day that has one: the largest values by name, the others as one sum, and what has no value. */
async function readLists(
  engine: Engine,
  source: TrafficSource,
  dimension: Dimension,
  days: readonly Period[],
  isBytes: boolean,
): Promise<ReadonlyMap<number, ValueList>> {
  const binder = createBinder();
  const dayOf = `case ${days.map(({ end }, index) => `when t < ${binder.bind(end)} then ${index}`).join(' ')} end`;
  const inside = inWindows(binder, [{ start: days[0]?.start ?? 0, end: days.at(-1)?.end ?? 0 }]);
  const units = isBytes ? 'bytes' : 'units';
  const sums = [
    'units',
    'bytes',
    'mitigated',
    ...(source.sampling.max > 1 ? ['sampled', 'variance', 'bytes_variance'] : []),
  ];
  const rows = await engine.query<ListRow>(
    `with groups as (
       select ${dayOf} as day, cast(${dimension} as varchar) as value, ${NAME_COLUMNS[dimension] ? `max(${NAME_COLUMNS[dimension]})` : 'cast(null as varchar)'} as label,
              ${sumColumns(source, isBytes)}, sum(${units}) filter (where ${MITIGATED}) as mitigated, min(t) as first_t, max(t) as last_t
         from ${source.relation} where ${inside} group by 1, 2),
     ranked as (
       select *, case when value is null then 0 else row_number() over (partition by day, value is null order by units desc, value) end as place
         from groups where units > 0)
     select day, value, label, ${sums.join(', ')}, first_t, last_t, place, 1 as others, units as at_most from ranked where place <= ${MOST_VALUES}
     union all
     select day, null, null, ${sums.map((name) => `sum(${name})`).join(', ')}, min(first_t), max(last_t), ${MOST_VALUES + 1}, count(*), max(units)
       from ranked where place > ${MOST_VALUES} group by day`,
    binder.values,
  );
  const lists = new Map<number, { values: ValueSums[]; rest?: ValueList['rest']; unknown?: ValueList['unknown'] }>();
  for (const row of rows) {
    const list = lists.get(row.day) ?? { values: [] };
    lists.set(row.day, list);
    const sumsOfRow = { ...readSums(row), mitigated: row.mitigated ?? 0 };
    if (row.place === 0) list.unknown = sumsOfRow;
    else if (row.value === null) list.rest = { ...sumsOfRow, values: row.others, atMost: row.at_most ?? 0 };
    else
      list.values.push({
        value: row.value,
        ...(row.label !== null && { name: row.label }),
        ...sumsOfRow,
        first: row.first_t,
        last: row.last_t,
      });
  }
  return new Map(
    [...lists].map(([day, { values, rest, unknown }]) => [
      day,
      { dimension, values: values.sort(largestFirst), ...(rest && { rest }), ...(unknown && { unknown }) },
    ]),
  );
}

/** Attacks that touch a day, by id, cut to it; those without a time belong to none. */
function attackIdsOf(attacks: readonly ReportedAttack[], day: TimeWindow): RolledAttack[] {
  return attacks
    .flatMap(({ id, layer, system, window: { start, end } }): RolledAttack[] => {
      const from = start ?? end;
      if (from === undefined) return [];
      const to = Math.max(end ?? from, from + 1);
      if (from >= day.end || to <= day.start) return [];
      return [{ id, layer, system, start: Math.max(from, day.start), end: Math.min(to, day.end) }];
    })
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}
