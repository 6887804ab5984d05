import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { reportJsonSchema } from '../../../src/deliver/deliver.ts';

test('the published schema of report.json is the one in the program (cure: npm run schemas)', async () => {
  const published = await readFile(new URL('../../../docs/schema/report.schema.json', import.meta.url), 'utf8');
  expect(published).toBe(`${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
});
