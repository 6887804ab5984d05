import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { MAX_LINE_BYTES } from '../engine/engine.ts';
import { ReportError } from '../errors.ts';

const CHUNK_BYTES = 1_048_576;
const NEWLINE = 0x0a;
/** A log that shrinks to less than 1/200 is a bomb; short texts may. */
const MAX_RATIO = 200;
const RATIO_APPLIES_FROM = 64 * 1_048_576;
/** Lines are looked at one by one up to here: small files are known in full, of large ones that would take too long. */
const WHOLE_BYTES = 2 * 1_048_576;
const MAX_TEXT_BYTES = 64 * 1024 ** 3;

export interface InspectOptions {
  /** Name for messages. */
  readonly file: string;
  readonly gzip: boolean;
  readonly signal: AbortSignal;
  /** Every piece of the text, decompressed, in order; to be copied when it is kept. */
  readonly onText?: (chunk: Buffer) => void;
  /** Nearly all lines of the first two mebibytes, then about two a mebibyte, the last of the file among them. */
  readonly onLine?: (line: Buffer) => void;
  /** Texts to look for in all of the file, and who is told, once, that one is there. */
  readonly watch?: { readonly texts: readonly string[]; readonly onSeen: (text: string) => void };
  /** Row logs have short lines; a document may be one long line. */
  readonly limitLines?: boolean;
  /** Largest text that is taken. */
  readonly maxTextBytes?: number;
}

export interface Inspection {
  /** Of the file as it lies on the disk. */
  readonly sha256: string;
  readonly bytes: number;
  readonly endsWithNewline: boolean;
}

/**
 * Reads a file once from end to end beside the engine: hash, whole gzip members with the right checksum and nothing after them,
 * no bomb, no endless line. Memory stays at a few mebibytes whatever the file holds.
 *
 * @throws ReportError `input-unreadable` with the file and, for a line, its number.
 */
export async function inspect(path: string, options: InspectOptions): Promise<Inspection> {
  const hash = createHash('sha256');
  const check = new TextCheck(options);
  let bytes = 0;
  const counted = (block: Buffer) => {
    hash.update(block);
    bytes += block.length;
  };
  const blocks = () => blocksOf(path, options.signal, counted);
  try {
    if (options.gzip) await unpack(blocks(), check, options.file);
    else for await (const block of blocks()) check.add(block);
  } catch (error) {
    throw asDamage(error, options.file);
  }
  return { sha256: hash.digest('hex'), bytes, endsWithNewline: check.endsWithNewline };
}

async function unpack(blocks: AsyncIterable<Buffer>, check: TextCheck, file: string): Promise<void> {
  let packed = 0;
  const copies = async function* () {
    for await (const block of blocks) {
      packed += block.length;
      // The unpacker holds on to what it was given; packed blocks are few.
      yield Buffer.from(block);
    }
  };
  const source = Readable.from(copies());
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      check.add(chunk);
      check.refuseBomb(gunzip.bytesWritten);
    }
    // The unpacker stops where the gzip ends; what follows is not what the sender packed.
    if (!source.readableEnded || gunzip.bytesWritten !== packed)
      throw damaged(file, 'there are other bytes after its end');
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** The file in blocks. Each is only valid until the next one is asked for: one piece of memory serves them all. */
async function* blocksOf(
  path: string,
  signal: AbortSignal,
  seen: (block: Buffer) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const file = await open(path);
  try {
    const memory = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(memory, 0, memory.length);
      if (bytesRead === 0) return;
      const block = memory.subarray(0, bytesRead);
      seen(block);
      yield block;
    }
  } finally {
    await file.close();
  }
}

class TextCheck {
  readonly #options: InspectOptions;
  #bytes = 0;
  #line = 1;
  /** Bytes of the line that the last piece left open. */
  #open = 0;
  /** Texts that were not seen yet. */
  readonly #unseen: Set<string>;
  /** End of the last piece, in which one of them may begin. */
  #tail = Buffer.alloc(0);

  constructor(options: InspectOptions) {
    this.#options = options;
    this.#unseen = new Set(options.watch?.texts);
  }

  /** True for an empty text. */
  get endsWithNewline(): boolean {
    return this.#open === 0;
  }

  add(chunk: Buffer): void {
    const { onText, onLine, maxTextBytes = MAX_TEXT_BYTES } = this.#options;
    onText?.(chunk);
    this.#lookFor(chunk);
    const isWhole = this.#bytes < WHOLE_BYTES;
    this.#bytes += chunk.length;
    if (this.#bytes > maxTextBytes)
      throw new ReportError('input-unreadable', `The text is longer than ${sizeOf(maxTextBytes)}.`, {
        where: { file: this.#options.file },
        hint: 'Split the file.',
      });
    let start = 0;
    let before = 0;
    let sampled = false;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#checkLine(this.#open + end - start);
      // The first line of a piece may have begun in the one before.
      if (start > 0 && (!sampled || isWhole)) {
        sampled = true;
        onLine?.(chunk.subarray(start, end));
      }
      this.#line += 1;
      this.#open = 0;
      before = start;
      start = end + 1;
    }
    if (start > before && before > 0) onLine?.(chunk.subarray(before, start - 1));
    this.#open += chunk.length - start;
    this.#checkLine(this.#open);
  }

  refuseBomb(packedBytes: number): void {
    if (this.#bytes >= RATIO_APPLIES_FROM && this.#bytes > packedBytes * MAX_RATIO)
      throw new ReportError(
        'input-unreadable',
        `It grows to more than ${MAX_RATIO} times its size when it is unpacked, which no log does.`,
        { where: { file: this.#options.file }, hint: 'Get the file again from its source.' },
      );
  }

  #lookFor(chunk: Buffer): void {
    for (const text of this.#unseen) {
      const joint = Buffer.concat([this.#tail, chunk.subarray(0, text.length)]);
      if (!chunk.includes(text) && !joint.includes(text)) continue;
      this.#unseen.delete(text);
      this.#options.watch?.onSeen(text);
    }
    const longest = Math.max(0, ...Array.from(this.#unseen, (text) => text.length));
    if (longest > 0) this.#tail = Buffer.from(chunk.subarray(Math.max(0, chunk.length - longest)));
  }

  #checkLine(bytes: number): void {
    if (this.#options.limitLines !== false && bytes > MAX_LINE_BYTES)
      throw new ReportError('input-unreadable', `The line is longer than ${sizeOf(MAX_LINE_BYTES)}.`, {
        where: { file: this.#options.file, line: this.#line },
        hint: 'A record of a log is a few kilobytes; remove the line or export the file again.',
      });
  }
}

function sizeOf(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${bytes / 1024 ** 3} GiB` : `${bytes / 1024 ** 2} MiB`;
}

/** The fault that a failed read of a file is, from the error of the stream. */
export function asDamage(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof ReportError) return error;
  if (code === 'Z_BUF_ERROR') return damaged(file, 'it ends in the middle', error);
  if (code === 'Z_DATA_ERROR') {
    const message = error instanceof Error ? error.message : '';
    return damaged(
      file,
      message.includes('header') ? 'there are other bytes after its end' : 'its checksum is wrong',
      error,
    );
  }
  if (error instanceof Error && error.name === 'AbortError')
    return new ReportError('cancelled', 'Reading was stopped.', { where: { file }, cause: error });
  if (code === 'ENOENT')
    return new ReportError('file-not-found', 'The file does not exist.', { where: { file }, cause: error });
  if (code === 'EACCES' || code === 'EPERM')
    return new ReportError('input-unreadable', 'The system does not permit reading the file.', {
      where: { file },
      hint: 'Give the user that runs Debrief the right to read it.',
      cause: error,
    });
  return new ReportError('input-unreadable', 'The file cannot be read.', {
    where: { file },
    ...(error instanceof Error && { hint: error.message }),
    cause: error,
  });
}

function damaged(file: string, how: string, cause?: unknown): ReportError {
  return new ReportError('input-unreadable', `The gzip file is damaged: ${how}.`, {
    where: { file },
    hint: 'Copy or download it again; a part of a damaged file is never used.',
    ...(cause !== undefined && { cause }),
  });
}
