import type { Dialect, JsonField } from '../../engine/engine.ts';
import type { LogColumn, LogDataset, LogFields } from './log-dataset.ts';
import { coalesce } from './log-dataset.ts';
import type { RowLog } from './row-log.ts';

/** Names of all fields that a kind of log is read from. */
export function fieldsOf(dataset: LogDataset, dialect: Dialect): ReadonlySet<string> {
  const names = new Set([...dataset.times, ...dataset.marks.flat(), 'SampleInterval']);
  // Every column is asked for its expression once, over fields that all exist, and the names are noted.
  const fields: LogFields = {
    dialect,
    first: (...wanted) => {
      for (const name of wanted) names.add(name);
      return wanted[0];
    },
    present: (...wanted) => {
      for (const name of wanted) names.add(name);
      return wanted[0];
    },
    derived: (name) => name,
  };
  for (const column of [...dataset.derived, ...dataset.columns]) column.sql(fields);
  return names;
}

export interface RecordSqlOptions {
  readonly dialect: Dialect;
  readonly timeZone: string;
  /** `sample_rate` of the job; 1 when everything was pushed. */
  readonly sampleRate: number;
  /** Reads counts as text, so that one that is no number is told from one that is missing; slower. */
  readonly strictNumbers: boolean;
  /** The weight of a row is stored. */
  readonly weighted: boolean;
}

/** How the records of one kind of log become rows, given the spellings of the fields that the files have. */
export class RecordSql {
  readonly #dataset: LogDataset;
  readonly #options: RecordSqlOptions;
  readonly #spellings = new Map<string, string[]>();
  /** Fields that the expressions read, by the name of their column. */
  readonly #read = new Map<string, JsonField>();
  readonly #derived = new Set<string>();
  /** Columns of the table that the files can fill, without `t`, `input` and `weight`. */
  readonly columns: readonly { readonly column: LogColumn; readonly sql: string }[];
  readonly #layers: { readonly name: string; readonly sql: string }[] = [];
  readonly #time: string;
  readonly #weight: string;

  constructor(dataset: LogDataset, keys: Iterable<string>, options: RecordSqlOptions) {
    this.#dataset = dataset;
    this.#options = options;
    for (const key of [...keys].sort()) {
      const name = key.toLowerCase();
      this.#spellings.set(name, [...(this.#spellings.get(name) ?? []), key]);
    }
    const fields: LogFields = {
      dialect: options.dialect,
      first: (...names) => coalesce(...names.map((name) => this.#field(name))),
      present: (...names) => {
        for (const name of names) {
          const field = this.#field(name);
          if (field !== undefined) return field;
        }
        return undefined;
      },
      derived: (name) => (this.#derived.has(name) ? options.dialect.identifier(name) : undefined),
    };
    for (const { name, sql } of dataset.derived) {
      const expression = sql(fields);
      if (expression === undefined) continue;
      this.#layers.push({ name, sql: expression });
      this.#derived.add(name);
    }
    this.columns = dataset.columns.flatMap((column) => {
      const sql = column.sql(fields);
      return sql === undefined ? [] : [{ column, sql }];
    });
    this.#weight = this.#weightSql();
    const timeName = `${dataset.name} time`;
    const written = fields.present(...dataset.times);
    this.#layers.push({
      name: timeName,
      sql: written === undefined ? 'null::BIGINT' : options.dialect.epochMs(written, options.timeZone),
    });
    this.#time = this.#timeSql(options.dialect.identifier(timeName));
  }

  /** Statement that adds the records of some files, all gzipped or none, to the table. */
  insert(logs: readonly RowLog[]): string {
    const { dialect, weighted } = this.#options;
    const numbers = `[${logs.map((log) => log.number).join(', ')}]`;
    const input =
      logs.length === 1 ? String(logs[0]?.number) : dialect.elementOf(numbers, dialect.identifier('file position'));
    const values = [this.#time, input, ...(weighted ? [this.#weight] : []), ...this.columns.map(({ sql }) => sql)];
    const names = ['t', 'input', ...(weighted ? ['weight'] : []), ...this.columns.map(({ column }) => column.name)];
    return `insert into ${this.#dataset.table} (${names.join(', ')}) select ${values.join(', ')} from ${this.#records(logs)}`;
  }

  #records(logs: readonly RowLog[]): string {
    const { dialect } = this.#options;
    const reader = dialect.ndjson(
      logs.map((log) => log.path),
      [...this.#read.values()],
      { gzip: logs.some((log) => log.gzip), ...(logs.length > 1 && { fileColumn: 'file position' }) },
    );
    return this.#layered(reader);
  }

  /** One layer for each derived column, so that a later one may use an earlier one and each is computed once. */
  #layered(relation: string): string {
    return this.#layers.reduce(
      (inner, { name, sql }) => `(select *, ${sql} as ${this.#options.dialect.identifier(name)} from ${inner})`,
      relation,
    );
  }

  #field(name: string): string | undefined {
    const { dialect, strictNumbers } = this.#options;
    const type = this.#dataset.types[name] ?? (name === 'SampleInterval' ? 'BIGINT' : 'VARCHAR');
    const asText = strictNumbers && this.#isCount(name);
    const spellings = this.#spellings.get(name.toLowerCase()) ?? [];
    return coalesce(
      ...spellings.map((key, i) => {
        const as = columnOf(key, i);
        this.#read.set(as, { key, type: asText ? 'VARCHAR' : type, as });
        return asText ? dialect.tryCast(dialect.identifier(as), type) : dialect.identifier(as);
      }),
    );
  }

  #isCount(name: string): boolean {
    return name === 'SampleInterval' || Object.hasOwn(this.#dataset.counts, name);
  }

  #weightSql(): string {
    const interval = this.#field('SampleInterval');
    const { sampleRate } = this.#options;
    const factor = interval === undefined ? '1' : this.#dataset.sampled ? interval : `coalesce(${interval}, 1)`;
    return sampleRate === 1 ? factor : `(${factor} / ${sampleRate}::DOUBLE)`;
  }

  #timeSql(at: string): string {
    const { dialect, strictNumbers } = this.#options;
    const marks = this.#dataset.marks
      .filter((group) => group.some((name) => !this.#dataset.times.includes(name)))
      .map((group) => group.flatMap((name) => this.#field(name) ?? []))
      .map((marks) => (marks.length === 0 ? 'true' : `(${marks.map((mark) => `${mark} is null`).join(' and ')})`));
    const faults = [...Object.keys(this.#dataset.counts), 'SampleInterval'].flatMap((name) => {
      const value = this.#field(name);
      if (value === undefined) return [];
      const least = name === 'SampleInterval' ? 1 : 0;
      const spellings = this.#spellings.get(name.toLowerCase()) ?? [];
      const raw = spellings.map((key, i) => dialect.identifier(columnOf(key, i)));
      const notNumbers = strictNumbers
        ? raw.map((field) => `(${field} is not null and ${dialect.tryCast(field, 'BIGINT')} is null)`)
        : [];
      return [`${value} < ${least}`, ...notNumbers];
    });
    const unscaled = this.#dataset.sampled ? [`${this.#field('SampleInterval') ?? 'null'} is null`] : [];
    const wrong = [...marks, ...faults, ...unscaled];
    // Before 2000 and after 2099 lie sentinels (epoch 0) and numbers that are no times.
    const plausible = `case when ${at} between 946684800000 and 4102444799999 then ${at} end`;
    return wrong.length === 0 ? plausible : `case when ${wrong.join(' or ')} then null else ${plausible} end`;
  }

  /** Positions (from 1, blank lines not counted) of records of one file that none of the given readings takes. */
  static missed(log: RowLog, readings: readonly RecordSql[], most: number): string {
    const first = readings[0];
    if (first === undefined) throw new TypeError('A second look needs at least one reading.');
    const { dialect } = first.#options;
    const fields = new Map(readings.flatMap((reading) => [...reading.#read]));
    const reader = dialect.ndjson([log.path], [...fields.values()], { gzip: log.gzip });
    const missed = readings.map((reading) => `(${reading.#time}) is null`).join(' and ');
    const relation = readings.reduce((inner, reading) => reading.#layered(inner), reader);
    return `select n from (select row_number() over () as n, ${missed} as missed from ${relation}) where missed order by n limit ${most}`;
  }
}

/** Column of the n-th spelling of a field; names of columns know no case. */
function columnOf(key: string, index: number): string {
  return index === 0 ? key.toLowerCase() : `${key.toLowerCase()} ${index + 1}`;
}
