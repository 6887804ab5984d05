import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadWorkspace } from '../../../src/config/config.ts';
import { makeWorkspace } from '../config/workspace-fixture.ts';
import { runCommand } from './streams-fixture.ts';

test('the destinations of a new workspace are right as soon as their comment is taken away', async () => {
  const dir = join(await makeWorkspace(), 'my-soc');
  await mkdir(dir);
  expect((await runCommand(['init', dir])).exitCode).toBe(0);
  for (const name of ['debrief.yaml', 'customers/example.yaml']) {
    const text = await readFile(join(dir, name), 'utf8');
    await writeFile(join(dir, name), text.replace(/^# (destinations:.*)\n# {3}- /m, '$1\n  - '));
  }
  const { provider, customers } = await loadWorkspace(dir);
  expect(provider.destinations).toMatchObject([{ id: 'helpdesk', token: 'env:RT_TOKEN' }]);
  expect(customers[0]?.destinations).toMatchObject([{ id: 'helpdesk', requestors: ['@shop.example'] }]);
});
