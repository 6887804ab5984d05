import type { Browser, Page } from 'puppeteer-core';
import { ReportError } from '../errors.ts';
import { PRINT_TIMEOUT_MS } from './launch-browser.ts';
import { fillContents, layOut } from './page-script.ts';
import { readDestinations } from './pdf-destinations.ts';

/** Filling in page numbers can move a page break only when a slot changes the height of its line; a third print settles it. */
const MOST_PRINTS = 4;

/** The fonts have been waited for before, one by one. */
const PDF_OPTIONS = {
  tagged: true,
  outline: true,
  preferCSSPageSize: true,
  printBackground: true,
  waitForFonts: false,
} as const;

/** Narrower than any paper, so that what is wider than the paper shows in the width of the document. */
const VIEWPORT = { width: 600, height: 800 };

/** A page of the browser that can show a document and nothing else. */
export interface PrintPage {
  readonly page: Page;
  /** Addresses that the document asked for and did not get. */
  readonly refused: string[];
}

/** The other half of the set that lets nothing out: scripts off, every request but `data:` cancelled. */
export async function openPrintPage(browser: Browser): Promise<PrintPage> {
  const page = await browser.newPage();
  const refused: string[] = [];
  page.setDefaultTimeout(PRINT_TIMEOUT_MS);
  await page.setViewport(VIEWPORT);
  await page.setJavaScriptEnabled(false);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (request.url().startsWith('data:')) return void request.continue();
    refused.push(request.url().slice(0, 200));
    // `aborted` cancels a navigation and leaves the document; any other reason shows an error page in its place.
    return void request.abort('aborted');
  });
  return { page, refused };
}

export interface PrintedDocument {
  readonly pdf: Uint8Array;
  /** 1 when the page numbers of its contents were predicted rightly. */
  readonly prints: number;
}

/**
 * Prints a document as a tagged PDF with an outline. The page numbers of its contents are predicted and compared with the
 * link destinations of the finished PDF, which say on which page each entry really stands. Throws `report-unsound` when the document asks for anything outside
 * itself, leads elsewhere, or its page numbers do not settle.
 */
export async function printDocument(printPage: PrintPage, html: string, timeoutMs: number): Promise<PrintedDocument> {
  const { page, refused } = printPage;
  refused.length = 0;
  let failure: unknown;
  let printed: PrintedDocument | undefined;
  try {
    await page.setContent(html.replace('<html', '<html hidden'), {
      waitUntil: 'domcontentloaded',
      timeout: timeoutMs,
    });
    const { fits, clipped, faint, pages } = await page.evaluate(layOut);
    if (!fits)
      throw new ReportError('report-unsound', 'the document is wider than its paper and would be printed smaller');
    if (clipped.length > 0) throw new ReportError('report-unsound', `words are cut off: ${firstOf(clipped)}`);
    if (faint.length > 0)
      throw new ReportError('report-unsound', `words can hardly be read: ${firstOf(faint)}`, {
        hint: 'a style sheet or a template of the workspace sets these colours; see templates/ and docs/template-contract.md',
      });
    printed = await printWithContents(page, pages, timeoutMs);
  } catch (error) {
    failure = error;
  }
  // Said before the failure: a picture that was refused also fails to load.
  if (refused.length > 0)
    throw new ReportError('report-unsound', `the document asked for ${refused.length} outside resources`, {
      hint: `first: ${refused[0]}`,
    });
  if (printed === undefined) throw failure;
  if (page.url() !== 'about:blank') throw new ReportError('report-unsound', 'the document led the browser elsewhere');
  await page.goto('about:blank');
  return printed;
}

/** One label that is too long often has neighbours that are. */
const MOST_TOLD = 3;

function firstOf(faults: readonly string[]): string {
  const more = faults.length - MOST_TOLD;
  return `${faults.slice(0, MOST_TOLD).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** The first print has the page numbers that were predicted; only when they are wrong there is another. */
async function printWithContents(
  page: Page,
  predicted: Readonly<Record<string, number>>,
  timeoutMs: number,
): Promise<PrintedDocument> {
  let expected: ReadonlyMap<string, number> = new Map(Object.entries(predicted));
  for (let prints = 1; prints <= MOST_PRINTS; prints++) {
    const unfilled = await page.evaluate(fillContents, Object.fromEntries(expected));
    if (unfilled > 0) throw new ReportError('report-unsound', `${unfilled} entries of the contents have no page`);
    const pdf = await page.pdf({ ...PDF_OPTIONS, timeout: timeoutMs });
    const found = readDestinations(pdf);
    if ([...expected].every(([name, number]) => found.get(name) === number)) return { pdf, prints };
    expected = found;
  }
  throw new ReportError('report-unsound', 'the page numbers of the contents do not settle');
}
