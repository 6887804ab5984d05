import type { Engine } from '../engine/engine.ts';
import type { Measure } from '../model/measure.ts';
import { MINUTE_MS } from '../model/time.ts';
import { type Account, readTally, tallyColumns } from './account.ts';
import type { OriginStats } from './attack-stats.ts';
import type { Grid } from './grid.ts';
import type { Tally } from './intervals.ts';
import { addTallies, shareMeasure, volumeMeasure } from './measures.ts';
import type { PhaseSpans } from './phases.ts';
import { type Binder, bucketOf, createBinder, inWindows } from './statement.ts';

/** What reached the origin in one minute. */
export interface OriginMinute {
  readonly requests: Measure;
  readonly errors: Measure;
  readonly unreachable?: Measure;
  /** Errors and undelivered requests of all that were sent; undefined when none was. */
  readonly failedShare: Measure | undefined;
}

export interface OriginReading {
  readonly stats: OriginStats;
  /** By start of the minute. */
  readonly minutes: ReadonlyMap<number, OriginMinute>;
}

/** A percentile of fewer sampled rows is not published. */
const FEWEST_ROWS = 100;
/** A bucket of a chart needs so many answers for a share or a percentile to mean anything. */
const FEWEST_IN_BUCKET = 10;
const PHASES = ['before', 'during', 'after'] as const;

const ANSWERED = "(origin_status is not null and cast(origin_status as varchar) <> '0')";
const ERROR = `(${ANSWERED} and cast(origin_status as varchar) like '5__')`;
/** Edge statuses of a provider that got no usable answer out of the origin. */
const UNREACHABLE = `(not ${ANSWERED} and cast(status as varchar) between '520' and '527')`;

interface Answers {
  readonly answered: Tally;
  readonly errors: Tally;
  readonly lost: Tally;
}

interface Latency {
  readonly rows: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/**
 * How the origin answered, by phase and over time. Only requests that the origin answered are counted; latency is the
 * nearest-rank percentile of its answers, weighted where rows stand for several requests.
 * `account` is timed and has `origin_status`. Undefined when the origin neither answered nor was out of reach.
 */
export async function readOrigin(
  engine: Engine,
  account: Account,
  phases: PhaseSpans,
  grid: Grid,
): Promise<OriginReading | undefined> {
  const { gauge, source } = account;
  // Fine enough for the minutes and for the chart.
  const slotMs = grid.stepMs % MINUTE_MS === 0 && MINUTE_MS % account.grainMs === 0 ? MINUTE_MS : grid.stepMs;
  const slot = bucketOf(slotMs, account.offsetMs % slotMs);
  const { byTime: slots, byPhase: answers } = await readAnswers(engine, account, phases, slot);
  const whole = addTallies([...slots.values()].flatMap(({ answered, lost }) => [answered, lost]));
  if (whole.value === 0) return undefined;
  const bucket = bucketOf(grid.stepMs, account.offsetMs % grid.stepMs);
  const { byTime: chart, byPhase: latencies } = (await hasColumn(engine, source.relation, 'origin_ms'))
    ? await readLatency(engine, account, phases, bucket)
    : { byTime: new Map<number, Latency>(), byPhase: new Map<number, Latency>() };
  const knowsEdge = source.dimensions.includes('status');
  return {
    stats: {
      phases: PHASES.flatMap((phase, number) => {
        const part = answers.get(number);
        const errorShare = part && shareMeasure(gauge, part.errors, part.answered);
        if (!part || !errorShare) return [];
        const latency = latencies.get(number);
        return [
          {
            phase,
            requests: volumeMeasure(gauge, part.answered),
            errors: volumeMeasure(gauge, part.errors),
            errorShare,
            ...(knowsEdge && { unreachable: volumeMeasure(gauge, part.lost) }),
            ...percentile('p50', latency, account),
            ...percentile('p95', latency, account),
          },
        ];
      }),
      start: grid.start,
      intervalMs: grid.stepMs,
      errorShare: shareOverTime(slots, grid, { slotMs, sampled: gauge.sampled }),
      p95Ms: Array.from({ length: grid.count }, (_, index) => {
        const latency = chart.get(grid.start + index * grid.stepMs);
        return latency && latency.rows >= FEWEST_IN_BUCKET ? latency.p95 : null;
      }),
    },
    minutes: minutesOf(slots, account, { slotMs, knowsEdge }),
  };
}

function percentile(
  name: 'p50' | 'p95',
  latency: Latency | undefined,
  account: Account,
): { p50?: Measure; p95?: Measure } {
  const value = latency?.[name] ?? null;
  if (!latency || value === null || latency.rows < FEWEST_ROWS) return {};
  const { kind, evidence, sampled } = account.gauge;
  return { [name]: { value, unit: 'ms', kind, ...(sampled && { sampleCount: latency.rows }), evidence } };
}

/** 0 before, 1 during, 2 after, −1 between two waves. */
function phaseNumber(binder: Binder, phases: PhaseSpans): string {
  const cases = PHASES.map((phase, number) => `when ${inWindows(binder, phases[phase])} then ${number}`);
  return `case ${cases.join(' ')} else -1 end`;
}

/** What is told both over time, by start of the bucket, and by number of the phase; one pass over the rows gives both. */
interface TwoWays<T> {
  readonly byTime: ReadonlyMap<number, T>;
  readonly byPhase: ReadonlyMap<number, T>;
}

interface PlacedRow {
  /** Start of the bucket, or number of the phase when `by_phase` is 1. */
  readonly place: number;
  readonly by_phase: number;
}

const PLACE = 'case when grouping(slot) = 0 then slot else phase end as place, grouping(slot) as by_phase';

/** Rows of the account with the bucket and the phase that each is in. */
function placedRows(binder: Binder, account: Account, phases: PhaseSpans, slot: string): string {
  return `(select *, ${slot} as slot, ${phaseNumber(binder, phases)} as phase
             from ${account.source.relation} where ${inWindows(binder, phases.whole)})`;
}

function bothWays<R extends PlacedRow, T>(rows: readonly R[], read: (row: R) => T): TwoWays<T> {
  const of = (byPhase: number) =>
    new Map(rows.filter((row) => row.by_phase === byPhase).map((row) => [row.place, read(row)]));
  return { byTime: of(0), byPhase: of(1) };
}

async function readAnswers(
  engine: Engine,
  account: Account,
  phases: PhaseSpans,
  slot: string,
): Promise<TwoWays<Answers>> {
  const binder = createBinder();
  const lost = account.source.dimensions.includes('status') ? UNREACHABLE : 'false';
  const rows = await engine.query<PlacedRow>(
    `select ${PLACE}, ${tallyColumns(account, 'rows', 'answered', { where: ANSWERED })},
            ${tallyColumns(account, 'rows', 'errors', { where: ERROR })}, ${tallyColumns(account, 'rows', 'lost', { where: lost })}
       from ${placedRows(binder, account, phases, slot)} group by grouping sets ((slot), (phase))`,
    binder.values,
  );
  return bothWays(rows, (row) => ({
    answered: readTally({ ...row }, 'answered'),
    errors: readTally({ ...row }, 'errors'),
    lost: readTally({ ...row }, 'lost'),
  }));
}

async function readLatency(
  engine: Engine,
  account: Account,
  phases: PhaseSpans,
  slot: string,
): Promise<TwoWays<Latency>> {
  const binder = createBinder();
  const { sampling } = account.source;
  const answered = `from ${placedRows(binder, account, phases, slot)} where ${ANSWERED} and origin_ms is not null`;
  const sql =
    sampling.min === sampling.max
      ? `select ${PLACE}, count(*) as rows, ${engine.dialect.quantile('origin_ms', 0.5)} as p50, ${engine.dialect.quantile('origin_ms', 0.95)} as p95
           ${answered} group by grouping sets ((slot), (phase))`
      : `select place, by_phase, sum(rows) as rows, min(ms) filter (where upto >= 0.5 * whole) as p50, min(ms) filter (where upto >= 0.95 * whole) as p95 from (
           select place, by_phase, ms, rows, sum(weight) over (partition by by_phase, place order by ms) as upto, sum(weight) over (partition by by_phase, place) as whole from (
             select ${PLACE}, origin_ms as ms, sum(units) as weight, count(*) as rows ${answered} group by grouping sets ((slot, origin_ms), (phase, origin_ms))))
         group by 1, 2`;
  return bothWays(await engine.query<Latency & PlacedRow>(sql, binder.values), (row) => row);
}

/** Share of errors in each bucket of the chart; `null` where too few answers were seen, however many they stand for. */
function shareOverTime(
  slots: ReadonlyMap<number, Answers>,
  grid: Grid,
  { slotMs, sampled }: { readonly slotMs: number; readonly sampled: boolean },
): (number | null)[] {
  const sums = Array.from({ length: grid.count }, () => ({ rows: 0, answered: 0, errors: 0 }));
  for (const [start, { answered, errors }] of slots) {
    const sum = sums[Math.floor((start - grid.start) / grid.stepMs)];
    if (!sum) throw new RangeError(`A bucket of ${slotMs} ms at ${start} lies outside the chart that was asked for.`);
    sum.rows += sampled ? answered.sampled : answered.value;
    sum.answered += answered.value;
    sum.errors += errors.value;
  }
  return sums.map(({ rows, answered, errors }) => (rows >= FEWEST_IN_BUCKET ? errors / answered : null));
}

function minutesOf(
  slots: ReadonlyMap<number, Answers>,
  account: Account,
  { slotMs, knowsEdge }: { readonly slotMs: number; readonly knowsEdge: boolean },
): Map<number, OriginMinute> {
  const minutes = new Map<number, Answers[]>();
  if (MINUTE_MS % slotMs !== 0 || account.offsetMs !== 0) return new Map();
  for (const [start, answers] of slots) {
    const minute = start - (start % MINUTE_MS);
    minutes.set(minute, [...(minutes.get(minute) ?? []), answers]);
  }
  return new Map(
    [...minutes].map(([minute, parts]) => {
      const [answered, errors, lost] = [
        addTallies(parts.map((part) => part.answered)),
        addTallies(parts.map((part) => part.errors)),
        addTallies(parts.map((part) => part.lost)),
      ];
      return [
        minute,
        {
          requests: volumeMeasure(account.gauge, answered),
          errors: volumeMeasure(account.gauge, errors),
          ...(knowsEdge && { unreachable: volumeMeasure(account.gauge, lost) }),
          failedShare: shareMeasure(account.gauge, addTallies([errors, lost]), addTallies([answered, lost])),
        },
      ];
    }),
  );
}

async function hasColumn(engine: Engine, relation: string, column: string): Promise<boolean> {
  const [found] = await engine.query<{ count: number }>(
    'select count(*) as count from information_schema.columns where table_name = $1 and column_name = $2',
    [relation, column],
  );
  return (found?.count ?? 0) > 0;
}
