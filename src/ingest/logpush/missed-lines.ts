import type { Engine } from '../../engine/engine.ts';
import type { RejectedRecord } from '../dataset.ts';
import { MOST_REJECTED, refuseTooMany } from '../tolerance.ts';
import { type LogTable, readingOf } from './load-tables.ts';
import { RecordSql } from './record-sql.ts';
import type { RowLog } from './row-log.ts';
import { lookAt, type MissedLine } from './second-look.ts';

/** Records of a file that no table took anything from. */
export interface Missed {
  readonly lines: readonly MissedLine[];
  /** `lines` are all of them. False when there are more than are looked at, or when a second scan missed other ones. */
  readonly complete: boolean;
}

/** Looks at the records without a good row in any table; none when there is one for every record. */
export async function missedLines(
  log: RowLog,
  tables: readonly LogTable[],
  engine: Engine,
  signal: AbortSignal,
): Promise<Missed> {
  const contents = tables.flatMap((table) => table.contents.filter((input) => input.number === log.number));
  const good = contents.reduce((sum, input) => sum + input.rows - input.missed, 0);
  const expected = recordsOf(log, tables) - good;
  if (expected <= 0) return { lines: [], complete: true };
  const readings = tables.map((table) =>
    readingOf(table.dataset, table.keys, log, { engine, weighted: false, strictNumbers: table.strictNumbers }),
  );
  // More need not be looked at: even if every other one is sound, the file is refused.
  const sql = RecordSql.missed(log, readings, 2 * MOST_REJECTED + 2);
  await engine.run(engine.dialect.keepFileOrder(true));
  try {
    const positions = await engine.query<{ n: number }>(sql);
    const lines = await lookAt(
      log,
      positions.map(({ n }) => n),
      signal,
    );
    return { lines, complete: lines.length === expected };
  } finally {
    await engine.run(engine.dialect.keepFileOrder(false));
  }
}

/** Records of a file, blank lines not counted: every table has a row for each, of whatever kind it is. */
export function recordsOf(log: RowLog, tables: readonly LogTable[]): number {
  const rows = tables.flatMap((table) => table.contents.filter((input) => input.number === log.number));
  return Math.max(0, ...rows.map((input) => input.rows));
}

/**
 * The lines as rejected records. A last line without its end is a file that was cut off: it is reported but does not count
 * as a fault of the file.
 *
 * @throws ReportError `input-invalid` when there are more than are tolerated.
 */
export function rejectLines(
  log: RowLog,
  missed: readonly MissedLine[],
  options: { readonly records: number; readonly endsWithNewline: boolean; readonly strict: boolean },
): { readonly rejects: readonly RejectedRecord[]; readonly truncated: boolean } {
  const file = log.input.path;
  const cut = missed.find((line) => line.isLast && !options.endsWithNewline && line.dataset === undefined);
  const rejects = missed.map((line) => ({
    file,
    line: line.line,
    reason: line === cut ? 'the last line is cut off' : line.reason,
  }));
  refuseTooMany(file, rejects, { records: options.records, strict: options.strict, excused: cut ? 1 : 0 });
  return { rejects, truncated: cut !== undefined };
}
