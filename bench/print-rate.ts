import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import type { BrowserHandle } from '../src/index.ts';
import { launchBare, loadDebrief } from './built.ts';

/*
 * Prints one HTML over and over, two at a time: through Debrief's own handle, and with `page.pdf` in a loop over two pages. Says
 * the milliseconds per report of each round, A-B-A-B, as JSON.
 *
 * node print-rate.js FILE.html JOB.json REPORTS ROUNDS
 */

export interface PrintRates {
  readonly ours: readonly number[];
  readonly raw: readonly number[];
}

const [htmlFile = '', jobFile = '', reports = '20', rounds = '3'] = process.argv.slice(2);
const html = readFileSync(htmlFile, 'utf8');
// Written by capture-print.
const job = JSON.parse(readFileSync(jobFile, 'utf8')) as Parameters<BrowserHandle['print']>[1];
const { openBrowser, silentLog } = await loadDebrief();

const handle = openBrowser({ log: silentLog });
const { browser, dispose } = await launchBare();
const pages = [await browser.newPage(), await browser.newPage()];

const throughHandle = () => handle.print(html, job);
const withPage = async (page: Page) => {
  await page.setContent(html);
  await page.pdf({ tagged: true, outline: true, preferCSSPageSize: true, printBackground: true });
};

await timeTwo(2, [throughHandle, throughHandle]);
await timeTwo(
  2,
  pages.map((page) => () => withPage(page)),
);
const ours: number[] = [];
const raw: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  ours.push(await timeTwo(Number(reports), [throughHandle, throughHandle]));
  raw.push(
    await timeTwo(
      Number(reports),
      pages.map((page) => () => withPage(page)),
    ),
  );
}
await handle.close();
await dispose();
console.log(JSON.stringify({ ours, raw } satisfies PrintRates));

/** Milliseconds per report when as many workers share `count` of them. */
async function timeTwo(count: number, workers: readonly (() => Promise<unknown>)[]): Promise<number> {
  let left = count;
  const startedAt = performance.now();
  await Promise.all(
    workers.map(async (work) => {
      while (left-- > 0) await work();
    }),
  );
  return (performance.now() - startedAt) / count;
}
