import type { RunningBrowser } from '../src/render/launch-browser.ts';
import { builtFile } from './measure.ts';

/** The built program as other programs import it. Imported when run: it is compiled apart from this folder. */
export async function loadDebrief(): Promise<typeof import('../src/index.ts')> {
  return import(builtFile('index.js').href);
}

/** Starts the browser as the built program does: same executable, flags, fonts and sandbox. Loads nothing else of it. */
export async function launchBare(): Promise<RunningBrowser> {
  const [{ launchBrowser }, { silentLog }]: [
    typeof import('../src/render/launch-browser.ts'),
    typeof import('../src/log.ts'),
  ] = await Promise.all([import(builtFile('render/launch-browser.js').href), import(builtFile('log.js').href)]);
  return launchBrowser({ log: silentLog });
}
