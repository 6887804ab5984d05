import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';

/** Machine and process in the name of a folder, so that a folder has its owner from the moment it is there. */
const OWNER = /^-([0-9a-z]*)-(\d+)-\w+$/;

/** Folders of this process: in a container an earlier run had the same number. */
const own = new Set<string>();

/**
 * A new folder of this process below `parent`. First, those with the same `prefix` that killed processes of this machine left
 * behind are removed.
 */
export async function makeScratchFolder(parent: string, prefix: string): Promise<string> {
  const machine = hostname()
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, '');
  await sweep(parent, prefix, machine);
  const path = await mkdtemp(join(parent, `${prefix}-${machine}-${process.pid}-`));
  own.add(basename(path));
  return path;
}

/** Removes the folder and forgets it; one that is not there is fine. */
export async function removeScratchFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  own.delete(basename(path));
}

async function sweep(parent: string, prefix: string, machine: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const owner = name.startsWith(prefix) ? OWNER.exec(name.slice(prefix.length)) : null;
    if (!owner || own.has(name) || owner[1] !== machine) continue;
    const pid = Number(owner[2]);
    if (pid !== process.pid && isRunning(pid)) continue;
    // Another run may be sweeping too.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
