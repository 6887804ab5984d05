import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../../src/errors.ts';

test('the page of errors has one line for each code, with its exit code, its meaning and what to do', async () => {
  const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (\d) +\| (.+?) +\| (.+?) +\|$/gm)];
  expect(rows.map(([, code, exit, meaning]) => ({ code, exit, meaning }))).toEqual(
    Object.entries(ERROR_CODES).map(([code, { exit, meaning }]) => ({ code, exit: String(exit), meaning })),
  );
});
