import type { Browser, Page } from 'puppeteer';
import { ReportError } from '../errors.ts';
import { PRINT_TIMEOUT_MS } from './launch-browser.ts';
import { readDestinations } from './pdf-destinations.ts';

/** Filling in page numbers can move a page break only when a slot changes the height of its line; two rounds settle it. */
const MOST_CONTENTS_ROUNDS = 3;

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

/**
 * Prints a document as a tagged PDF with an outline. Its contents list is filled from a first print, whose link
 * destinations say on which page each entry stands. Throws `report-unsound` when the document asks for anything outside
 * itself, leads elsewhere, or its page numbers do not settle.
 */
export async function printDocument(printPage: PrintPage, html: string, timeoutMs: number): Promise<Uint8Array> {
  const { page, refused } = printPage;
  refused.length = 0;
  let failure: unknown;
  let pdf: Uint8Array | undefined;
  try {
    await page.setContent(html, { waitUntil: 'domcontentloaded', timeout: timeoutMs });
    await page.evaluate(loadResources);
    if (!(await page.evaluate(fitToPaper)))
      throw new ReportError('report-unsound', 'the document is wider than its paper and would be printed smaller');
    pdf = await printWithContents(page, timeoutMs);
  } catch (error) {
    failure = error;
  }
  // Said before the failure: a picture that was refused also fails to load.
  if (refused.length > 0)
    throw new ReportError('report-unsound', `the document asked for ${refused.length} outside resources`, {
      hint: `first: ${refused[0]}`,
    });
  if (pdf === undefined) throw failure;
  if (page.url() !== 'about:blank') throw new ReportError('report-unsound', 'the document led the browser elsewhere');
  await page.goto('about:blank');
  return pdf;
}

async function printWithContents(page: Page, timeoutMs: number): Promise<Uint8Array> {
  const print = (isFinal: boolean) =>
    page.pdf({ tagged: isFinal, outline: isFinal, preferCSSPageSize: true, printBackground: true, timeout: timeoutMs });
  if (!(await page.evaluate(hasContents))) return print(true);
  let expected = readDestinations(await print(false));
  for (let round = 0; round < MOST_CONTENTS_ROUNDS; round++) {
    const unfilled = await page.evaluate(fillContents, Object.fromEntries(expected));
    if (unfilled > 0) throw new ReportError('report-unsound', `${unfilled} entries of the contents have no page`);
    const pdf = await print(true);
    const found = readDestinations(pdf);
    if ([...expected].every(([name, number]) => found.get(name) === number)) return pdf;
    expected = found;
  }
  throw new ReportError('report-unsound', 'the page numbers of the contents do not settle');
}

// The functions below run in the browser; scripts of the document are off, these still run. What they use of the page:

interface PrintedElement {
  textContent: string;
  readonly style: { height: string };
  readonly offsetWidth: number;
  readonly offsetHeight: number;
  readonly scrollWidth: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  getBoundingClientRect(): { readonly height: number };
  readonly parentElement: PrintedElement | null;
  readonly classList: { add(name: string): void };
  getAttribute(name: string): string | null;
}

declare const document: {
  readonly documentElement: PrintedElement;
  readonly fonts: Iterable<{ load(): Promise<unknown> }>;
  readonly images: Iterable<{ decode(): Promise<void> }>;
  querySelectorAll(selector: string): Iterable<PrintedElement>;
  querySelector(selector: string): PrintedElement | null;
};

/** Every face, one by one: a font that is still on its way prints as nothing. A picture that cannot be shown fails. */
async function loadResources(): Promise<void> {
  await Promise.all([...document.fonts].map((face) => face.load()));
  await Promise.all([...document.images].map((image) => image.decode()));
}

/**
 * Paper does not scroll. A table that is too wide is set smaller, and if that is not enough its numbers may break. A cover
 * with long words is set tighter, then its chart lower, then it takes a second sheet. Returns whether all is on the paper.
 */
function fitToPaper(): boolean {
  for (const table of document.querySelectorAll('.table-frame > table'))
    for (const remedy of ['tight', 'fixed'])
      if (table.offsetWidth > (table.parentElement?.offsetWidth ?? 0) + 1) table.classList.add(remedy);
  const cover = document.querySelector('.cover');
  const body = document.querySelector('.cover-body');
  const chart = document.querySelector('.cover .chart svg');
  if (!cover || !body) return true;
  const excess = () => body.scrollHeight - body.clientHeight;
  if (excess() > 0) cover.classList.add('tight');
  if (excess() > 0 && chart) chart.style.height = `${Math.max(150, chart.getBoundingClientRect().height - excess())}px`;
  if (excess() > 0) cover.classList.add('tall');
  return document.documentElement.scrollWidth <= cover.offsetWidth + 1;
}

function hasContents(): boolean {
  return document.querySelector('.page-slot') !== null;
}

/** Returns how many entries have no page. */
function fillContents(pages: Record<string, number>): number {
  let unfilled = 0;
  for (const slot of document.querySelectorAll('.page-slot')) {
    const number = pages[slot.getAttribute('data-target') ?? ''];
    slot.textContent = number === undefined ? '' : String(number);
    if (number === undefined) unfilled++;
  }
  return unfilled;
}
