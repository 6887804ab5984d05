import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fontFolders } from './fonts.ts';

const PREFIX = 'debrief-browser-';

/** The temporary folder of one browser: profile, fontconfig, everything that it writes. */
export interface RunFolder {
  readonly path: string;
  readonly profile: string;
  readonly fontConfig: string;
}

export async function makeRunFolder(): Promise<RunFolder> {
  await sweepRunFolders();
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(path, 'owner'), String(process.pid));
  const profile = join(path, 'profile');
  await mkdir(profile);
  const fontConfig = join(path, 'fonts.conf');
  await writeFile(fontConfig, fontConfigOf(join(path, 'font-cache')));
  return { path, profile, fontConfig };
}

export async function removeRunFolder(folder: RunFolder): Promise<void> {
  await rm(folder.path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
}

/** Removes what runs left behind that were killed. A folder belongs to the process whose id stands in it. */
async function sweepRunFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((candidate) => candidate.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    const owner = Number(await readFile(join(path, 'owner'), 'utf8').catch(() => ''));
    // No owner yet: another process is just making it.
    if (owner > 0 && !isRunning(owner)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
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

/**
 * Our fonts and none of the system's: a document is the same on every machine, and what it lacks is told, not borrowed.
 * Without a single TTF a page prints blank.
 */
function fontConfigOf(cacheFolder: string): string {
  const folders = fontFolders().map((folder) => `<dir>${escapeXml(folder)}</dir>`);
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>${folders.join('')}<cachedir>${escapeXml(cacheFolder)}</cachedir></fontconfig>
`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
}
