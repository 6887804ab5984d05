import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { ReportError } from '../../errors.ts';
import { asDamage, inspect } from '../inspect.ts';
import { readText } from '../text-stream.ts';
import { mendText } from './mend-text.ts';
import { isRecord } from './recognise.ts';
import type { RowLog } from './row-log.ts';
import { eachLine, isBlank } from './second-look.ts';

// The engine reads one shape fast: NDJSON from the first byte. Logs of any other shape are rare and small next to it; they are
// copied into that shape, with the way back to their lines.

const BLOCK_BYTES = 1_048_576;
const NEWLINE = Buffer.from('\n');

export interface CopySource {
  /** File as given. */
  readonly path: string;
  /** Name for messages. */
  readonly file: string;
  readonly gzip: boolean;
  readonly scratchDir: string;
  readonly inputId: string;
  readonly signal: AbortSignal;
}

export interface Copy {
  readonly path: string;
  readonly lineOfRecord?: (record: number) => number;
}

/** Line numbers of records; four bytes each, for logs of millions. */
class LineNumbers {
  #lines = new Uint32Array(1024);
  #count = 0;

  add(line: number): void {
    if (this.#count === this.#lines.length) {
      const larger = new Uint32Array(this.#lines.length * 2);
      larger.set(this.#lines);
      this.#lines = larger;
    }
    this.#lines[this.#count] = line;
    this.#count += 1;
  }

  readonly at = (record: number): number => this.#lines[record - 1] ?? record;
}

/** NDJSON without the byte order mark that the engine would take for a part of the first line. Lines stay where they were. */
export async function copyWithoutMark(source: CopySource): Promise<Copy> {
  const path = join(source.scratchDir, `${source.inputId}.ndjson`);
  let first = true;
  await check(source);
  await pipeline(
    async function* () {
      for await (const chunk of readText(source.path, source)) {
        yield first && chunk[0] === 0xef ? chunk.subarray(3) : chunk;
        first = false;
      }
    },
    createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    { signal: source.signal },
  );
  return { path };
}

/** The records of a JSON array, an object around one, or concatenated objects. */
export async function copyRecords(
  records: readonly unknown[],
  lineOf: (index: number) => number,
  source: CopySource,
): Promise<Copy> {
  const path = await writeLines(source, async (write) => {
    for (const record of records) await write(JSON.stringify(isRecord(record) ? record : null));
  });
  return { path, lineOfRecord: (record) => lineOf(record - 1) };
}

/** A log without some of its lines, and with text that the engine can hold in the others; `mended` counts those. */
export async function copyWithout(
  log: RowLog,
  lines: ReadonlySet<number>,
  options: { readonly scratchDir: string; readonly signal: AbortSignal },
): Promise<Copy & { readonly mended: number }> {
  const numbers = new LineNumbers();
  let mended = 0;
  const path = join(options.scratchDir, `${log.inputId}-sound.ndjson`);
  const file = await open(path, 'wx', 0o600);
  try {
    let record = 0;
    let block: Buffer[] = [];
    let bytes = 0;
    const flush = async () => {
      await file.writeFile(Buffer.concat(block));
      block = [];
      bytes = 0;
    };
    await eachLine(log, options.signal, async (line, number) => {
      if (isBlank(line)) return true;
      record += 1;
      const place = log.lineOfRecord?.(record) ?? number;
      if (!lines.has(place)) {
        numbers.add(place);
        const mendedLine = mendText(line);
        if (mendedLine) mended += 1;
        block.push(mendedLine ?? Buffer.from(line), NEWLINE);
        bytes += line.length;
        if (bytes > BLOCK_BYTES) await flush();
      }
      return true;
    });
    await flush();
  } finally {
    await file.close();
  }
  return { path, lineOfRecord: numbers.at, mended };
}

export interface CsvShape {
  readonly delimiter: string;
  /** Column names, where the file has no header. */
  readonly names?: readonly string[];
}

/** The records of a CSV file. Values stay text; lists and objects, which Logpush writes as JSON, become such again. */
export async function copyCsv(source: CopySource, shape: CsvShape): Promise<Copy> {
  await check(source);
  const lines = new LineNumbers();
  const path = await writeLines(source, async (write) => {
    const text = Readable.from(readText(source.path, source));
    const rows = text.pipe(
      parse({ delimiter: shape.delimiter, bom: true, relax_column_count: true, skip_empty_lines: true, info: true }),
    );
    text.on('error', (error) => rows.destroy(error));
    let names = shape.names;
    try {
      // The parser is told to give each record with its position.
      for await (const { record, info } of rows as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
        if (names === undefined) {
          names = record;
          continue;
        }
        lines.add(info.lines);
        await write(JSON.stringify(toRecord(record, names)));
      }
    } catch (error) {
      if (!(error instanceof CsvError)) throw asDamage(error, source.file);
      throw new ReportError('input-invalid', `The CSV cannot be read: ${error.message}.`, {
        where: { file: source.file, ...(typeof error.lines === 'number' && { line: error.lines }) },
        hint: 'Check the quotes and the delimiter.',
        cause: error,
      });
    }
  });
  return { path, lineOfRecord: lines.at };
}

function toRecord(values: readonly string[], names: readonly string[]): Record<string, unknown> | string {
  if (values.length !== names.length) return `it has ${values.length} columns instead of ${names.length}`;
  return Object.fromEntries(names.map((name, i) => [name, toValue(values[i] ?? '')]));
}

function toValue(text: string): unknown {
  if (!text.startsWith('[') && !text.startsWith('{')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function writeLines(
  source: CopySource,
  fill: (write: (line: string) => Promise<void>) => Promise<void>,
): Promise<string> {
  const path = join(source.scratchDir, `${source.inputId}.ndjson`);
  const file: WriteStream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  // A full disk shows as an error of the stream, also while nobody waits for it.
  const failed = once(file, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  try {
    await fill(async (line) => {
      source.signal.throwIfAborted();
      if (!file.write(`${line}\n`)) await Promise.race([once(file, 'drain'), failed]);
    });
    file.end();
    await Promise.race([once(file, 'finish'), failed]);
  } finally {
    file.destroy();
  }
  return path;
}

/** Damage and bombs are found before a byte is copied. */
async function check(source: CopySource): Promise<void> {
  await inspect(source.path, { file: source.file, gzip: source.gzip, signal: source.signal });
}
