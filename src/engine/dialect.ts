/**
 * The few places where engines speak differently. Everything else is written in the portable part of SQL: integer epoch
 * milliseconds, plain sums, CASE, window functions, `sum(x) filter (where …)`. Arguments named `sql` are expressions of ours, never input.
 */
export interface Dialect {
  readonly name: string;

  /** `"name"`; for columns whose names come from a file. Refuses nothing: every character is quoted. */
  identifier(name: string): string;
  /** `'text'`; only for values of closed lists and for paths where a statement cannot be given parameters. */
  text(value: string): string;

  /**
   * Nearest-rank quantile over the known values: the smallest value with at least `share` of the values not above it.
   * NULL for an empty group. `share` is 0 to 1. Exact.
   */
  quantile(sql: string, share: number): string;
  /** Number of different known values, exact; memory grows with that number. */
  distinct(sql: string): string;
  /** Number of different known values, from a sketch of fixed size; about 2 % off, never for a published number. */
  approximateDistinct(sql: string): string;
  /** The value of `sql` in the row where `by` is largest; one of them on ties. */
  atLargest(sql: string, by: string): string;
  /** The value of `sql` in the row where `by` is smallest; one of them on ties. */
  atSmallest(sql: string, by: string): string;
  /** Integer division of non-negative integers, rounding down; `bucket` of a time is `quotient(t, 10000) * 10000`. */
  quotient(dividend: string, divisor: string | number): string;
  /** `sql` as `type`, NULL where that cannot be done. */
  tryCast(sql: string, type: SqlType): string;
  /** 64-bit hash of the values; equal values have equal hashes, also NULLs. */
  hash(...sql: readonly string[]): string;
  /** Member of a JSON text as text; NULL when there is none or the text is no JSON object. */
  jsonMember(sql: string, key: string): string;
  /** A text as JSON; NULL when it is none. */
  json(sql: string): string;
  /** Member of a JSON text as text, by a JSON pointer that is bound or quoted; NULL when there is none or the text is no JSON. */
  jsonMemberAt(sql: string, pointer: string): string;
  /** JSON text of a list of these values; missing ones are `null`. */
  jsonArray(sql: string): string;
  /** First position of `value` in a list, from 1; 0 or NULL when it is not there. */
  positionIn(list: string, value: string): string;
  /** The elements of a list for which `test`, an expression over `x`, holds. */
  filtered(list: string, test: string): string;
  /** Element of a list, from 1; −1 is the last; NULL outside. */
  elementOf(list: string, index: string | number): string;
  /** Text of the elements of a list, one a line, each written by an expression over `x` and its position `i`, from 1. */
  linesOfList(list: string, line: string): string;
  /** Text of the rows of a group, one a line, in the order of an expression. */
  linesOfGroup(line: string, order: string): string;
  /** As many rows as the text has lines, each with one of them. Stands among the columns of a query. */
  eachLine(sql: string): string;
  /**
   * Network of an address text: `203.0.113.0/24` for IPv4, `2001:db8:7::/48` for IPv6, whatever its spelling (compressed,
   * capitals, IPv4-mapped). NULL for NULL. The text must be an address.
   */
  networkPrefix(address: string): string;

  /**
   * Instant of a time text as epoch ms: RFC 3339 or `2026-11-17 14:03:20` (in `timeZone` when it names no offset), or unix time in
   * s, ms, µs or ns, told apart by its digits. NULL when it cannot be read. `timeZone` is an IANA name.
   */
  epochMs(sql: string, timeZone: string): string;
  /**
   * Statement that makes later scans keep, or no longer keep, the order of lines in their file. Off it is faster and takes
   * less memory; on, `row_number() over ()` is the position in the file.
   */
  keepFileOrder(on: boolean): string;
  /**
   * Relation over NDJSON files with exactly these columns. A line that is not a JSON object becomes a row of NULLs; a value that
   * does not fit its type becomes NULL; blank lines are left out. With `fileColumn`, a column of that name holds the 1-based
   * position of the file in `files`. All files are gzipped, or none is. Keys that differ only in case may stand side by side;
   * that is slower.
   */
  ndjson(files: readonly string[], fields: readonly JsonField[], options: NdjsonOptions): string;
  /**
   * Statement that writes a table as one Parquet file, with `note` in its metadata. The rows stand in the order of `order`, and the
   * same rows in the same engine give the same bytes.
   */
  writeParquet(table: string, order: string, file: string, note: string): string;
  /** Relation over Parquet files of one layout; the column `file` holds the 1-based position of the file in `files`. */
  parquet(files: readonly string[]): string;
  /** Query for the `note` of a Parquet file: one row, column `note`; no row where it has none. */
  parquetNote(file: string): string;
}

/** Types that both engines have. `BIGINT[]` and the like are lists. */
export type SqlType =
  | 'VARCHAR'
  | 'BOOLEAN'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INTEGER'
  | 'UINTEGER'
  | 'BIGINT'
  | 'UBIGINT'
  | 'DOUBLE'
  | 'VARCHAR[]';

/** A member of a JSON object and the column it becomes. `key` consists of letters, digits, `_` and `-`. */
export interface JsonField {
  readonly key: string;
  readonly type: SqlType;
  readonly as: string;
}

interface NdjsonOptions {
  readonly gzip: boolean;
  readonly fileColumn?: string;
}

/** Longest line that is read; longer ones are refused before the engine sees them. */
export const MAX_LINE_BYTES = 1_048_576;

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

export const duckDbDialect: Dialect = {
  name: 'duckdb',
  identifier,
  text,
  quantile: (sql, share) => `quantile_disc(${sql}, ${checkedShare(share)})`,
  distinct: (sql) => `count(distinct ${sql})`,
  approximateDistinct: (sql) => `approx_count_distinct(${sql})`,
  atLargest: (sql, by) => `arg_max(${sql}, ${by})`,
  atSmallest: (sql, by) => `arg_min(${sql}, ${by})`,
  quotient: (dividend, divisor) => `(${dividend} // ${divisor})`,
  tryCast: (sql, type) => `try_cast(${sql} as ${type})`,
  hash: (...sql) => `hash(${sql.join(', ')})`,
  jsonMember: (sql, key) => `(try_cast(${sql} as JSON) ->> ${text(`$.${key}`)})`,
  json: (sql) => `try_cast(${sql} as JSON)`,
  jsonMemberAt: (sql, pointer) => `json_extract_string(try_cast(${sql} as JSON), ${pointer})`,
  jsonArray: (sql) => `json_array(${sql})::VARCHAR`,
  positionIn: (list, value) => `list_position(${list}, ${value})`,
  filtered: (list, test) => `list_filter(${list}, lambda x: ${test})`,
  elementOf: (list, index) => `list_extract(${list}, ${index})`,
  linesOfList: (list, line) => `array_to_string(list_transform(${list}, lambda x, i: ${line}), chr(10))`,
  linesOfGroup: (line, order) => `string_agg(${line}, chr(10) order by ${order})`,
  eachLine: (sql) => `unnest(string_split(${sql}, chr(10)))`,
  networkPrefix,
  epochMs,
  keepFileOrder: (on) => `set preserve_insertion_order = ${on}`,
  ndjson,
  writeParquet: (table, order, file, note) =>
    `copy (select * from ${table} order by ${order}) to ${text(file)} (format parquet, parquet_version v2, compression zstd, compression_level 19, kv_metadata {${NOTE}: ${text(note)}})`,
  parquet: (files) => {
    const names = `[${files.map(text).join(', ')}]`;
    return `(select * exclude (filename), list_position(${names}, filename)::SMALLINT as file from read_parquet(${names}, filename = true))`;
  },
  parquetNote: (file) =>
    `select decode(value) as note from parquet_kv_metadata(${text(file)}) where decode(key) = '${NOTE}'`,
};

/** Key of our own words in the metadata of a Parquet file. */
const NOTE = 'debrief';

function ndjson(files: readonly string[], fields: readonly JsonField[], options: NdjsonOptions): string {
  const { gzip, fileColumn } = options;
  const settings = [
    `[${files.map(text).join(', ')}]`,
    'ignore_errors = true',
    `maximum_object_size = ${MAX_LINE_BYTES}`,
    `compression = '${gzip ? 'gzip' : 'uncompressed'}'`,
    ...(fileColumn === undefined ? [] : ['filename = true']),
  ];
  const position = fileColumn === undefined ? [] : [`${filePosition(files)} as ${identifier(fileColumn)}`];
  const keys = new Set(fields.map(({ key }) => key.toLowerCase()));
  if (keys.size === fields.length) {
    const columns = fields.map(({ key, type }) => `${text(key)}: '${type}'`).join(', ');
    const selected = [...fields.map(({ key, as }) => `${identifier(key)} as ${identifier(as)}`), ...position];
    return `(select ${selected.join(', ')} from read_ndjson(${settings.join(', ')}, columns = {${columns}}))`;
  }
  // Names of columns know no case, so here the members are taken out of the whole object one by one.
  const members = fields.map(({ key, type, as }) => {
    const member = type.endsWith('[]') ? `json -> ${text(`$."${key}"`)}` : `json ->> ${text(`$."${key}"`)}`;
    return `try_cast(${member} as ${type}) as ${identifier(as)}`;
  });
  return `(select ${[...members, ...position].join(', ')} from read_ndjson_objects(${settings.join(', ')}))`;
}

/**
 * Ten digits are seconds until 2286; each three digits more is the next smaller unit. Digits after a point are parts of a second
 * where seconds stand before it, and finer than a millisecond otherwise; both are cut, not rounded. Session time is UTC.
 */
function epochMs(sql: string, timeZone: string): string {
  const offset = `right(${sql}, 1) in ('Z', 'z') or regexp_matches(substr(${sql}, 11), '[+-][0-9]{2}(:?[0-9]{2})?$')`;
  const local = `epoch_ms(timezone(${text(timeZone)}, try_cast(${sql} as TIMESTAMP)))`;
  const written = `case when ${offset} then epoch_ms(try_cast(${sql} as TIMESTAMPTZ)) else ${local} end`;
  const point = `strpos(${sql}, '.')`;
  const unix = (digits: string) => {
    const whole = (divide: string) => `try_cast(${digits} as BIGINT)${divide}`;
    return [
      `when length(${digits}) >= 17 then ${whole(' // 1000000')}`,
      `when length(${digits}) >= 14 then ${whole(' // 1000')}`,
      `when length(${digits}) >= 11 then ${whole('')}`,
      `when length(${digits}) >= 9 then ${whole(' * 1000')}`,
    ].join(' ');
  };
  const fraction = `when ${point} between 10 and 11 then try_cast(round(try_cast(substr(${sql}, 1, ${point} + 3) as DOUBLE) * 1000) as BIGINT)`;
  const pointed = `case ${fraction} ${unix(`split_part(${sql}, '.', 1)`)} end`;
  const anyhow = `case when substr(${sql}, 5, 1) = '-' then ${written} when ${point} > 0 then ${pointed} ${unix(sql)} end`;
  // What almost every log has, 19 digits of nanoseconds, is told by cheaper tests than those that tell everything apart.
  const nanoseconds = `case when length(${sql}) = 19 and ${sql} < '2' and not contains(${sql}, '.') then try_cast(${sql} as BIGINT) // 1000000 end`;
  return `coalesce(${nanoseconds}, ${anyhow})`;
}

/** The engine names files, we number them; the name is the same for a whole block of rows, so the look-up is done once a block. */
function filePosition(files: readonly string[]): string {
  return `list_position([${files.map(text).join(', ')}], filename)::SMALLINT`;
}

function checkedShare(share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`A quantile needs a share from 0 to 1, not ${share}.`);
  return share;
}

/**
 * DuckDB's `inet` type is an extension that would have to be downloaded, so the text is taken apart. The common spelling of an
 * IPv6 address shows its first three groups in full; only others take the long way, which writes out the zeros of `::`.
 */
function networkPrefix(address: string): string {
  const ipv4 = (sql: string) =>
    `concat(split_part(${sql}, '.', 1), '.', split_part(${sql}, '.', 2), '.', split_part(${sql}, '.', 3), '.0/24')`;
  const group = (sql: string) => `coalesce(nullif(ltrim(lower(${sql}), '0'), ''), '0')`;
  const ipv6 = (groupAt: (index: number) => string) =>
    `concat(${group(groupAt(1))}, ':', ${group(groupAt(2))}, ':', ${group(groupAt(3))}, '::/48')`;
  const part = (index: number) => `split_part(${address}, ':', ${index})`;
  const side = (index: number) =>
    `list_filter(string_split(split_part(${address}, '::', ${index}), ':'), lambda g: g <> '')`;
  const written = `list_resize(${side(1)}, greatest(8 - len(${side(2)}), 0)::BIGINT, '0') || ${side(2)}`;
  const writtenOut = ipv6((index) => `list_extract(${written}, ${index})`);
  // Zero groups at the end belong to the `::`; when all three are zero, so does the first.
  const shortened = `regexp_replace(regexp_replace(${writtenOut}, '(:0)+::/48$', '::/48'), '^0::/48$', '::/48')`;
  const inFull = `${part(1)} <> '' and ltrim(${part(2)}, '0') <> '' and ltrim(${part(3)}, '0') <> ''`;
  return `(case when ${address} is null then null when not contains(${address}, ':') then ${ipv4(address)} when contains(${address}, '.') then ${ipv4(`list_extract(string_split(${address}, ':'), -1)`)} when ${inFull} then ${ipv6(part)} else ${shortened} end)`;
}
