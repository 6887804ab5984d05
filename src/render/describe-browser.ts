import { type BrowserOptions, launchBrowser } from './launch-browser.ts';
import { readPdf } from './pdf-objects.ts';
import { readPageTexts } from './pdf-text.ts';
import { openPrintPage } from './print-page.ts';

/** What `debrief doctor` tells about printing. */
export interface BrowserDescription {
  readonly executable: string;
  /** Where it was found: `on PATH`, `bundled`. */
  readonly source: string;
  readonly version: string;
  readonly sandboxed: boolean;
  /** Whether a page with one word came back as a PDF that shows this word: browser, fonts and temporary folder work. */
  readonly printsText: boolean;
}

const PROBE = 'Debrief';

/** Starts the browser that a report would use, prints one word, ends it. Throws `browser-not-found`. */
export async function describeBrowser(options: BrowserOptions): Promise<BrowserDescription> {
  const running = await launchBrowser(options);
  try {
    const { page } = await openPrintPage(running.browser);
    await page.setContent(`<!doctype html><title>${PROBE}</title><p style="font-family:Inter">${PROBE}</p>`);
    const texts = readPageTexts(readPdf(await page.pdf()));
    return {
      executable: running.candidate.executable,
      source: running.candidate.source,
      version: running.version,
      sandboxed: running.sandboxed,
      printsText: texts.some((text) => text.text.includes(PROBE)),
    };
  } finally {
    await running.dispose();
  }
}
