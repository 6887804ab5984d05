import { inspect } from '../inspect.ts';
import { toEpochMs } from '../normalize.ts';
import type { LogDataset } from './log-dataset.ts';
import { datasetOfRecord, isRecord } from './recognise.ts';
import type { RowLog } from './row-log.ts';

export interface FileCheck {
  /** Of the file as it was given. */
  readonly sha256: string;
  readonly bytes: number;
  readonly endsWithNewline: boolean;
  /** A time names no zone and none was declared for the file. */
  readonly zoneless: boolean;
}

/** A field without which every number would be wrong: looked for in all of a file, not only in the lines that are looked at. */
const DECISIVE = 'SampleInterval';

/**
 * Reads a file from end to end: hash, damage, bombs, endless lines. On the way lines are looked at, all of a small file and two a
 * mebibyte of a large one, and fields and kinds of log that its beginning did not have are noted in `log`.
 */
export async function checkFile(log: RowLog, signal: AbortSignal): Promise<FileCheck> {
  let zoneless = log.zoneless;
  const onLine = (line: Buffer) => {
    zoneless = noteLine(log, line) || zoneless;
  };
  const watch = {
    texts: log.keys.has(DECISIVE) ? [] : [`"${DECISIVE}"`],
    onSeen: () => log.keys.add(DECISIVE),
  };
  const file = log.input.path;
  if (!log.copied) {
    const { sha256, bytes, endsWithNewline } = await inspect(log.path, { file, gzip: log.gzip, signal, onLine, watch });
    return { sha256, bytes, endsWithNewline, zoneless };
  }
  // The engine reads a copy; what is hashed is the original, which was checked when it was copied.
  const copy = await inspect(log.path, { file, gzip: false, signal, onLine, watch });
  const { sha256, bytes } = await inspect(log.input.absolutePath, { file, gzip: false, signal, limitLines: false });
  return { sha256, bytes, endsWithNewline: copy.endsWithNewline, zoneless };
}

/** Notes the fields and the kind of a record; true when its time has no zone although none was declared. */
export function noteLine(log: Pick<RowLog, 'keys' | 'datasets' | 'input'>, line: Buffer | string): boolean {
  let record: unknown;
  try {
    record = JSON.parse(line.toString());
  } catch {
    return false; // The second look says what is wrong with it.
  }
  const dataset = datasetOfRecord(record);
  if (!isRecord(record) || dataset === undefined) return false;
  log.datasets.add(dataset);
  for (const key of Object.keys(record)) log.keys.add(key);
  return hasZonelessTime(record, dataset, log.input.timeZone);
}

function hasZonelessTime(
  record: Readonly<Record<string, unknown>>,
  dataset: LogDataset,
  timeZone: string | undefined,
): boolean {
  const times = new Set(dataset.times.map((name) => name.toLowerCase()));
  return Object.entries(record).some(
    ([key, value]) => times.has(key.toLowerCase()) && toEpochMs(value, { timeZone })?.assumedZone === true,
  );
}
