import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 1_048_576;

/** Text of a file in pieces, unpacked. Whoever stops early leaves no open file behind; damage is thrown by the loop. */
export async function* readText(
  path: string,
  options: { readonly gzip: boolean; readonly signal?: AbortSignal },
): AsyncGenerator<Buffer, void, undefined> {
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    const text: AsyncIterable<Buffer> = options.gzip ? source.pipe(gunzip) : source;
    for await (const chunk of text) {
      options.signal?.throwIfAborted();
      yield chunk;
    }
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
