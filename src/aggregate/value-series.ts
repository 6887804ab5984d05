import type { Engine } from '../engine/engine.ts';
import { MINUTE_MS, SECOND_MS, type TimeWindow } from '../model/time.ts';
import type { Account } from './account.ts';
import { findBursts } from './bursts.ts';
import { coveredMs, fitStep, type Grid, gridOver, without } from './grid.ts';
import { defendedSql } from './load.ts';
import { type Field, fieldsOf, valueSql } from './signatures/fields.ts';
import { columnsOf, sampledBy } from './signatures/sample.ts';
import { bucketOf, createBinder, inWindows } from './statement.ts';

/** A surge of the records that have one value, or one of several values, of one attribute. */
export interface ValueBurst {
  readonly field: string;
  readonly start: number;
  readonly end: number;
  /** Length of the buckets that it was seen in. */
  readonly stepMs: number;
  readonly running: boolean;
  /** Volume beyond what the value usually brings, and how much of it what acts on floods stopped. */
  readonly excess: number;
  readonly defended: number;
  /** Volume of the value and of all traffic in the same time. */
  readonly volume: number;
  readonly total: number;
}

/** Records that are looked at; of more a part. */
const MOST_ROWS = 200_000;
const FINEST_STEP_MS = 30 * SECOND_MS;
const MOST_BUCKETS = 1_000;
/** What no bucket shows may show in so many together. */
const COARSER = 4;
/** A value is counted in the buckets in which it has at least this share of the records … */
const LEAST_SHARE = 0.02;
/** … and at least so many; where it has fewer it is taken to have half of that. */
const FEWEST_IN_BUCKET = 3;
/** What a burst adds to all traffic, how long it lasts and how many records it holds at least: less is the whim of a client. */
const LEAST_EXCESS = 0.01;
const SHORTEST_MS = MINUTE_MS;
const FEWEST_ROWS = 30;

interface ValuePoint {
  readonly field: number;
  readonly value: string;
  readonly t: number;
  readonly rows: number;
  readonly units: number;
  readonly defended: number | null;
}

/**
 * Surges of single values of what a sender may choose: a faint attack drowns in all traffic, but not in that of its own tool. A
 * value that grows only with all traffic (a crowd has the browsers of every day) is none. Empty for sources that do not hold
 * single records of all traffic. The largest and purest first. The times of `known` attacks, and a bucket on either side, are not
 * looked at: what is large there would hide what is small beside it.
 */
export async function findValueBursts(
  engine: Engine,
  account: Account,
  known: readonly TimeWindow[],
  mergeGapMs: number,
): Promise<ValueBurst[]> {
  const { source } = account;
  if (source.intervalMs > 0 || source.holds !== 'all') return [];
  const columns = await columnsOf(engine, source.relation);
  const fields = fieldsOf(source.layer, columns).filter(({ side, kind }) => side === 'sender' && kind !== 'list');
  const { start, end } = account.extent;
  const stepMs = fitStep(end - start, FINEST_STEP_MS, MOST_BUCKETS);
  const grid = gridOver(account.extent, stepMs);
  if (fields.length === 0 || grid.count === 0) return [];
  const { points, part, totals } = await readPoints(engine, account, { fields, columns, grid });
  const beside = known.map((window) => ({ start: window.start - stepMs, end: window.end + stepMs }));
  const covered = coveredMs(grid, without(account.covered, beside));
  const total = totals.map((value, index) => ((covered[index] ?? 0) >= stepMs ? value : null));
  const series = new Map<string, ValuePoint[]>();
  for (const point of points) {
    const key = `${point.field} ${point.value}`;
    const own = series.get(key);
    if (own) own.push(point);
    else series.set(key, [point]);
  }
  const bursts = [...series.values()]
    .flatMap((own) => burstsOf(own, { grid, total, part, mergeGapMs, until: end }))
    .map(({ index, ...burst }) => ({ ...burst, field: fields[index]?.name ?? '' }));
  return joinValues(bursts);
}

/** Surges of values of one attribute that share most of their time are one: a tool may choose among several names. */
function joinValues(bursts: readonly ValueBurst[]): ValueBurst[] {
  const joined: ValueBurst[] = [];
  for (const burst of [...bursts].sort((a, b) => b.excess - a.excess)) {
    const at = joined.findIndex(
      (other) =>
        other.field === burst.field && sharedMs(other, burst) >= MOSTLY * Math.max(lengthOf(other), lengthOf(burst)),
    );
    const other = joined[at];
    if (!other) joined.push(burst);
    else
      joined[at] = {
        ...other,
        excess: other.excess + burst.excess,
        defended: other.defended + burst.defended,
        volume: other.volume + burst.volume,
      };
  }
  const clearness = ({ excess, volume }: ValueBurst) => excess * (excess / volume);
  return joined.sort((a, b) => clearness(b) - clearness(a) || a.start - b.start);
}

/** Part of the longer of two surges that they share when they are of one attack. */
const MOSTLY = 0.7;

function lengthOf({ start, end }: TimeWindow): number {
  return end - start;
}

function sharedMs(a: TimeWindow, b: TimeWindow): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

/** Records by attribute, value and bucket in one pass over the log, or over a part of it; and the volume of each bucket. */
async function readPoints(
  engine: Engine,
  account: Account,
  context: { readonly fields: readonly Field[]; readonly columns: ReadonlySet<string>; readonly grid: Grid },
): Promise<{ readonly points: readonly ValuePoint[]; readonly part: number; readonly totals: readonly number[] }> {
  const { fields, columns, grid } = context;
  const { relation } = account.source;
  const binder = createBinder();
  const window = { start: grid.start, end: grid.start + grid.count * grid.stepMs };
  const inside = inWindows(binder, [window]);
  const [counted] = await engine.query<{ rows: number }>(
    `select count(*) as rows from ${relation} where ${inside}`,
    binder.values,
  );
  const rows = counted?.rows ?? 0;
  const part = Math.min(1, MOST_ROWS / Math.max(1, rows));
  const fewest = Math.max(FEWEST_IN_BUCKET, Math.ceil((LEAST_SHARE * rows * part) / grid.count));
  const names = fields.map((_, index) => `f${index}`);
  const chosen = part < 1 ? ` and ${sampledBy(engine, columns, part)}` : '';
  const found = await engine.query<ValuePoint>(
    `select case ${names.map((name, index) => `when grouping(${name}) = 0 then ${index}`).join(' ')} else -1 end as field,
            case ${names.map((name) => `when grouping(${name}) = 0 then ${name}`).join(' ')} end as value,
            t, count(*) as rows, sum(units) as units, sum(units) filter (where acted) as defended
       from (select ${bucketOf(grid.stepMs)} as t, ${account.quantity} as units, ${defendedSql(engine, account, 'mitigation_system')} as acted,
                    ${fields.map((field, index) => `nullif(cast(${field.kind === 'members' ? field.column : valueSql(field, engine.dialect)} as varchar), '') as f${index}`).join(', ')}
               from ${relation} where ${inside}${chosen})
      group by grouping sets (${names.map((name) => `(t, ${name})`).join(', ')}, (t))
     having count(*) >= ${fewest} or grouping(t) + ${names.map((name) => `grouping(${name})`).join(' + ')} = ${names.length}`,
    binder.values,
  );
  const totals = new Array<number>(grid.count).fill(0);
  for (const { field, t, units } of found) if (field < 0) totals[(t - grid.start) / grid.stepMs] = units;
  return { points: found.filter(({ field, value }) => field >= 0 && value !== null), part, totals };
}

interface SeriesContext {
  readonly grid: Grid;
  readonly total: readonly (number | null)[];
  readonly part: number;
  readonly mergeGapMs: number;
  readonly until: number;
}

interface Series {
  readonly stepMs: number;
  readonly values: readonly (number | null)[];
  readonly weights: readonly number[];
  readonly defended: readonly number[];
  readonly total: readonly (number | null)[];
}

function burstsOf(
  points: readonly ValuePoint[],
  context: SeriesContext,
): (Omit<ValueBurst, 'field'> & { index: number })[] {
  const { grid, total } = context;
  if (sum(points.map((point) => point.rows)) < FEWEST_ROWS) return [];
  const weight = sum(points.map((point) => point.units)) / sum(points.map((point) => point.rows));
  const values = total.map((value): number | null => (value === null ? null : 0));
  const defended = new Array<number>(grid.count).fill(0);
  const weights = new Array<number>(grid.count).fill(weight);
  for (const point of points) {
    const index = (point.t - grid.start) / grid.stepMs;
    if ((values[index] ?? null) === null) continue;
    values[index] = point.units;
    defended[index] = point.defended ?? 0;
    weights[index] = point.units / point.rows;
  }
  const fine: Series = { stepMs: grid.stepMs, values, weights, defended, total };
  const index = points[0]?.field ?? -1;
  const found = scanSeries(fine, context);
  return (found.length > 0 ? found : scanSeries(coarsened(fine), context)).map((burst) => ({ ...burst, index }));
}

/** The same series in longer buckets; one of which a part is missing is missing. */
function coarsened({ stepMs, values, weights, defended, total }: Series): Series {
  const groups = Array.from({ length: Math.floor(values.length / COARSER) }, (_, group) => group * COARSER);
  const known = (list: readonly (number | null)[], from: number) => {
    const part = list.slice(from, from + COARSER);
    return part.some((value) => value === null) ? null : sum(part.map((value) => value ?? 0));
  };
  return {
    stepMs: stepMs * COARSER,
    values: groups.map((from) => known(values, from)),
    weights: groups.map((from) => sum(weights.slice(from, from + COARSER)) / COARSER),
    defended: groups.map((from) => sum(defended.slice(from, from + COARSER))),
    total: groups.map((from) => known(total, from)),
  };
}

/** Runs of buckets far above the usual share of the value, joined across the merge gap. */
function scanSeries(series: Series, context: SeriesContext): Omit<ValueBurst, 'field'>[] {
  const { stepMs, values, weights, defended, total } = series;
  const { grid, part, mergeGapMs } = context;
  const shares = values.flatMap((value, index) =>
    value === null || !total[index] ? [] : [value / (total[index] ?? 1)],
  );
  const usual = shares.sort((a, b) => a - b)[Math.floor((shares.length - 1) / 2)] ?? 0;
  const scan = findBursts({ values, weights, floor: total.map((value) => usual * (value ?? 0)) });
  const lastKnown = values.findLastIndex((value) => value !== null);
  const joined: { first: number; last: number }[] = [];
  for (const run of scan.runs) {
    const last = joined.at(-1);
    if (last && (run.first - last.last - 1) * stepMs < mergeGapMs) last.last = run.last;
    else joined.push({ ...run });
  }
  return joined.flatMap(({ first, last }) => {
    const indices = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
    const of = (list: readonly (number | null)[]) => sum(indices.map((at) => list[at] ?? 0));
    const volume = of(values);
    const excess = volume - of(scan.expected);
    const held = sum(indices.map((at) => (values[at] ?? 0) / (weights[at] ?? 1)));
    const start = grid.start + first * stepMs;
    const end = Math.min(grid.start + (last + 1) * stepMs, context.until);
    if (end - start < SHORTEST_MS || held < FEWEST_ROWS || excess < LEAST_EXCESS * (of(total) - excess)) return [];
    return [
      {
        start,
        end,
        stepMs,
        running: last === lastKnown,
        excess: excess / part,
        defended: of(defended) / part,
        volume: volume / part,
        total: of(total) / part,
      },
    ];
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
