import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar-fs';

/** The Chromium that came with the npm packages, unpacked. */
export interface BundledBrowser {
  readonly executable: string;
  /** Libraries for systems that lack them. */
  readonly libraryFolder: string;
}

/**
 * Unpacks Chromium of `@sparticuz/chromium` once into a cache folder keyed by its version (2 to 10 s, 200 MB) and returns
 * it. Two processes may do so at once: each unpacks into a folder of its own and the first to rename wins.
 * `undefined` where the package has no build for the machine.
 */
export async function unpackBundledBrowser(announce: (folder: string) => void): Promise<BundledBrowser | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const packageFolder = findPackage();
  if (packageFolder === undefined) return undefined;
  const folder = join(cacheFolder(), `chromium-${await readVersion(packageFolder)}`);
  if (!existsSync(folder)) {
    announce(folder);
    await unpack(join(packageFolder, 'bin'), folder);
  }
  return { executable: join(folder, 'chromium'), libraryFolder: join(folder, 'lib') };
}

function findPackage(): string | undefined {
  try {
    // The entrance of the package is build/cjs/index.cjs.
    return dirname(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))));
  } catch {
    return undefined;
  }
}

async function readVersion(packageFolder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const version = manifest !== null && typeof manifest === 'object' && 'version' in manifest ? manifest.version : '';
  return String(version).replace(/[^0-9A-Za-z.-]/g, '_');
}

/** `$DEBRIEF_CACHE`, else `$XDG_CACHE_HOME/debrief`, else `~/.cache/debrief`. */
function cacheFolder(): string {
  return process.env.DEBRIEF_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'debrief');
}

async function unpack(archives: string, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    const inflate = (name: string) => [createReadStream(join(archives, name)), createBrotliDecompress()] as const;
    await Promise.all([
      pipeline(...inflate('chromium.br'), createWriteStream(join(draft, 'chromium'), { mode: 0o755 })),
      pipeline(...inflate('al2023.tar.br'), extract(draft)),
      // Software graphics: without these beside the binary its GPU process fails over and over.
      pipeline(...inflate('swiftshader.tar.br'), extract(draft)),
    ]);
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
