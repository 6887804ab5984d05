import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 1_048_576;

/** Text of a file in pieces, unpacked. Whoever stops early leaves no open file behind; damage is thrown by the loop. */
export async function* readText(
  path: string,
  options: { readonly gzip: boolean; readonly signal?: AbortSignal },
): AsyncGenerator<Buffer, void, undefined> {
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  // A failing source ends the unpacking with its error, which the loop then throws; nothing is left for the callback.
  const text = options.gzip ? pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : source;
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      options.signal?.throwIfAborted();
      yield chunk;
    }
  } finally {
    source.destroy();
    text.destroy();
  }
}
