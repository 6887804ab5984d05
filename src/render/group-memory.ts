import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Memory of all processes of a group: private pages and their part of shared ones. `undefined` where the system does not tell
 * (elsewhere than on Linux) or the group is gone.
 */
export async function groupMemoryBytes(group: number, proc = '/proc'): Promise<number | undefined> {
  const names = await readdir(proc).catch(() => []);
  let sum: number | undefined;
  for (const name of names.filter((candidate) => /^\d+$/.test(candidate))) {
    if ((await groupOf(join(proc, name))) !== group) continue;
    const rollup = await readFile(join(proc, name, 'smaps_rollup'), 'utf8').catch(() => '');
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
    if (kilobytes !== undefined) sum = (sum ?? 0) + Number(kilobytes) * 1024;
  }
  return sum;
}

async function groupOf(folder: string): Promise<number | undefined> {
  const stat = await readFile(join(folder, 'stat'), 'utf8').catch(() => ''); // gone meanwhile
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // a name may hold anything
  const group = afterName[2];
  return group === undefined ? undefined : Number(group);
}
