import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { inspect } from 'node:util';
import { ReportError } from '../errors.ts';
import { hideOwnSecret } from '../model/secrets.ts';

/** A shorter one would be found in ordinary words when output is searched for it. */
const SHORTEST = 8;
const LONGEST = 8192;

/** A secret that shows itself only when asked by name; printing, logging or storing it gives `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')]) hideOwnSecret(form);
  }

  reveal(): string {
    return this.#value;
  }

  /** `user:secret` as basic authentication sends it. */
  basicFor(user: string): string {
    const encoded = Buffer.from(`${user}:${this.#value}`).toString('base64');
    hideOwnSecret(encoded);
    return `Basic ${encoded}`;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}

/**
 * Reads a secret by its reference, each time anew: it may have been changed meanwhile.
 * @throws ReportError `secret-unreadable`, which names the reference and never the secret.
 */
export async function readSecret(reference: string): Promise<Secret> {
  const [, scheme, rest = ''] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  if (scheme === undefined) throw new Error('a checked configuration holds references only');
  const found = scheme === 'env' ? process.env[rest] : await readSecretFile(rest);
  const value = found?.replace(/\r?\n$/, '') ?? '';
  if (value === '') throw unreadable(reference, scheme === 'env' ? 'is not set' : 'is empty');
  if (value.length < SHORTEST) throw unreadable(reference, `has fewer than ${SHORTEST} characters`);
  if (/[\r\n\0]/.test(value)) throw unreadable(reference, 'has more than one line');
  return new Secret(value);
}

/** The mode is looked at on the open file, so that it is the one that is read. */
async function readSecretFile(path: string): Promise<string> {
  try {
    await using handle = await open(path, constants.O_RDONLY);
    const { mode, size } = await handle.stat();
    if (process.platform !== 'win32' && (mode & 0o027) !== 0)
      throw unreadable(`file:${path}`, `has mode ${(mode & 0o777).toString(8)}; others may use it`);
    if (size > LONGEST) throw unreadable(`file:${path}`, `is longer than ${LONGEST} bytes`);
    return await handle.readFile('utf8');
  } catch (error) {
    if (error instanceof ReportError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw unreadable(`file:${path}`, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`);
  }
}

function unreadable(reference: string, problem: string): ReportError {
  return new ReportError('secret-unreadable', `${reference} ${problem}`, {
    hint: 'Set the variable, or write the secret into a file that only this user can read (chmod 600).',
  });
}
