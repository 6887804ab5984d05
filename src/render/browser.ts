import { ReportError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ReportMeta } from '../report/report.ts';
import { createWriter } from '../text/text.ts';
import { isInTextFont, SUBSTITUTE, substituteUncovered, TEXT_FAMILY } from './font-coverage.ts';
import { type BrowserOptions, launchBrowser, PRINT_TIMEOUT_MS, type RunningBrowser } from './launch-browser.ts';
import { runningTexts } from './page-rules.ts';
import { checkPdf } from './pdf-check.ts';
import { finishPdf } from './pdf-finish.ts';
import { openPrintPage, type PrintPage, printDocument } from './print-page.ts';
import { readShownTexts } from './shown-texts.ts';
import { tlpText } from './tlp.ts';

interface PrintJob {
  readonly meta: ReportMeta;
  readonly signal?: AbortSignal;
  /** For one attempt; at most the default of 30 s. */
  readonly timeoutMs?: number;
}

/** A browser that starts when it is first needed, prints two documents at a time and is replaced when it fails. */
export interface BrowserHandle {
  /** Starts the browser and opens its first page ahead of time. Never throws: a failure is told by the first `print`. */
  warm(): void;
  /**
   * The PDF of `html`, checked. Throws `browser-not-found`, `render-failed` (a second, fresh browser failed too),
   * `report-unsound` (the PDF is not what was promised) or `cancelled`.
   */
  print(html: string, job: PrintJob): Promise<Uint8Array>;
  /** `HeadlessChrome/147.0.7727.0`. */
  version(): Promise<string>;
  /** Ends the browser and removes its files. Safe to call twice; prints that still run fail. */
  close(): Promise<void>;
}

/**
 * How long a document is by what it is for; beyond that something went wrong with it. Executives have two pages, and a third
 * where long names make the cover take a second sheet.
 */
const LENGTHS = {
  executive: { least: 2, most: 3, reader: 'executives' },
  technical: { least: 2, most: 60, reader: 'engineers' },
  regulator: { least: 2, most: 40, reader: 'authorities' },
  weekly: { least: 1, most: 12, reader: 'readers of a summary' },
} as const;
/** A new page costs a renderer process, about 0.7 s of CPU; two keep two cores busy. */
const MOST_PAGES = 2;
/** Long before Chromium's memory grows. */
const MOST_PRINTS_PER_BROWSER = 100;
/** Two pages print in 400 MB; what has grown to this is replaced after the print. */
const MOST_MEMORY_BYTES = 1024 ** 3;
/** Looking at the memory of all processes takes a few milliseconds. */
const PRINTS_BETWEEN_LOOKS = 10;

/** One life of the browser. It is disposed of when retired and the last print has left it. */
interface Session {
  readonly running: Promise<RunningBrowser>;
  readonly idle: PrintPage[];
  /** The first page, opened before there is anything to print; nothing when that failed. */
  ahead: Promise<PrintPage | undefined> | undefined;
  active: number;
  prints: number;
  retired: boolean;
}

export function openBrowser(options: BrowserOptions): BrowserHandle {
  return new PooledBrowser(options);
}

class PooledBrowser implements BrowserHandle {
  readonly #options: BrowserOptions;
  readonly #log: Log;
  readonly #waiting: (() => void)[] = [];
  readonly #disposals = new Set<Promise<void>>();
  #free = MOST_PAGES;
  #session: Session | undefined;
  #closed = false;

  constructor(options: BrowserOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  warm(): void {
    const session = this.#current();
    if (session.prints > 0) return;
    session.ahead ??= session.running.then(({ browser }) => openPrintPage(browser)).catch(() => undefined);
  }

  async version(): Promise<string> {
    return (await this.#current().running).version;
  }

  async print(html: string, job: PrintJob): Promise<Uint8Array> {
    await this.#takeTurn(job.signal);
    try {
      const drawn = substituteUncovered(html);
      if (drawn.missing.length > 0)
        this.#log.warn(
          `${job.meta.reportId}: no shipped font has ${namesOf(drawn.missing)}; printed as ${SUBSTITUTE} in the PDF, whole in all other files`,
        );
      const { pdf, missingGlyphs } = await this.#printChecked(drawn.html, job);
      if (missingGlyphs === 0) return pdf;
      // A font that lacks what its package promises; the text font was read itself.
      this.#log.warn(
        `${job.meta.reportId}: ${missingGlyphs} characters have no glyph in the fonts that should have them; all but those of ${TEXT_FAMILY} are printed as ${SUBSTITUTE}`,
      );
      return (await this.#printChecked(substituteUncovered(html, isInTextFont).html, job)).pdf;
    } finally {
      this.#giveTurn();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = undefined;
    if (session) {
      session.retired = true;
      this.#dispose(session);
    }
    await Promise.all(this.#disposals);
  }

  async #printChecked(html: string, job: PrintJob): Promise<{ pdf: Uint8Array; missingGlyphs: number }> {
    const pdf = finishPdf(await this.#printTwice(html, job), job.meta.createdAt);
    return { pdf, ...checkPdf(pdf, expectationOf(html, job)) };
  }

  async #printTwice(html: string, job: PrintJob): Promise<Uint8Array> {
    const { reportId } = job.meta;
    let failure: unknown;
    for (const attempt of [1, 2]) {
      throwIfCancelled(job.signal);
      if (this.#closed) throw new ReportError('cancelled', `${reportId}: the browser was closed`);
      const session = this.#current();
      try {
        return await this.#printIn(session, html, job);
      } catch (error) {
        this.#retire(session);
        throwIfCancelled(job.signal);
        if (error instanceof ReportError || this.#closed) throw error;
        failure = error;
        if (attempt === 1)
          this.#log.warn(`${reportId}: printing failed (${messageOf(error)}); once more in a fresh browser`);
      }
    }
    throw new ReportError(
      'render-failed',
      `${reportId}: the browser could not print the report: ${messageOf(failure)}`,
      {
        cause: failure,
        hint: 'check free memory and space in the temporary folder; debrief doctor prints a test page',
      },
    );
  }

  async #printIn(session: Session, html: string, job: PrintJob): Promise<Uint8Array> {
    session.active++;
    session.prints++;
    if (session.prints >= MOST_PRINTS_PER_BROWSER) this.#retire(session);
    try {
      const { browser } = await session.running;
      const timeoutMs = Math.min(job.timeoutMs ?? PRINT_TIMEOUT_MS, PRINT_TIMEOUT_MS);
      return await beforeTrouble(job.signal, timeoutMs, async (watch) => {
        const printPage = session.idle.pop() ?? (await takeAhead(session)) ?? (await openPrintPage(browser));
        watch(printPage);
        const { pdf, prints } = await printDocument(printPage, html, timeoutMs);
        session.idle.push(printPage);
        if (prints > 1)
          this.#log.debug(`${job.meta.reportId}: printed ${prints} times until its page numbers were right`);
        return pdf;
      });
    } finally {
      if (session.prints % PRINTS_BETWEEN_LOOKS === 0 && !session.retired) await this.#weigh(session);
      session.active--;
      if (session.retired && session.active === 0) this.#dispose(session);
    }
  }

  async #weigh(session: Session): Promise<void> {
    const bytes = await session.running.then((running) => running.memoryBytes()).catch(() => undefined);
    if (bytes === undefined || bytes <= (this.#options.mostMemoryBytes ?? MOST_MEMORY_BYTES)) return;
    this.#log.debug(`the browser has grown to ${Math.round(bytes / 1e6)} MB and is replaced`);
    this.#retire(session);
  }

  #current(): Session {
    if (this.#session) return this.#session;
    const session: Session = {
      running: launchBrowser(this.#options),
      idle: [],
      ahead: undefined,
      active: 0,
      prints: 0,
      retired: false,
    };
    session.running.catch(() => undefined); // told by whoever needs it
    this.#session = session;
    return session;
  }

  /** No new print goes to this browser. */
  #retire(session: Session): void {
    session.retired = true;
    if (this.#session === session) this.#session = undefined;
    if (session.active === 0) this.#dispose(session);
  }

  #dispose(session: Session): void {
    const disposal = session.running.then(
      (running) => running.dispose(),
      () => undefined,
    );
    this.#disposals.add(disposal);
    void disposal.finally(() => this.#disposals.delete(disposal));
  }

  async #takeTurn(signal: AbortSignal | undefined): Promise<void> {
    throwIfCancelled(signal);
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #giveTurn(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}

async function takeAhead(session: Session): Promise<PrintPage | undefined> {
  const { ahead } = session;
  session.ahead = undefined;
  return ahead;
}

/** Runs `work` and fails as soon as it is cancelled, late, or the page dies (which `page.pdf` itself does not notice). */
async function beforeTrouble<T>(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  work: (watch: (page: PrintPage) => void) => Promise<T>,
): Promise<T> {
  let fail: (error: Error) => void = () => undefined;
  const trouble = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const cancel = () => fail(new ReportError('cancelled', 'the run was cancelled while printing'));
  const timer = setTimeout(() => fail(new Error(`no PDF after ${Math.round(timeoutMs / 1000)} s`)), timeoutMs);
  signal?.addEventListener('abort', cancel, { once: true });
  let watched: PrintPage | undefined;
  const watch = (printPage: PrintPage) => {
    watched = printPage;
    printPage.page.once('error', fail);
  };
  try {
    const working = work(watch);
    working.catch(() => undefined); // when trouble came first nobody else waits for it
    return await Promise.race([working, trouble]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
    watched?.page.off('error', fail);
  }
}

function expectationOf(html: string, job: PrintJob) {
  return {
    paper: job.meta.paper,
    onEveryPage: tlpText(job.meta.tlp),
    shown: readShownTexts(html),
    running: runningTexts(job.meta, createWriter(job.meta)),
    hasRaster: /src="data:image\/(?:png|jpeg)/.test(html),
    length: LENGTHS[job.meta.kind === 'weekly' ? 'weekly' : job.meta.audience],
  };
}

/** Characters told by name. */
const MOST_NAMED = 10;

/** `😀 (U+1F600), ก (U+0E01) and 3 more characters`. */
function namesOf(characters: readonly string[]): string {
  const named = characters
    .slice(0, MOST_NAMED)
    .map((char) => `${char} (U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`);
  const more = characters.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more characters` : ''}`;
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ReportError('cancelled', 'the run was cancelled');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
