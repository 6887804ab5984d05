import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { SAMPLE_WORKSPACE } from '../../support/truth.ts';

/** A record of a log, as `JSON.parse` gives it. */
export type LogRecord = Readonly<Record<string, unknown>>;

/**
 * Every record of the case's log files whose names start so, in the order of names and lines: one `JSON.parse` a line and
 * nothing clever. It shares no code with the generator or with ingest, so that agreement means something.
 */
export function readRecords(caseId: string, startOfName: string): LogRecord[] {
  const folder = `${SAMPLE_WORKSPACE}incidents/${caseId}/logs`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(startOfName))
    .sort()
    .flatMap((name) =>
      gunzipSync(readFileSync(`${folder}/${name}`))
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line): LogRecord => JSON.parse(line)),
    );
}

/** @throws when the field is not a number: a log that lost a field must not count as zero. */
export function numberIn(record: LogRecord, field: string): number {
  const value = record[field];
  if (typeof value !== 'number') throw new TypeError(`${field} is ${JSON.stringify(value)}, not a number`);
  return value;
}

export function textIn(record: LogRecord, field: string): string {
  const value = record[field];
  if (typeof value !== 'string') throw new TypeError(`${field} is ${JSON.stringify(value)}, not a text`);
  return value;
}

export function listIn(record: LogRecord, field: string): readonly unknown[] {
  const value = record[field];
  if (!Array.isArray(value)) throw new TypeError(`${field} is ${JSON.stringify(value)}, not a list`);
  return value;
}

/** Sums of `amountOf` (1 when left out) by key, largest first and by name on ties, as a list of pairs. */
export function sumBy<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  amountOf: (row: T) => number = () => 1,
): [key: string, sum: number][] {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + amountOf(row));
  return [...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
