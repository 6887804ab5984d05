import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { unpackBundledBrowser } from './bundled-browser.ts';

/** A browser that may or may not start. */
export interface Candidate {
  /** Where it was found, for people: `on PATH`. */
  readonly source: string;
  readonly executable: string;
  /** Put on LD_LIBRARY_PATH. */
  readonly libraryFolder?: string;
}

const ENVIRONMENT_NAMES = ['PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'] as const;

/** Best first: the headless shell starts in a third of the time and takes half the memory. */
const PATH_NAMES = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'google-chrome-stable',
  'google-chrome',
  'chromium-browser',
] as const;

/** Said when nothing starts. */
export const INSTALL_HINT =
  'install one (Debian: apt-get install --no-install-recommends chromium-headless-shell) or name one with browser.executable';

/**
 * Browsers in the order in which they are tried. One that was named is the only one. The bundled one comes last, is
 * unpacked only when its turn comes, and is tried with the system's libraries before its own.
 */
export async function* browserCandidates(
  named: string | undefined,
  announceUnpacking: (folder: string) => void,
): AsyncGenerator<Candidate> {
  if (named !== undefined) {
    yield { source: 'configured', executable: named };
    return;
  }
  for (const name of ENVIRONMENT_NAMES) {
    const executable = process.env[name];
    if (executable) yield { source: `named by ${name}`, executable };
  }
  for (const name of PATH_NAMES) {
    const executable = findOnPath(name);
    if (executable !== undefined) yield { source: 'on PATH', executable };
  }
  const chrome = await findChrome();
  if (chrome !== undefined) yield { source: 'installed Google Chrome', executable: chrome };
  const bundled = await unpackBundledBrowser(announceUnpacking);
  if (bundled) {
    yield { source: 'bundled', executable: bundled.executable };
    yield { source: 'bundled, with its own libraries', ...bundled };
  }
}

function findOnPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue; // an empty entry means the current folder, which is never a place for a browser
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not here
    }
  }
  return undefined;
}

async function findChrome(): Promise<string | undefined> {
  const { executablePath } = await import('puppeteer-core');
  try {
    return await executablePath('chrome');
  } catch {
    return undefined; // it throws when there is none
  }
}
