import type { Engine } from '../../engine/engine.ts';
import { ReportError } from '../../errors.ts';
import type { TimeWindow } from '../../model/time.ts';
import type { LogDataset } from './log-dataset.ts';
import { RecordSql } from './record-sql.ts';
import type { RowLog } from './row-log.ts';

/** The facts of one kind of log, in the engine. */
export interface LogTable {
  readonly dataset: LogDataset;
  readonly logs: readonly RowLog[];
  /** Columns of the table, with `t`, `input` and, when it is stored, `weight`. */
  readonly columns: ReadonlySet<string>;
  /** Names of fields of all files, spelt as there. */
  readonly keys: ReadonlySet<string>;
  readonly contents: readonly InputContents[];
  readonly strictNumbers: boolean;
}

/** What one input put into a table. */
interface InputContents {
  /** The 3 of `in3`. */
  readonly number: number;
  readonly rows: number;
  /** Rows without time: not of this kind, or faulty. */
  readonly missed: number;
  /** Good rows where a count is NULL: the field is missing there, or is no number. */
  readonly withoutCount: number;
  readonly leftOut: number;
  readonly outside: number;
  readonly window?: TimeWindow;
}

/**
 * Reads the records of one kind out of all files that have some, in one scan a group of files that are read alike, and replaces
 * the table of that kind. Records of other kinds and faulty lines become rows without time, to be looked at and removed later.
 */
export async function loadTable(
  dataset: LogDataset,
  logs: readonly RowLog[],
  engine: Engine,
  options: { readonly window: TimeWindow | undefined; readonly strictNumbers: boolean },
): Promise<LogTable> {
  // Whose traffic a record is has to be read wherever it stands, also where no line that was looked at has the field.
  const keys = new Set([...logs.flatMap((log) => [...log.keys]), ...dataset.owners.flatMap(({ fields }) => fields)]);
  const weighted = hasKey(keys, 'SampleInterval') || logs.some((log) => (log.input.sampleRate ?? 1) < 1);
  if (dataset.sampled && !hasKey(keys, 'SampleInterval'))
    throw new ReportError('input-invalid', `${dataset.name} without SampleInterval cannot be scaled to real traffic.`, {
      where: { file: logs[0]?.input.path ?? '', field: 'SampleInterval' },
      hint: 'Add SampleInterval to the fields of the Logpush job and export again.',
    });
  const reading = (log: RowLog) =>
    readingOf(dataset, keys, log, { engine, weighted, strictNumbers: options.strictNumbers });
  const example = logs[0];
  if (example === undefined) throw new TypeError(`No file holds ${dataset.name}.`);
  const { columns } = reading(example);
  const fractional = logs.some((log) => (log.input.sampleRate ?? 1) < 1);
  const definitions = [
    't BIGINT',
    'input SMALLINT',
    ...(weighted ? [`weight ${fractional ? 'DOUBLE' : 'BIGINT'}`] : []),
    ...columns.map(({ column }) => `${column.name} ${column.type}`),
  ];
  await engine.run(`drop table if exists ${dataset.table} cascade`);
  await engine.run(`create table ${dataset.table} (${definitions.join(', ')})`);
  for (const group of readAlike(logs)) {
    const [log] = group;
    if (log) await engine.run(reading(log).insert(group));
  }
  const names = new Set(definitions.map((definition) => definition.split(' ', 1)[0] ?? ''));
  const contents = await contentsOf(dataset, names, engine, options);
  return { dataset, logs, columns: names, keys, contents, strictNumbers: options.strictNumbers };
}

/** The reading of one file on its own, for a second look at its lines. */
export function readingOf(
  dataset: LogDataset,
  keys: Iterable<string>,
  log: RowLog,
  options: { readonly engine: Engine; readonly weighted: boolean; readonly strictNumbers: boolean },
): RecordSql {
  return new RecordSql(dataset, keys, {
    dialect: options.engine.dialect,
    timeZone: log.input.timeZone ?? 'UTC',
    sampleRate: log.input.sampleRate ?? 1,
    strictNumbers: options.strictNumbers,
    weighted: options.weighted,
  });
}

/** Files that one scan can read: packed alike, in one zone, at one sample rate. */
function readAlike(logs: readonly RowLog[]): RowLog[][] {
  const groups = new Map<string, RowLog[]>();
  for (const log of logs) {
    const key = [log.gzip, log.input.timeZone ?? 'UTC', log.input.sampleRate ?? 1].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), log]);
  }
  return [...groups.values()];
}

function hasKey(keys: Iterable<string>, name: string): boolean {
  const wanted = name.toLowerCase();
  for (const key of keys) if (key.toLowerCase() === wanted) return true;
  return false;
}

/** Puts the records of one input into the table anew, from another file that holds them. */
export async function reloadInput(
  table: LogTable,
  log: RowLog,
  engine: Engine,
  window: TimeWindow | undefined,
): Promise<LogTable> {
  const { dataset, keys, strictNumbers } = table;
  const weighted = table.columns.has('weight');
  await engine.run(`delete from ${dataset.table} where input = ${log.number}`);
  await engine.run(readingOf(dataset, keys, log, { engine, weighted, strictNumbers }).insert([log]));
  const logs = table.logs.map((one) => (one.number === log.number ? log : one));
  return recount({ ...table, logs }, engine, window);
}

/** The table as it is after rows were removed from it. */
export async function recount(table: LogTable, engine: Engine, window: TimeWindow | undefined): Promise<LogTable> {
  return { ...table, contents: await contentsOf(table.dataset, table.columns, engine, { window }) };
}

async function contentsOf(
  dataset: LogDataset,
  columns: ReadonlySet<string>,
  engine: Engine,
  options: { readonly window: TimeWindow | undefined },
): Promise<InputContents[]> {
  const counts = Object.values(dataset.counts).filter((name) => name !== null && columns.has(name));
  const incomplete = counts.map((name) => `${name} is null`).join(' or ');
  const { window } = options;
  const rows = await engine.query<{
    number: number;
    rows: number;
    missed: number;
    incomplete: number;
    left_out: number;
    outside: number;
    first: number | null;
    last: number | null;
  }>(
    `select input as number, count(*) as rows, count(*) - count(t) as missed, min(t) as first, max(t) as last, ${count(incomplete === '' ? undefined : `t is not null and (${incomplete})`)} as incomplete, ${count(leftOutSql(dataset, columns))} as left_out, ${count(window && `t < ${window.start} or t >= ${window.end}`)} as outside from ${dataset.table} group by input order by input`,
  );
  return rows.map((row) => ({
    number: row.number,
    rows: row.rows,
    missed: row.missed,
    withoutCount: row.incomplete,
    leftOut: row.left_out,
    outside: row.outside,
    ...(row.first !== null && row.last !== null && { window: { start: row.first, end: row.last + 1 } }),
  }));
}

function count(condition: string | undefined): string {
  return condition === undefined ? '0' : `count(*) filter (where ${condition})`;
}

/** Condition of the rows that are not part of the account; undefined when the files cannot tell. */
export function leftOutSql(dataset: LogDataset, columns: ReadonlySet<string>): string | undefined {
  const { leftOut } = dataset;
  return leftOut?.columns.every((name) => columns.has(name)) ? leftOut.sql : undefined;
}
