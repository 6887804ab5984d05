import { UTCDate } from '@date-fns/utc';
import { isValid } from 'date-fns/isValid';
import { parse } from 'date-fns/parse';
import type { MappingFile } from '../../config/config.ts';
import { type ReadTime, toEpochMs } from '../normalize.ts';

export interface TimeProblem {
  readonly problem: string;
  /** The cell lacks a zone and none was declared: true of every row alike. */
  readonly isZone?: true;
}

/**
 * Reads the time cells of a mapped file: ISO 8601, unix times, or the mapping's own `timeFormat`. A time without an offset is in
 * the mapping's zone, else in the input's; without either, and on a clock reading that did not exist or came twice, it is a problem.
 */
export function createTimeReader(
  mapping: MappingFile,
  inputZone: string | undefined,
): (cell: unknown) => number | TimeProblem {
  const timeZone = mapping.timeZone ?? inputZone;
  const read = mapping.timeFormat === undefined ? readIso(timeZone) : readFormat(mapping.timeFormat, timeZone);
  // Rows of one bucket follow each other, so the last cell is usually the next one too.
  let last: { cell: unknown; result: number | TimeProblem } | undefined;
  return (cell) => {
    if (last === undefined || last.cell !== cell) last = { cell, result: judge(cell, read(cell), timeZone) };
    return last.result;
  };
}

function judge(cell: unknown, time: ReadTime | undefined, timeZone: string | undefined): number | TimeProblem {
  const shown = JSON.stringify(cell) ?? 'empty';
  if (time === undefined) return { problem: `${shown} is not a time` };
  if (time.assumedZone) return { problem: `${shown} has no zone; add \`timeZone:\` to the mapping`, isZone: true };
  if (time.clock === 'skipped')
    return { problem: `${shown} did not exist in ${timeZone}: the clocks were put forward` };
  if (time.clock === 'ambiguous')
    return { problem: `${shown} came twice in ${timeZone}: the clocks were put back; export the file in UTC` };
  return time.at;
}

function readIso(timeZone: string | undefined) {
  return (cell: unknown) => toEpochMs(cell, { timeZone });
}

/** date-fns tokens that carry an offset, outside quoted text. */
const OFFSET_TOKEN = /[xXtT]/;

function readFormat(format: string, timeZone: string | undefined) {
  const absolute = OFFSET_TOKEN.test(format.replace(/'[^']*'/g, ''));
  return (cell: unknown): ReadTime | undefined => {
    if (typeof cell !== 'string' && typeof cell !== 'number') return undefined;
    // In UTC, so that the machine's zone plays no part; the wall clock reading is then placed in the declared zone.
    const wall = parse(String(cell), format, new UTCDate(Date.UTC(2000, 0, 1)));
    if (!isValid(wall)) return undefined;
    const text = new Date(wall.getTime()).toISOString();
    return toEpochMs(absolute ? text : text.slice(0, -1), { timeZone });
  };
}
