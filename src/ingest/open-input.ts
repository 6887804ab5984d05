import { isUtf8 } from 'node:buffer';
import type { CaseInput } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import type { InputDocument } from './format.ts';
import { asDamage, inspect } from './inspect.ts';
import { type JsonText, readJsonText } from './json-text.ts';
import { type CopySource, type CsvShape, copyCsv, copyRecords, copyWithoutMark } from './logpush/copy.ts';
import { noteLine } from './logpush/file-check.ts';
import type { LogDataset } from './logpush/log-dataset.ts';
import { datasetOfFields, datasetOfRecord, formatOf, isRecord, LOG_DATASETS } from './logpush/recognise.ts';
import type { RowLog } from './logpush/row-log.ts';
import { readText } from './text-stream.ts';

const HEAD_BYTES = 262_144;
/** Lines of the beginning that are looked at; a few broken ones first do not hide what a file is. */
const HEAD_LINES = 200;
/** Larger inputs are logs; a document of this size is held as text. */
const MAX_DOCUMENT_BYTES = 256 * 1_048_576;

const ARCHIVES: readonly { readonly magic: string; readonly name: string }[] = [
  { magic: '504b0304', name: 'a zip archive' },
  { magic: '28b52ffd', name: 'a Zstandard file' },
  { magic: '425a68', name: 'a bzip2 file' },
  { magic: 'fd377a585a00', name: 'an xz file' },
  { magic: '50415231', name: 'a Parquet file' },
  { magic: '25504446', name: 'a PDF' },
];

export interface OpenedDocument {
  readonly kind: 'document';
  readonly document: InputDocument;
  readonly sha256: string;
  readonly bytes: number;
}

export interface OpenOptions {
  /** For copies of logs that the engine cannot read as they are. */
  readonly scratchDir: string;
  readonly signal: AbortSignal;
}

/**
 * Opens one input: packed or not, which encoding, and whether it is a log of rows for the engine or a document to be read whole.
 * Only the content decides, or `format:` of the case file; never the name of the file.
 *
 * @throws ReportError `input-unreadable` when it is empty, damaged, no UTF-8 or too large; `input-invalid` for JSON that is
 * nested too deep or has a key twice; `input-format-unknown` when it is not what `format:` says.
 */
export async function openInput(
  input: CaseInput,
  number: number,
  options: OpenOptions,
): Promise<RowLog | OpenedDocument> {
  const file = input.path;
  const start = await readStart(input.absolutePath, { gzip: false, most: 16, file });
  refuseArchive(start, file);
  const gzip = start[0] === 0x1f && start[1] === 0x8b;
  const head = await readStart(input.absolutePath, { gzip, most: HEAD_BYTES, file });
  refuseEncoding(head, file);
  const inputId = `in${number}`;
  const source: CopySource = {
    path: input.absolutePath,
    file,
    gzip,
    scratchDir: options.scratchDir,
    inputId,
    signal: options.signal,
  };
  const opened = await openRows(input, number, source, head);
  if (opened) return opened;
  if (isLogFormat(input.format)) throw notAsDeclared(input, file);
  return openDocument(input, number, source);
}

function isLogFormat(format: string | undefined): boolean {
  return format?.startsWith('logpush') === true;
}

/** A log of rows when a line of the beginning is a record of one, or the first line names the fields of one. */
async function openRows(
  input: CaseInput,
  number: number,
  source: CopySource,
  head: Buffer,
): Promise<RowLog | undefined> {
  if (input.format !== undefined && !isLogFormat(input.format)) return undefined;
  const hasMark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const lines = head
    .subarray(hasMark ? 3 : 0)
    .toString()
    .split('\n');
  // The last one may have been cut by us.
  if (head.length >= HEAD_BYTES) lines.pop();
  const log = { input, keys: new Set<string>(), datasets: new Set<LogDataset>() };
  let zoneless = false;
  for (const line of lines.slice(0, HEAD_LINES)) zoneless = noteLine(log, line) || zoneless;
  if (log.datasets.size > 0) {
    if (!isDeclared(input.format, log.datasets)) return undefined;
    const copy = hasMark ? await copyWithoutMark(source) : undefined;
    return rowLog(log, { number, source, zoneless, copy });
  }
  const shape = csvShape(input, lines.find((line) => line.trim() !== '') ?? '');
  return shape && (await openCsv(input, number, source, shape));
}

function rowLog(
  log: { readonly input: CaseInput; readonly keys: Set<string>; readonly datasets: Set<LogDataset> },
  options: {
    readonly number: number;
    readonly source: CopySource;
    readonly zoneless: boolean;
    readonly copy: Awaited<ReturnType<typeof copyCsv>> | undefined;
  },
): RowLog {
  const { source, copy } = options;
  return {
    kind: 'rows',
    ...log,
    inputId: source.inputId,
    number: options.number,
    path: copy?.path ?? source.path,
    gzip: copy === undefined && source.gzip,
    zoneless: options.zoneless,
    copied: copy !== undefined,
    ...(copy?.lineOfRecord && { lineOfRecord: copy.lineOfRecord }),
  };
}

/** `logpush` takes any kind; `logpush/<name>` must be among those that were found. */
function isDeclared(format: string | undefined, found: Iterable<LogDataset>): boolean {
  return format === undefined || format === 'logpush' || [...found].some((dataset) => formatOf(dataset) === format);
}

/** The columns of a CSV log: named by the case file, or by a first line that has the fields of a log. */
function csvShape(
  input: CaseInput,
  firstLine: string,
): (CsvShape & { readonly fields: readonly string[] }) | undefined {
  for (const delimiter of [',', '\t', ';', '|']) {
    const cells = firstLine.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (cells.length < 2) continue;
    const header = datasetOfFields(cells);
    if (header && isDeclared(input.format, [header])) return { delimiter, fields: cells };
    const named = input.fields && datasetOfFields(input.fields);
    if (input.fields && named && cells.length >= input.fields.length && isDeclared(input.format, [named]))
      return { delimiter, names: input.fields, fields: input.fields };
  }
  return undefined;
}

async function openCsv(
  input: CaseInput,
  number: number,
  source: CopySource,
  shape: CsvShape & { readonly fields: readonly string[] },
): Promise<RowLog> {
  const dataset = datasetOfFields(shape.fields);
  const log = { input, keys: new Set(shape.fields), datasets: new Set(dataset ? [dataset] : []) };
  return rowLog(log, { number, source, zoneless: false, copy: await copyCsv(source, shape) });
}

async function openDocument(input: CaseInput, number: number, source: CopySource): Promise<RowLog | OpenedDocument> {
  const chunks: Buffer[] = [];
  const file = input.path;
  const { sha256, bytes } = await inspect(input.absolutePath, {
    file,
    gzip: source.gzip,
    signal: source.signal,
    limitLines: false,
    maxTextBytes: MAX_DOCUMENT_BYTES,
    onText: (chunk) => chunks.push(Buffer.from(chunk)),
  });
  const text = decode(Buffer.concat(chunks), file);
  if (text.trim() === '') throw empty(file);
  const json = readJsonText(text, file);
  const records = json && input.format === undefined ? logRecords(json) : undefined;
  if (records) {
    const log = { input, keys: new Set<string>(), datasets: new Set<LogDataset>() };
    let zoneless = false;
    for (const record of records.values.slice(0, HEAD_LINES))
      zoneless = noteLine(log, JSON.stringify(record)) || zoneless;
    return rowLog(log, { number, source, zoneless, copy: await copyRecords(records.values, records.lineOf, source) });
  }
  const document: InputDocument = {
    input,
    inputId: source.inputId,
    text,
    json: json?.value,
    lineOf: (path) => json?.lineOf(path),
  };
  return { kind: 'document', document, sha256, bytes };
}

/** Records of a log that stand in an array, alone or as the only array of an object around it. */
function logRecords(json: JsonText): { values: readonly unknown[]; lineOf: (index: number) => number } | undefined {
  const place = (path: readonly string[], values: readonly unknown[]) => ({
    values,
    lineOf: (index: number) => json.lineOf([...path, index]) ?? 1,
  });
  const { value } = json;
  if (Array.isArray(value)) return datasetOfRecord(value[0]) ? place([], value) : undefined;
  if (!isRecord(value)) return undefined;
  const lists = Object.entries(value).flatMap(([key, member]) => (Array.isArray(member) ? [{ key, member }] : []));
  const [only] = lists;
  return lists.length === 1 && only && datasetOfRecord(only.member[0]) ? place([only.key], only.member) : undefined;
}

/** The first bytes of the text; fewer when the file is shorter. */
async function readStart(
  path: string,
  options: { readonly gzip: boolean; readonly most: number; readonly file: string },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of readText(path, options)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= options.most) break;
    }
  } catch (error) {
    // Damage behind a beginning that can be read is reported by the check of the whole file.
    if (bytes === 0) throw asDamage(error, options.file);
  }
  const start = Buffer.concat(chunks).subarray(0, options.most);
  if (start.length === 0) throw empty(options.file);
  return start;
}

function refuseArchive(start: Buffer, file: string): void {
  const hex = start.toString('hex');
  const archive = ARCHIVES.find(({ magic }) => hex.startsWith(magic));
  if (archive)
    throw new ReportError('input-unreadable', `The file is ${archive.name}.`, {
      where: { file },
      hint: 'Unpack it, or pack it with gzip.',
    });
}

function refuseEncoding(head: Buffer, file: string): void {
  const mark = head.subarray(0, 2).toString('hex');
  const sample = head.subarray(0, 256);
  const zeros = sample.filter((byte) => byte === 0).length;
  if (mark === 'fffe' || mark === 'feff' || (zeros * 3 > sample.length && isAlternating(sample)))
    throw new ReportError('input-unreadable', 'The text is UTF-16.', {
      where: { file },
      hint: 'Save it as UTF-8.',
    });
}

/** Latin text in UTF-16: every other byte is zero. */
function isAlternating(bytes: Buffer): boolean {
  const odd = bytes.filter((byte, i) => byte === 0 && i % 2 === 1).length;
  const even = bytes.filter((byte, i) => byte === 0 && i % 2 === 0).length;
  return Math.min(odd, even) === 0;
}

function decode(bytes: Buffer, file: string): string {
  if (!isUtf8(bytes)) {
    let line = 1;
    for (let start = 0; start < bytes.length; line += 1) {
      const newline = bytes.indexOf(0x0a, start);
      const end = newline === -1 ? bytes.length : newline;
      if (!isUtf8(bytes.subarray(start, end))) break;
      start = end + 1;
    }
    throw new ReportError('input-unreadable', 'The text is not valid UTF-8.', {
      where: { file, line },
      hint: 'Save it as UTF-8.',
    });
  }
  return new TextDecoder('utf-8').decode(bytes);
}

function empty(file: string): ReportError {
  return new ReportError('input-unreadable', 'The file is empty.', {
    where: { file },
    hint: 'Export it again, or take it out of the case file.',
  });
}

function notAsDeclared(input: CaseInput, file: string): ReportError {
  return new ReportError('input-format-unknown', `No record near its beginning is one of ${input.format}.`, {
    where: { file },
    hint: `A log is told by its fields. Known are ${LOG_DATASETS.map(formatOf).join(', ')}; a CSV without a header needs \`fields:\`.`,
  });
}
