import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportError } from '../../errors.ts';
import { outputFault } from '../output-fault.ts';

/**
 * The bytes that are to be delivered, by their sha256, in `.debrief/artifacts`. They are frozen before the first attempt, so
 * that every later one sends the same, also when the report folder is gone by then.
 */
export async function freezeArtifact(workspaceDir: string, content: Uint8Array): Promise<string> {
  const sha256 = digestOf(content);
  const folder = folderOf(workspaceDir);
  const path = join(folder, sha256);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (await isIntact(path, sha256)) {
      const now = new Date();
      await utimes(path, now, now); // needed again
      return sha256;
    }
    const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
    const handle = await open(partial, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
    if (process.platform !== 'win32') {
      await using folderHandle = await open(folder, 'r');
      await folderHandle.sync();
    }
    return sha256;
  } catch (error) {
    throw outputFault(error, path);
  }
}

/** @throws ReportError `report-altered` when the bytes are gone or are others. */
export async function readArtifact(workspaceDir: string, sha256: string): Promise<Uint8Array> {
  const path = join(folderOf(workspaceDir), sha256);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes !== undefined && digestOf(bytes) === sha256) return bytes;
  throw new ReportError(
    'report-altered',
    `${path} ${bytes === undefined ? 'is gone' : 'was changed'}; it is what was to be delivered`,
    {
      where: { file: path },
      hint: 'Make a new revision of the report and deliver that.',
    },
  );
}

/** What was frozen less than this ago may be of a delivery that is just being written down. */
const FRESH_MS = 60 * 60_000;

/** Removes what no unfinished delivery needs any more. */
export async function thawArtifacts(workspaceDir: string, stillNeeded: ReadonlySet<string>): Promise<void> {
  const folder = folderOf(workspaceDir);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!/^[0-9a-f]{64}(?:\.[0-9a-f]{12}\.partial)?$/.test(name) || stillNeeded.has(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > FRESH_MS) await rm(path, { force: true });
  }
}

function folderOf(workspaceDir: string): string {
  return join(workspaceDir, '.debrief', 'artifacts');
}

async function isIntact(path: string, sha256: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes !== undefined && digestOf(bytes) === sha256;
}

export function digestOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
