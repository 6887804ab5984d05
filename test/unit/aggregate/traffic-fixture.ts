import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, openDuckDb, type SqlValue } from '../../../src/engine/engine.ts';
import type { Dataset, ReportedAttack, TimelineEntry, TrafficSource } from '../../../src/ingest/ingest.ts';
import type { Dimension } from '../../../src/model/dimension.ts';
import type { Disposition } from '../../../src/model/traffic.ts';

/** Tuesday 17 November 2026, 13:00 UTC: the beginning of every case in these tests. */
export const T0 = Date.UTC(2026, 10, 17, 13);

/** A row as ingest hands it over. `units` defaults to `weight`, `weight` to 1. */
export interface TrafficRow {
  readonly t?: number | null;
  readonly units?: number | null;
  readonly bytes?: number | null;
  readonly weight?: number;
  readonly disposition?: Disposition | null;
  readonly source_as_name?: string | null;
  readonly rule_name?: string | null;
  readonly origin_ms?: number | null;
  readonly at?: Readonly<Partial<Record<Dimension, string | null>>>;
  /** Columns of the log that are no dimensions. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export interface SourceOptions
  extends Partial<
    Pick<
      TrafficSource,
      'id' | 'layer' | 'unit' | 'kind' | 'intervalMs' | 'role' | 'holds' | 'knowsDisposition' | 'window' | 'label'
    >
  > {
  /** Without it the relation has no column for latency, as those of bucketed sources. */
  readonly latency?: boolean;
}

export function openTraffic(): Promise<Engine> {
  return openDuckDb({
    scratchDir: join(tmpdir(), `debrief-aggregate-${randomUUID()}`),
    memoryLimitBytes: 512 * 1024 * 1024,
    threads: 2,
  });
}

const DETAIL_TYPES: Readonly<Record<string, string>> = { number: 'bigint', boolean: 'boolean', string: 'varchar' };

let created = 0;

/** Puts rows into a table of their own and describes them as a source, as ingest would. */
export async function addSource(
  engine: Engine,
  rows: readonly TrafficRow[],
  options: SourceOptions = {},
): Promise<TrafficSource> {
  created += 1;
  const relation = `traffic_${created}`;
  const layer = options.layer ?? 'http';
  const intervalMs = options.intervalMs ?? 0;
  const dimensions = [
    ...new Set(
      rows.flatMap((row) =>
        Object.entries(row.at ?? {}).flatMap(([name, value]) => (value === null ? [] : [name as Dimension])),
      ),
    ),
  ];
  const details = new Map(rows.flatMap((row) => Object.entries(row.details ?? {})));
  const latency = options.latency ?? intervalMs === 0;
  await engine.run(
    `create table ${relation} (t bigint, interval_ms bigint, units bigint, bytes bigint, weight double, disposition varchar,
       source_as_name varchar, rule_name varchar${latency ? ', origin_ms bigint' : ''}${dimensions.map((name) => `, ${name} varchar`).join('')}${[...details].map(([name, value]) => `, ${name} ${DETAIL_TYPES[typeof value] ?? 'varchar'}`).join('')})`,
  );
  const values = rows.map((row): SqlValue[] => {
    const weight = row.weight ?? 1;
    return [
      row.t ?? null,
      intervalMs,
      row.units === undefined ? weight : row.units,
      row.bytes ?? null,
      weight,
      row.disposition ?? null,
      row.source_as_name ?? null,
      row.rule_name ?? null,
      ...(latency ? [row.origin_ms ?? null] : []),
      ...dimensions.map((name) => row.at?.[name] ?? null),
      ...[...details.keys()].map((name) => row.details?.[name] ?? null),
    ];
  });
  await engine.append(relation, values);
  const times = rows.flatMap((row) => row.t ?? []);
  const weights = rows.map((row) => row.weight ?? 1);
  const most = (numbers: readonly number[]) =>
    numbers.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
  const least = (numbers: readonly number[]) => -most(numbers.map((value) => -value));
  return {
    id: options.id ?? relation,
    layer,
    relation,
    label: options.label ?? 'Test log',
    unit: options.unit ?? (layer === 'http' ? 'requests' : 'packets'),
    kind: options.kind ?? (weights.some((weight) => weight > 1) ? 'estimated' : 'counted'),
    sampling: { min: weights.length > 0 ? least(weights) : 1, max: weights.length > 0 ? most(weights) : 1 },
    intervalMs,
    window:
      options.window ??
      (times.length > 0 ? { start: least(times), end: most(times) + Math.max(1, intervalMs) } : { start: 0, end: 0 }),
    rows: rows.length,
    dimensions,
    ...(details.size > 0 && { details: [...details.keys()] }),
    knowsDisposition:
      options.knowsDisposition ?? rows.some((row) => row.disposition != null && row.disposition !== 'unknown'),
    hasBytes: rows.some((row) => row.bytes != null),
    evidence: [`in${created}`],
    role: options.role ?? 'primary',
    holds: options.holds ?? 'all',
  };
}

export function toDataset(
  engine: Engine,
  sources: readonly TrafficSource[],
  facts: { readonly attacks?: readonly ReportedAttack[]; readonly timeline?: readonly TimelineEntry[] } = {},
): Dataset {
  return {
    engine,
    inputs: [],
    sources,
    attacks: facts.attacks ?? [],
    topLists: [],
    timeline: facts.timeline ?? [],
    rejects: [],
    warnings: [],
  };
}

/** `count` rows spread evenly over [start, end). */
export function spread(start: number, end: number, count: number, row: TrafficRow): TrafficRow[] {
  return Array.from({ length: count }, (_, index) => ({
    ...row,
    t: start + Math.floor((index * (end - start)) / count),
  }));
}

export function entry(
  milestone: TimelineEntry['milestone'],
  at: number,
  rest: Partial<TimelineEntry> = {},
): TimelineEntry {
  return {
    at,
    precisionMs: 1_000,
    milestone,
    title: milestone,
    actorKind: 'soc',
    visibility: 'customer',
    source: 'timeline.yaml',
    originalTime: new Date(at).toISOString(),
    input: 'in9',
    ...rest,
  };
}
