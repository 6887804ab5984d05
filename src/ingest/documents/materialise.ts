import type { Engine, SqlValue } from '../../engine/engine.ts';
import { DIMENSIONS, type Dimension } from '../../model/dimension.ts';
import { label as asLabel, counted } from '../../model/inlines.ts';
import { noun, say } from '../../model/say.ts';
import type { TimeWindow } from '../../model/time.ts';
import type { DataWarning, TrafficSource } from '../dataset.ts';
import type { PointSeries } from '../format.ts';
import { worded } from '../worded.ts';

interface MaterialiseOptions {
  /** Rows whose bucket starts outside are left out. */
  readonly window?: TimeWindow;
  warn?(warning: DataWarning): void;
  /** Told the rows of an input that were left out because an equal row was there. */
  duplicates?(inputId: string, rows: number): void;
}

/** Up to this priority a series holds the traffic of one system or a cut list (see `PointSeries.priority`). */
const PARTIAL_ACCOUNT = 50;

/** Columns of the loaded rows apart from the dimensions. `n` tells equal rows of one input apart. */
const FACTS = [
  't',
  'part',
  'units',
  'bytes',
  'sample_interval',
  'weight',
  'disposition',
  'source_as_name',
  'rule_name',
] as const;

/**
 * Puts series into the engine: one table and one view a key, pages of one key together. Called once an engine.
 *
 * Duplicates: in a series of buckets each combination of time, part, dimensions and disposition is one bucket, so it is kept once;
 * where two pages give it different numbers, the larger is kept and a warning says so. In a series of instants (single events)
 * an event may repeat, so the most repetitions that any one input has are kept.
 *
 * @returns sources by priority, then those that know what was done, then the finest buckets. All have the role `detail`.
 */
export async function materialise(
  series: readonly PointSeries[],
  engine: Engine,
  options: MaterialiseOptions = {},
): Promise<TrafficSource[]> {
  const groups = new Map<string, PointSeries[]>();
  for (const one of series) groups.set(one.key, [...(groups.get(one.key) ?? []), one]);
  const loaded: Loaded[] = [];
  let number = 0;
  for (const pages of groups.values()) {
    number += 1;
    const source = await load(pages, `series_${number}`, engine, options);
    if (source) loaded.push(source);
  }
  return withTimes(loaded, options)
    .sort(
      (a, b) =>
        b.priority - a.priority ||
        Number(b.source.knowsDisposition) - Number(a.source.knowsDisposition) ||
        a.source.intervalMs - b.source.intervalMs ||
        b.source.rows - a.source.rows,
    )
    .map(({ source }) => source);
}

interface Loaded {
  readonly source: TrafficSource;
  readonly priority: number;
  readonly timed: boolean;
}

/** Rows without time count for the whole of what the timed rows cover; with nothing to lean on they cannot be placed. */
function withTimes(loaded: readonly Loaded[], options: MaterialiseOptions): Loaded[] {
  const timed = loaded.filter((one) => one.timed).map((one) => one.source.window);
  const extent =
    options.window ??
    (timed.length === 0
      ? undefined
      : { start: Math.min(...timed.map((w) => w.start)), end: Math.max(...timed.map((w) => w.end)) });
  return loaded.flatMap((one) => {
    if (one.timed) return one;
    if (extent) return { ...one, source: { ...one.source, window: extent } };
    options.warn?.({
      code: 'no-times',
      ...worded(
        say`${asLabel(one.source.label, 'code')} has no times, and no other input says which period it covers; it was left out.`,
      ),
    });
    return [];
  });
}

async function load(
  pages: readonly PointSeries[],
  name: string,
  engine: Engine,
  options: MaterialiseOptions,
): Promise<Loaded | undefined> {
  const first = pages[0];
  if (!first) return undefined;
  const dimensions = DIMENSIONS.filter((dimension) => pages.some((page) => page.dimensions.includes(dimension)));
  const columns = [...FACTS, ...dimensions];
  await engine.run(
    `CREATE TABLE ${name}_rows (input VARCHAR, ${columns.map((column) => `${column} ${typeOf(column)}`).join(', ')})`,
  );
  for (const page of pages) await engine.append(`${name}_rows`, rowsOf(page, dimensions));
  await dropOutside(name, first.label, engine, options);
  await (first.intervalMs > 0 || !(await hasTimes(name, engine))
    ? keepBuckets(name, columns, dimensions, first.label, engine, options)
    : keepEvents(name, columns, engine, options));
  await engine.run(`DROP TABLE ${name}_rows`);
  return describe(pages, first, name, dimensions, engine);
}

const FRACTIONS: ReadonlySet<string> = new Set(['units', 'bytes', 'sample_interval', 'weight']);

function typeOf(column: (typeof FACTS)[number] | Dimension): string {
  if (column === 't') return 'BIGINT';
  return FRACTIONS.has(column) ? 'DOUBLE' : 'VARCHAR';
}

function* rowsOf(page: PointSeries, dimensions: readonly Dimension[]): Iterable<SqlValue[]> {
  for (const row of page.rows) {
    yield [
      page.inputId,
      row.t ?? null,
      row.part ?? null,
      row.units ?? null,
      row.bytes ?? null,
      row.sampleInterval ?? null,
      row.weight ?? row.sampleInterval ?? null,
      row.disposition ?? (page.knowsDisposition ? 'unknown' : null),
      row.sourceAsName ?? null,
      row.ruleName ?? null,
      ...dimensions.map((dimension) => row.at[dimension] ?? null),
    ];
  }
}

async function hasTimes(name: string, engine: Engine): Promise<boolean> {
  const [row] = await engine.query<{ timed: number }>(`SELECT count(t) AS timed FROM ${name}_rows`);
  return (row?.timed ?? 0) > 0;
}

async function dropOutside(name: string, label: string, engine: Engine, options: MaterialiseOptions): Promise<void> {
  const { window } = options;
  if (!window) return;
  const outside = '(t < $1 OR t >= $2)';
  const bounds = [window.start, window.end];
  const counts = await engine.query<{ input: string; n: number }>(
    `SELECT input, count(*) AS n FROM ${name}_rows WHERE ${outside} GROUP BY input ORDER BY input`,
    bounds,
  );
  if (counts.length === 0) return;
  await engine.run(`DELETE FROM ${name}_rows WHERE ${outside}`, bounds);
  for (const { input, n } of counts)
    options.warn?.({
      code: 'outside-window',
      ...worded(
        say`${asLabel(label, 'code')}: ${counted(n, noun('row', 'rows'))} outside the period of the report; left out.`,
      ),
      input,
    });
}

/** One row a bucket: the largest of several. */
async function keepBuckets(
  name: string,
  columns: readonly string[],
  dimensions: readonly Dimension[],
  label: string,
  engine: Engine,
  options: MaterialiseOptions,
): Promise<void> {
  const identity = ['t', 'part', 'disposition', 'source_as_name', 'rule_name', ...dimensions].join(', ');
  await engine.run(
    `CREATE TABLE ${name}_ranked AS SELECT *, row_number() OVER (PARTITION BY ${identity} ORDER BY units DESC NULLS LAST, bytes DESC NULLS LAST, input) AS n, ` +
      `max(units) OVER (PARTITION BY ${identity}) AS most_units, max(bytes) OVER (PARTITION BY ${identity}) AS most_bytes FROM ${name}_rows`,
  );
  const left = await engine.query<{ input: string; n: number; different: number }>(
    `SELECT input, count(*) AS n, count(CASE WHEN units IS DISTINCT FROM most_units OR bytes IS DISTINCT FROM most_bytes THEN 1 END) AS different ` +
      `FROM ${name}_ranked WHERE n > 1 GROUP BY input ORDER BY input`,
  );
  for (const { input, n, different } of left) {
    options.duplicates?.(input, n);
    if (different > 0)
      options.warn?.({
        code: 'sources-differ',
        ...worded(
          say`${asLabel(label, 'code')}: ${counted(different, noun('bucket', 'buckets'))} came twice with different numbers, from repeated or differently filtered queries; the larger number was kept.`,
        ),
        input,
      });
  }
  await engine.run(`CREATE TABLE ${name}_facts AS SELECT ${columns.join(', ')} FROM ${name}_ranked WHERE n = 1`);
  await engine.run(`DROP TABLE ${name}_ranked`);
}

/** Equal events of several inputs are one event; within an input each counts. */
async function keepEvents(
  name: string,
  columns: readonly string[],
  engine: Engine,
  options: MaterialiseOptions,
): Promise<void> {
  const list = columns.join(', ');
  await engine.run(
    `CREATE TABLE ${name}_ranked AS SELECT *, row_number() OVER (PARTITION BY ${list}, n ORDER BY input) AS copy FROM ` +
      `(SELECT *, row_number() OVER (PARTITION BY ${list}, input) AS n FROM ${name}_rows) AS numbered`,
  );
  const left = await engine.query<{ input: string; n: number }>(
    `SELECT input, count(*) AS n FROM ${name}_ranked WHERE copy > 1 GROUP BY input ORDER BY input`,
  );
  for (const { input, n } of left) options.duplicates?.(input, n);
  await engine.run(`CREATE TABLE ${name}_facts AS SELECT ${list} FROM ${name}_ranked WHERE copy = 1`);
  await engine.run(`DROP TABLE ${name}_ranked`);
}

async function describe(
  pages: readonly PointSeries[],
  first: PointSeries,
  name: string,
  dimensions: readonly Dimension[],
  engine: Engine,
): Promise<Loaded | undefined> {
  const known = dimensions.map((dimension) => `count(${dimension}) AS ${dimension}`);
  const [facts] = await engine.query<Record<string, number | null>>(
    `SELECT ${[
      'count(*) AS row_count',
      'min(t) AS first_t',
      'max(t) AS last_t',
      // A source that discloses no sampling but states an interval is sampled all the same.
      'min(coalesce(sample_interval, weight)) AS least',
      'max(coalesce(sample_interval, weight)) AS most',
      'count(bytes) AS with_bytes',
      `count(CASE WHEN disposition <> 'unknown' THEN 1 END) AS with_disposition`,
      ...known,
    ].join(', ')} FROM ${name}_facts`,
  );
  const rows = facts?.row_count ?? 0;
  if (!facts || rows === 0) return undefined;
  const present = dimensions.filter((dimension) => (facts[dimension] ?? 0) > 0);
  const missing = DIMENSIONS.filter((dimension) => !dimensions.includes(dimension));
  await engine.run(
    `CREATE VIEW ${name} AS SELECT t, CAST(${first.intervalMs} AS BIGINT) AS interval_ms, units, bytes, coalesce(weight, 1) AS weight, ` +
      `coalesce(disposition, 'unknown') AS disposition, source_as_name, rule_name, ` +
      `${[...dimensions, ...missing.map((dimension) => `CAST(NULL AS VARCHAR) AS ${dimension}`)].join(', ')} FROM ${name}_facts`,
  );
  const start = facts.first_t;
  const end = facts.last_t;
  const timed = start != null && end != null;
  return {
    timed,
    priority: Math.min(...pages.map((page) => page.priority)),
    source: {
      id: name,
      layer: first.layer,
      relation: name,
      label: first.label,
      unit: first.unit,
      kind: pages.every((page) => page.kind === first.kind) ? first.kind : 'reported',
      sampling: { min: facts.least ?? 1, max: facts.most ?? 1 },
      intervalMs: first.intervalMs,
      window: timed ? { start, end: end + Math.max(first.intervalMs, 1) } : { start: 0, end: 0 },
      rows,
      dimensions: present,
      knowsDisposition: (facts.with_disposition ?? 0) > 0,
      hasBytes: (facts.with_bytes ?? 0) > 0,
      evidence: [...new Set(pages.map((page) => page.inputId))],
      role: 'detail',
      holds: pages.every((page) => page.priority > PARTIAL_ACCOUNT) ? 'all' : 'part',
    },
  };
}
