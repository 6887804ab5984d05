import { readFileSync, writeFileSync } from 'node:fs';
import { launchBare } from './built.ts';

/*
 * The least that a PDF costs: starts the same browser in the same way, prints one HTML once, ends it.
 *
 * node bare-print.js FILE.html FILE.pdf
 */

const [htmlFile = '', pdfFile = ''] = process.argv.slice(2);
const { browser, dispose } = await launchBare();
const page = await browser.newPage();
await page.setContent(readFileSync(htmlFile, 'utf8'));
writeFileSync(pdfFile, await page.pdf({ tagged: true, outline: true, preferCSSPageSize: true, printBackground: true }));
await dispose();
