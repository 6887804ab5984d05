import { builtFile } from './measure.ts';

/** The built program as other programs import it. Imported when run: it is compiled apart from this folder. */
export async function loadDebrief(): Promise<typeof import('../src/index.ts')> {
  return import(builtFile('index.js').href);
}

/** How the built program starts its browser: same executable, flags, fonts and sandbox for the references. */
export async function loadLauncher(): Promise<typeof import('../src/render/launch-browser.ts')> {
  return import(builtFile('render/launch-browser.js').href);
}
