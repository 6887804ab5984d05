import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { silentLog } from '../../../src/log.ts';
import { createDrafts, type Drafts } from '../../../src/preview/drafts.ts';
import { unpackBundledBrowser } from '../../../src/render/bundled-browser.ts';
import { launchBrowser, type RunningBrowser } from '../../../src/render/launch-browser.ts';
import { type BrowserHandle, openBrowser } from '../../../src/render/render.ts';
import { drawPdf, expectPicture } from '../../support/pictures.ts';
import { SAMPLE_WORKSPACE } from '../../support/truth.ts';

// How a report looks: for each audience, in two brands, on both papers and on screens. The pictures are small, for the layout
// and the colours; words and numbers are held by the golden files. `npm run golden` keeps new ones; look at them.

const AUDIENCES = ['technical', 'executive', 'regulator'] as const;
const BRANDS = ['northwall', 'meridian'] as const;
const PAPERS = ['A4', 'Letter'] as const;
const THEMES = ['light', 'dark'] as const;
const WIDTHS = { desktop: 1280, phone: 390 } as const;
/** Of paper; and of a screen, as part of a CSS pixel. */
const PIXELS_PER_INCH = 32;
const SCREEN_SCALE = 0.25;

// Another version of the browser sets other pixels, so that only the bundled one is asked.
const bundled = await unpackBundledBrowser(() => undefined);
let browser: BrowserHandle;
let running: RunningBrowser;
/** One for each brand: a white label is another case to the analysis. */
const drafts = new Map<string, Drafts>();
let folder = '';

describe.skipIf(!bundled)('a report of the sample workspace, as it looks', () => {
  beforeAll(async () => {
    // Libraries that a bare machine lacks; on any other the browser takes the system's.
    if (process.env.LD_LIBRARY_PATH === undefined && bundled && !(await starts(bundled.executable)))
      process.env.LD_LIBRARY_PATH = bundled.libraryFolder;
    const options = { log: silentLog, ...(bundled && { executable: bundled.executable }) };
    folder = mkdtempSync(join(tmpdir(), 'debrief-pictures-'));
    browser = openBrowser(options);
    running = await launchBrowser(options);
    const effects = {
      now: () => Date.UTC(2026, 10, 23, 9),
      log: silentLog,
      signal: new AbortController().signal,
      browser,
    };
    const request = { caseFile: `${SAMPLE_WORKSPACE}incidents/INC-4821.yaml`, strict: false };
    for (const brand of BRANDS) drafts.set(brand, createDrafts(request, effects));
  });

  afterAll(async () => {
    await browser.close();
    await running.dispose();
    rmSync(folder, { recursive: true });
  });

  test.each(
    AUDIENCES.flatMap((audience) => BRANDS.flatMap((brand) => PAPERS.map((paper) => ({ audience, brand, paper })))),
  )('on paper: $audience, $brand, $paper', async ({ audience, brand, paper }) => {
    const pdf = await draftsOf(brand).paper({ audience, brand, paper });
    await expectPicture(import.meta.dirname, `${audience}-${brand}-${paper}`, drawPdf(pdf, PIXELS_PER_INCH));
  });

  test.each(AUDIENCES.flatMap((audience) => BRANDS.map((brand) => ({ audience, brand }))))(
    'on screens: $audience, $brand, both themes, desktop and phone',
    async ({ audience, brand }) => {
      const file = join(folder, `${audience}-${brand}.html`);
      writeFileSync(file, await draftsOf(brand).screen({ audience, brand }));
      const page = await running.browser.newPage();
      try {
        for (const theme of THEMES)
          for (const [device, width] of Object.entries(WIDTHS)) {
            await page.setViewport({ width, height: 900, deviceScaleFactor: SCREEN_SCALE });
            await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
            await page.goto(pathToFileURL(file).href);
            await page.evaluate('Promise.all([...document.fonts].map((face) => face.load()))');
            const png = Buffer.from(await page.screenshot({ fullPage: true }));
            await expectPicture(import.meta.dirname, `${audience}-${brand}-${device}-${theme}`, png);
          }
      } finally {
        await page.close();
      }
    },
  );
});

function draftsOf(brand: string): Drafts {
  const found = drafts.get(brand);
  if (!found) throw new Error(`no drafts for the brand ${brand}`);
  return found;
}

async function starts(executable: string): Promise<boolean> {
  try {
    await (await launchBrowser({ log: silentLog, executable })).dispose();
    return true;
  } catch {
    return false;
  }
}
