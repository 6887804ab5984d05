import type { Dialect, SqlType } from '../../engine/engine.ts';
import type { Layer } from '../../model/traffic.ts';
import type { TrafficSource } from '../dataset.ts';
import { changedCountryCodes } from '../normalize.ts';

/** One kind of Logpush log: how its records are told apart, which fields are read, and what is made of them. */
export interface LogDataset {
  /** Name as in Logpush; also the name of its relation. */
  readonly name: string;
  /** Table of facts in the engine. */
  readonly table: string;
  readonly label: string;
  readonly layer: Layer;
  readonly unit: TrafficSource['unit'];
  /** Place among the sources of its layer, on the scale of `PointSeries.priority`: a complete account of all traffic is 1 000. */
  readonly priority: number;
  /** A record belongs here when it has at least one field of every group. */
  readonly marks: readonly (readonly string[])[];
  /** Fields that hold the time, best first. */
  readonly times: readonly string[];
  /** Types of the fields that are not text. */
  readonly types: Readonly<Record<string, SqlType>>;
  /**
   * Fields that count something: never negative, never anything but a number. Each with the column that is NULL only where the
   * field is missing or wrong, or with null when the column is NULL for good reasons too.
   */
  readonly counts: Readonly<Record<string, string | null>>;
  /** Records cannot be scaled without `SampleInterval`. */
  readonly sampled: boolean;
  /** Expressions that columns are built from; computed once a row. */
  readonly derived: readonly LogColumn[];
  readonly columns: readonly LogColumn[];
  /** Rows that are equal in all of these columns are one record; a row where the first is NULL is never a duplicate. */
  readonly identity: readonly string[];
  /** Rows that are not part of the account, told by an expression over the columns. */
  readonly leftOut?: {
    readonly columns: readonly string[];
    readonly sql: string;
    readonly warning: 'subrequests-left-out' | 'egress-left-out';
  };
  /** Traffic of a row, not yet scaled; 1 by default. */
  readonly units?: (columns: ReadonlySet<string>) => string;
  /** Bytes of a row, not yet scaled; undefined when a column they need is not there. */
  readonly bytes?: (columns: ReadonlySet<string>) => string | undefined;
  /** What the customer guard looks at; a row with none of these is unlabelled and refused. */
  readonly owners: readonly LogOwner[];
  /** `every` label of a row must be the customer's, or `any` one of them is enough. */
  readonly ownedBy: 'every' | 'any';
}

/** A column that says whose traffic a row is; `where` restricts it to some rows. */
export interface LogOwner {
  readonly column: string;
  /** Fields that it is read from, to find the line again. */
  readonly fields: readonly string[];
  readonly kind: 'host' | 'address' | 'zone' | 'application';
  readonly where?: {
    readonly column: string;
    readonly sql: string;
    /** Without that column no row is meant; otherwise every row is. */
    readonly required: boolean;
  };
}

export interface LogColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Undefined when none of the fields it is made of is in the files. */
  sql(fields: LogFields): string | undefined;
}

/** The fields that the files at hand really have. */
export interface LogFields {
  readonly dialect: Dialect;
  /** Value of the first of these fields that is not NULL; undefined when the files have none of them. */
  first(...names: string[]): string | undefined;
  /** The first of these fields that the files have, whatever it holds; undefined when they have none. */
  present(...names: string[]): string | undefined;
  /** A derived column by name; undefined when it was not built. */
  derived(name: string): string | undefined;
}

/** Text that is known: Logpush writes an empty one for what it does not know. */
export function known(sql: string): string {
  return `nullif(${sql}, '')`;
}

export function textColumn(name: string, ...fields: string[]): LogColumn {
  return { name, type: 'VARCHAR', sql: (f) => map(f.first(...fields), known) };
}

export function lowerColumn(name: string, ...fields: string[]): LogColumn {
  return { name, type: 'VARCHAR', sql: (f) => map(f.first(...fields), (sql) => `lower(${known(sql)})`) };
}

/** A number that is not known when it is 0 (a port, an autonomous system, a status, a score) or out of its range. */
export function codeColumn(name: string, type: SqlType, most: number, ...fields: string[]): LogColumn {
  return {
    name,
    type,
    sql: (f) => map(f.first(...fields), (sql) => `case when ${sql} between 1 and ${most} then ${sql} end`),
  };
}

/** A number where 0 is a value. */
export function countColumn(name: string, ...fields: string[]): LogColumn {
  return { name, type: 'BIGINT', sql: (f) => f.first(...fields) };
}

/** `then` arms of a case over codes in upper case, for those that documents would read as another country or as none. */
const CHANGED_CODES = [...changedCountryCodes()]
  .map(([code, country]) => `when '${code}' then ${country === null ? 'null' : `'${country}'`}`)
  .join(' ');

/** Country codes by the rule that documents follow (`toCountry`): upper case, `UK` is `GB`, `EU`, `XX` and `T1` name none. */
export function countryColumn(name: string, ...fields: string[]): LogColumn {
  return {
    name,
    type: 'VARCHAR',
    sql: (f) =>
      map(
        f.first(...fields),
        (sql) =>
          `case when length(${sql}) = 2 and upper(${sql}) <> 'T1' then case upper(${sql}) ${CHANGED_CODES} else upper(${sql}) end end`,
      ),
  };
}

export function listColumn(name: string, ...fields: string[]): LogColumn {
  return { name, type: 'VARCHAR[]', sql: (f) => f.first(...fields) };
}

export function column(name: string, type: SqlType, sql: LogColumn['sql']): LogColumn {
  return { name, type, sql };
}

export function map(sql: string | undefined, make: (sql: string) => string): string | undefined {
  return sql === undefined ? undefined : make(sql);
}

/** `coalesce` of the parts that exist; undefined when none does. */
export function coalesce(...parts: readonly (string | undefined)[]): string | undefined {
  const present = parts.filter((part) => part !== undefined);
  return present.length <= 1 ? present[0] : `coalesce(${present.join(', ')})`;
}

/**
 * Key of a record that carries no id: a hash of its time and the given fields, but only when the time is finer than a
 * millisecond. Packets of one flow are alike, and at whole milliseconds two samples may be equal in everything that is logged.
 */
export function recordKeyColumn(time: string, ...fields: string[]): LogColumn {
  return column('record_key', 'UBIGINT', (f) => {
    const at = f.first(time);
    if (at === undefined) return undefined;
    const unix = `length(${at}) = 19 and right(${at}, 6) <> '000000' and substr(${at}, 5, 1) <> '-'`;
    const micro = `length(${at}) = 16 and right(${at}, 3) <> '000'`;
    const written = `length(${at}) > 24 and regexp_matches(${at}, '[.][0-9]{3}[0-9]*[1-9]')`;
    const parts = fields.flatMap((field) => f.first(field) ?? []);
    return `case when (${unix}) or (${micro}) or (${written}) then ${f.dialect.hash(at, ...parts)} end`;
  });
}
