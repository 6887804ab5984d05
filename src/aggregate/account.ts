import type { Engine } from '../engine/engine.ts';
import type { TrafficSource } from '../ingest/ingest.ts';
import { MINUTE_MS, SECOND_MS, type TimeWindow } from '../model/time.ts';
import { MITIGATED_DISPOSITIONS } from '../model/traffic.ts';
import { findGaps } from './coverage.ts';
import { clip, lengthOf, startingIn, widen, without } from './grid.ts';
import type { Tally } from './intervals.ts';
import type { Gauge } from './measures.ts';
import { createBinder, inWindows } from './statement.ts';

/**
 * A traffic source made ready for counting: its rows inside the report's window, and a small table of it by second (or by its
 * own bucket), disposition and mitigation system, from which everything that needs no other dimension is computed.
 */
export interface Account {
  readonly source: TrafficSource;
  readonly gauge: Gauge;
  /** What is counted: `bytes` only where the source counts nothing else. */
  readonly quantity: Quantity;
  /** False when no row has a time; such a source feeds lists of the whole period only. */
  readonly timed: boolean;
  /** Resolution of its times: one second for single records, else its bucket. */
  readonly grainMs: number;
  /** Where its buckets begin, in ms after a multiple of the grain. */
  readonly offsetMs: number;
  /**
   * Part of the report's window for which there is data, without the gaps; sorted and disjoint. Of a bucketed source it
   * consists of the whole buckets that start inside the window, so the last one may reach beyond its end.
   */
  readonly covered: readonly TimeWindow[];
  /** From the first to the last data inside the report's window, whole buckets alike. */
  readonly extent: TimeWindow;
  readonly gaps: readonly TimeWindow[];
  /** Name of the small table: `t, disposition, system, units, bytes` and, when sampled, `sampled, variance, bytes_variance`. */
  readonly buckets: string;
}

export type Quantity = 'units' | 'bytes';

export const MITIGATED = `disposition in (${MITIGATED_DISPOSITIONS.map((name) => `'${name}'`).join(', ')})`;

interface Extent {
  readonly rows: number;
  readonly timed: number;
  readonly counted: number;
  readonly first: number | null;
  readonly last: number | null;
}

/**
 * Opens a source for counting within `window`. Returns undefined when it has no row inside.
 * The small table is left in the engine under a name that holds `number`; `closeAccount` drops it.
 */
export async function openAccount(
  engine: Engine,
  source: TrafficSource,
  window: TimeWindow,
  number: number,
): Promise<Account | undefined> {
  const binder = createBinder();
  const inside = inWindows(binder, [window]);
  const [seen] = await engine.query<Extent>(
    `select count(*) as rows, count(t) as timed, count(units) as counted, min(t) as first, max(t) as last
       from ${source.relation} where t is null or ${inside}`,
    binder.values,
  );
  if (!seen || seen.rows === 0) return undefined;
  const quantity: Quantity = seen.counted === 0 && source.hasBytes ? 'bytes' : 'units';
  const sampled = source.sampling.max > 1;
  const base = {
    source,
    gauge: {
      unit: quantity === 'bytes' ? ('bytes' as const) : source.unit,
      kind: source.kind,
      evidence: source.evidence,
      sampled,
      heaviest: source.sampling.max,
    },
    quantity,
  };
  if (seen.timed === 0 || seen.first === null || seen.last === null) {
    const none = { start: window.start, end: window.start };
    return { ...base, timed: false, grainMs: 0, offsetMs: 0, covered: [], extent: none, gaps: [], buckets: '' };
  }
  const grainMs = source.intervalMs === 0 ? SECOND_MS : source.intervalMs;
  const offsetMs = source.intervalMs === 0 ? 0 : seen.first % grainMs;
  const buckets = `debrief_buckets_${number}`;
  await buildBuckets(engine, source, window, { buckets, sampled });
  // A source may cover more than its rows show (its own window says so), never less.
  const seenWindow = { start: seen.first, end: seen.last + (source.intervalMs === 0 ? 1 : grainMs) };
  const stated = {
    start: Math.min(seenWindow.start, source.window.start),
    end: Math.max(seenWindow.end, source.window.end),
  };
  const taken = source.intervalMs === 0 ? window : startingIn(window, grainMs, offsetMs);
  const [extent = seenWindow] = clip(widen([stated], grainMs, offsetMs), taken);
  const gaps = await gapsOf(engine, buckets, { grainMs, sampled });
  return { ...base, timed: true, grainMs, offsetMs, covered: without([extent], gaps), extent, gaps, buckets };
}

export async function closeAccount(engine: Engine, account: Account): Promise<void> {
  if (account.timed) await engine.run(`drop table if exists ${account.buckets}`);
}

async function buildBuckets(
  engine: Engine,
  source: TrafficSource,
  window: TimeWindow,
  options: { readonly buckets: string; readonly sampled: boolean },
): Promise<void> {
  const binder = createBinder();
  // Single records are gathered by second; the start of a bucket is kept as the source gave it, however it is aligned.
  const time = source.intervalMs === 0 ? `(t - t % ${SECOND_MS})` : 't';
  const system = source.dimensions.includes('mitigation_system')
    ? 'cast(mitigation_system as varchar)'
    : 'cast(null as varchar)';
  const spread = options.sampled ? `, ${sampledSums.join(', ')}` : '';
  await engine.run(
    `create temporary table ${options.buckets} as
     select ${time} as t, coalesce(disposition, 'unknown') as disposition, ${system} as system,
            sum(units) as units, sum(bytes) as bytes${spread}
       from ${source.relation} where ${inWindows(binder, [window])} group by 1, 2, 3`,
    binder.values,
  );
}

export const SAMPLED_ROWS = 'cast(units as double) / weight';
export const VARIANCE = 'cast(units as double) * (weight - 1)';
export const BYTES_VARIANCE = 'cast(bytes as double) * bytes * (weight - 1) / nullif(units, 0)';
const sampledSums = [
  `sum(${SAMPLED_ROWS}) as sampled`,
  `sum(${VARIANCE}) as variance`,
  `sum(${BYTES_VARIANCE}) as bytes_variance`,
];

async function gapsOf(
  engine: Engine,
  buckets: string,
  options: { readonly grainMs: number; readonly sampled: boolean },
): Promise<TimeWindow[]> {
  const stepMs = Math.max(MINUTE_MS, options.grainMs);
  const time = stepMs > options.grainMs && stepMs % options.grainMs === 0 ? `t - t % ${stepMs}` : 't';
  const step = time === 't' ? options.grainMs : stepMs;
  const rows = options.sampled ? 'sum(sampled)' : 'coalesce(sum(units), sum(bytes))';
  const counts = await engine.query<{ t: number; rows: number | null }>(
    `select ${time} as t, ${rows} as rows from ${buckets} group by 1 order by 1`,
  );
  return findGaps(
    counts.map(({ t, rows: seen }) => ({ t, rows: seen ?? 0 })),
    step,
  );
}

/** The windows as this source can tell them: widened to its grain. */
export function spansOf(account: Account, windows: readonly TimeWindow[]): TimeWindow[] {
  return widen(windows, account.grainMs, account.offsetMs);
}

/** Length in ms of the part of the spans for which there is data. */
export function coveredLength(account: Account, spans: readonly TimeWindow[]): number {
  return lengthOf(spans.flatMap((span) => clip(account.covered, span)));
}

/** Where a tally is read from: the rows of the source, or its small table. */
type Place = 'rows' | 'buckets';

/** Columns of a tally named `alias`, optionally of the rows that meet a condition. Read them with `readTally`. */
export function tallyColumns(
  account: Account,
  place: Place,
  alias: string,
  options: { readonly where?: string; readonly quantity?: Quantity } = {},
): string {
  const quantity = options.quantity ?? account.quantity;
  const filter = options.where === undefined ? '' : ` filter (where ${options.where})`;
  const columns = [`sum(${quantity})${filter} as ${alias}_value`];
  if (account.gauge.sampled) {
    const variance = quantity === 'units' ? VARIANCE : BYTES_VARIANCE;
    const kept = quantity === 'units' ? 'variance' : 'bytes_variance';
    columns.push(
      `sum(${place === 'rows' ? SAMPLED_ROWS : 'sampled'})${filter} as ${alias}_sampled`,
      `sum(${place === 'rows' ? variance : kept})${filter} as ${alias}_variance`,
      `sum(units)${filter} as ${alias}_units`,
    );
  }
  return columns.join(', ');
}

/** What `tallyColumns` appends to the alias. */
export function tallyNames(account: Account): readonly string[] {
  return account.gauge.sampled ? ['value', 'sampled', 'variance', 'units'] : ['value'];
}

/** The tally of `tallyColumns`; undefined when no row with a known volume met the condition. */
export function findTally(row: Readonly<Record<string, unknown>>, alias: string): Tally | undefined {
  const value = row[`${alias}_value`];
  if (typeof value !== 'number') return undefined;
  const uncertain = (name: string) => {
    const found = row[`${alias}_${name}`];
    return typeof found === 'number' ? repeatable(found) : 0;
  };
  const sampled = uncertain('sampled');
  const units = uncertain('units');
  return { value, sampled, variance: uncertain('variance'), unseen: units > 0 ? Math.max(0, 1 - sampled / units) : 0 };
}

/**
 * Threads add fractions in any order, so their sum differs in its last digits from run to run. Eight digits are more than an
 * interval means, and the same each time.
 */
export function repeatable(sum: number): number {
  return Number.isInteger(sum) ? sum : Number(sum.toPrecision(8));
}

/** Like `findTally`, with zero for nothing: for parts of a whole that is known. */
export function readTally(row: Readonly<Record<string, unknown>>, alias: string): Tally {
  return findTally(row, alias) ?? { value: 0, sampled: 0, variance: 0, unseen: 0 };
}
