import { isUtf8 } from 'node:buffer';
import { toEpochMs } from '../normalize.ts';
import { readText } from '../text-stream.ts';
import type { LogDataset } from './log-dataset.ts';
import { datasetOfRecord, isRecord } from './recognise.ts';
import type { RowLog } from './row-log.ts';

/** What is the matter with a line that the engine took nothing from. */
export interface MissedLine {
  /** 1-based line of the input. */
  readonly line: number;
  readonly isLast: boolean;
  /** The kind of log it belongs to, when it is whole; it was only looked at as another kind. */
  readonly dataset?: LogDataset;
  /** Its field names, when it is an object. */
  readonly keys?: readonly string[];
  /** What it holds, when it belongs to a kind of log. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** Nothing is the matter with it. */
  readonly sound: boolean;
  readonly reason: string;
}

/** Looks up records by position (from 1, rising, blank lines not counted) in a file and says what each one is. */
export async function lookAt(log: RowLog, positions: readonly number[], signal: AbortSignal): Promise<MissedLine[]> {
  const found: MissedLine[] = [];
  let next = 0;
  let record = 0;
  await eachLine(log, signal, (line, number, isLast) => {
    if (!isBlank(line)) {
      record += 1;
      if (record === positions[next]) {
        next += 1;
        const place = log.lineOfRecord?.(record) ?? number;
        found.push({ line: place, isLast, ...judge(line, log) });
      }
    }
    return next < positions.length;
  });
  return found;
}

/** First line (1-based, of the input) whose record satisfies `test`; undefined when none does. */
export async function findLine(
  log: RowLog,
  signal: AbortSignal,
  test: (record: Readonly<Record<string, unknown>>, line: Buffer) => boolean,
): Promise<number | undefined> {
  let found: number | undefined;
  let record = 0;
  await eachLine(log, signal, (line, number) => {
    if (isBlank(line)) return true;
    record += 1;
    const value = parse(line);
    if (isRecord(value) && test(value, line)) found = log.lineOfRecord?.(record) ?? number;
    return found === undefined;
  });
  return found;
}

/** Calls `visit` for each line of a log, blank ones too, until it returns false. Memory stays at one line and one block. */
export async function eachLine(
  log: RowLog,
  signal: AbortSignal,
  visit: (line: Buffer, number: number, isLast: boolean) => boolean | Promise<boolean>,
): Promise<void> {
  let rest = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of readText(log.path, { gzip: log.gzip, signal })) {
    const block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = block.indexOf(0x0a); end !== -1; end = block.indexOf(0x0a, start)) {
      number += 1;
      const more = visit(block.subarray(start, end), number, false);
      // Hardly ever a promise, and waiting for what is none costs more than the line.
      if (!(typeof more === 'boolean' ? more : await more)) return;
      start = end + 1;
    }
    rest = Buffer.from(block.subarray(start));
  }
  if (rest.length > 0) await visit(rest, number + 1, true);
}

/** A line that is no record to the engine either. */
export function isBlank(line: Buffer): boolean {
  const [first] = line;
  // Almost every line begins with a brace; only others are looked at closely.
  return first === undefined || (first <= 0x20 && first !== 0 && line.toString('latin1').trim() === '');
}

function judge(line: Buffer, log: RowLog): Omit<MissedLine, 'line' | 'isLast'> {
  const broken = (reason: string) => ({ sound: false, reason });
  if (line.includes(0)) return broken('it holds NUL bytes');
  if (!isUtf8(line)) return broken('it is not valid UTF-8');
  const value = parse(line);
  if (value === undefined) return broken('it is not valid JSON');
  // A copy says in place of a record why it has none.
  if (log.copied && typeof value === 'string') return broken(value);
  if (!isRecord(value)) return broken('it is not a JSON object');
  const keys = Object.keys(value);
  const dataset = datasetOfRecord(value);
  if (dataset === undefined) return { ...broken('it is not a record of a log that is read'), keys };
  const fault = faultOf(value, dataset, log);
  return {
    sound: fault === undefined,
    reason: fault ?? `it cannot be read as a record of ${dataset.name}`,
    dataset,
    keys,
    record: value,
  };
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

/** The first thing that keeps a record out of its table; undefined when nothing does. */
function faultOf(record: Readonly<Record<string, unknown>>, dataset: LogDataset, log: RowLog): string | undefined {
  const values = new Map(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value]));
  const times = dataset.times.filter((name) => values.has(name.toLowerCase()));
  const readable = times.some(
    (name) => toEpochMs(values.get(name.toLowerCase()), { timeZone: log.input.timeZone }) !== undefined,
  );
  if (!readable) return `${times.join(' and ')} cannot be read as a time`;
  for (const name of [...Object.keys(dataset.counts), 'SampleInterval']) {
    const value = values.get(name.toLowerCase());
    if (value === undefined || value === null) continue;
    const least = name === 'SampleInterval' ? 1 : 0;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) return `${name} is not a number`;
    if (number < least) return `${name} is ${number}; expected at least ${least}`;
  }
  if (dataset.sampled && values.get('sampleinterval') == null) return 'SampleInterval is missing';
  return undefined;
}
