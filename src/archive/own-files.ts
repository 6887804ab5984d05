import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

// How the archive looks at what lies in a folder of one customer: never through a link, so that no name in it leads to another's.

const READ_ONLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/** The folder `place` of the workspace without links in it, and the names in it; none when it is a link or not there. */
export async function openOwnFolder(
  workspaceDir: string,
  place: string,
): Promise<{ readonly home: string; readonly names: readonly string[] }> {
  const home = join(await realpath(workspaceDir), place);
  // A folder that is a link, or lies behind one, may be somebody else's.
  const isOwn = (await realpath(home).catch(() => undefined)) === home;
  const names = isOwn ? await readdir(home).catch(() => []) : [];
  return { home, names: names.sort() };
}

export async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

export async function isRegularFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}

/** What stands in the way when a file is not there. */
export const MISSING = { problem: 'does not exist' } as const;

/** A whole file of at most `largest` bytes, not through a link, or what stands in the way. */
export async function readOwnFile(
  path: string,
  largest: number,
): Promise<{ readonly content: Buffer } | { readonly problem: string }> {
  try {
    await using handle = await open(path, READ_ONLY);
    const stat = await handle.stat();
    if (!stat.isFile()) return { problem: 'is not a regular file' };
    if (stat.size > largest) return { problem: `is ${stat.size} bytes long; at most ${largest} are read` };
    return { content: await handle.readFile() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    if (code === undefined) throw new Error(`${path} could not be read`, { cause: error });
    if (code === 'ENOENT') return MISSING;
    return code === 'ELOOP' ? { problem: 'is a link' } : { problem: `cannot be read (${code})` };
  }
}
