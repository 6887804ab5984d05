// Draws a PDF from stdin with pdf.js and writes all its pages as one PNG to stdout, four beside each other, at the number of
// pixels an inch that the argument says. A process of its own for the reason that pdf-reader.mjs gives.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

const COLUMNS = 4;
const POINTS_PER_INCH = 72;

const entrance = createRequire(import.meta.url).resolve('pdfjs-dist/package.json');
const { createCanvas } = createRequire(join(dirname(entrance), 'build/pdf.mjs'))('@napi-rs/canvas');
const data = new Uint8Array(await buffer(process.stdin));
const file = await getDocument({ data, useSystemFonts: false, disableFontFace: true, verbosity: 0 }).promise;
const pages = await Promise.all(Array.from({ length: file.numPages }, (_, index) => file.getPage(index + 1)));
const scale = Number(process.argv[2]) / POINTS_PER_INCH;
const viewports = pages.map((page) => page.getViewport({ scale }));
const [width, height] = ['width', 'height'].map((side) => Math.max(...viewports.map((one) => Math.ceil(one[side]))));
const rows = Math.ceil(pages.length / COLUMNS);
const sheet = createCanvas(width * Math.min(COLUMNS, pages.length), height * rows);
const context = sheet.getContext('2d');
for (const [index, page] of pages.entries()) {
  const canvas = createCanvas(width, height);
  await page.render({ canvasContext: canvas.getContext('2d'), viewport: viewports[index] }).promise;
  context.drawImage(canvas, (index % COLUMNS) * width, Math.floor(index / COLUMNS) * height);
}
process.stdout.write(sheet.toBuffer('image/png'));
