import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { groupMemoryBytes } from '../../../src/render/group-memory.ts';

async function procWith(processes: Readonly<Record<string, readonly [stat: string, pssKilobytes: number]>>) {
  const proc = await mkdtemp(join(tmpdir(), 'debrief-proc-'));
  onTestFinished(() => rm(proc, { recursive: true, force: true }));
  for (const [pid, [stat, pss]] of Object.entries(processes)) {
    await mkdir(join(proc, pid));
    await writeFile(join(proc, pid, 'stat'), `${pid} ${stat}\n`);
    await writeFile(
      join(proc, pid, 'smaps_rollup'),
      `00400000-7ff ---p\nRss: 9999 kB\nPss: ${pss} kB\nPss_Dirty: 1 kB\n`,
    );
  }
  return proc;
}

test('the memory of a browser is that of all processes of its group and of no other', async () => {
  const proc = await procWith({
    '100': ['(chrome) S 1 100 100 0', 1000],
    '101': ['(chrome --type=(x) y) S 100 100 100 0', 500],
    '200': ['(node) S 1 200 100 0', 7000],
    self: ['(node) S 1 100 100 0', 7000],
  });
  expect(await groupMemoryBytes(100, proc)).toBe(1500 * 1024);
  expect(await groupMemoryBytes(300, proc)).toBeUndefined();
});

test('where the system does not tell it is unknown', async () => {
  expect(await groupMemoryBytes(100, '/nowhere')).toBeUndefined();
});
