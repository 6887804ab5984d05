import { readFile } from 'node:fs/promises';
import { ReportError } from '../errors.ts';

/** A shorter key could be found by trying all. */
const SHORTEST_KEY = 16;

/**
 * The key behind `env:NAME` or `file:/absolute/path`, without the line break at its end.
 * @throws ReportError `config-invalid`, which names the reference and never the key.
 */
export async function readRedactionKey(reference: string): Promise<string> {
  const [scheme, place = ''] = [
    reference.slice(0, reference.indexOf(':')),
    reference.slice(reference.indexOf(':') + 1),
  ];
  const found = scheme === 'env' ? process.env[place] : await readFile(place, 'utf8').catch(() => undefined);
  const key = found?.replace(/\r?\n$/, '') ?? '';
  if (key.length >= SHORTEST_KEY) return key;
  throw new ReportError(
    'config-invalid',
    `the key of pseudonyms ${reference} ${key === '' ? 'cannot be read' : `has fewer than ${SHORTEST_KEY} characters`}`,
    {
      hint: 'Set the variable, or write the key into a file that only this user can read. Keep it: another key gives other names.',
    },
  );
}
