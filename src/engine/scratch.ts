import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Machine, process and run in the name of a folder, so that a folder has its owner from the moment it is there. */
const OWNER = /^-([0-9a-z]*)-(\d+)-([0-9a-f]{8})-\w+$/;

/** Tells this process from an earlier one of the same number, as every run in a container has. */
const RUN = randomBytes(4).toString('hex');

/**
 * A new folder of this process below `parent`. First, those with the same `prefix` that killed processes of this machine left
 * behind are removed.
 */
export async function makeScratchFolder(parent: string, prefix: string): Promise<string> {
  const machine = hostname()
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, '');
  await sweep(parent, prefix, machine);
  return mkdtemp(join(parent, `${prefix}-${machine}-${process.pid}-${RUN}-`));
}

/** Removes the folder; one that is not there is fine. */
export async function removeScratchFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

async function sweep(parent: string, prefix: string, machine: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const owner = name.startsWith(prefix) ? OWNER.exec(name.slice(prefix.length)) : null;
    if (!owner || owner[1] !== machine) continue;
    const pid = Number(owner[2]);
    if (pid === process.pid ? owner[3] === RUN : isRunning(pid)) continue;
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
