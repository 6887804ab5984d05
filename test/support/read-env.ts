import { readFileSync } from 'node:fs';

/** `NAME=value` lines that a start script wrote; `undefined` when the system was not to be had. */
export function readEnv(file: string | undefined): Readonly<Record<string, string>> | undefined {
  if (file === undefined) return undefined;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
