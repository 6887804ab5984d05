// Reads a PDF from stdin with pdf.js and writes what it found as JSON to stdout. A process of its own, because pdf.js loads
// another version of the native canvas than our charts do and the two do not live in one process.
import { buffer } from 'node:stream/consumers';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

const data = new Uint8Array(await buffer(process.stdin));
const file = await getDocument({ data, useSystemFonts: false, verbosity: 0 }).promise;
const pages = [];
const links = [];
for (let number = 1; number <= file.numPages; number++) {
  const page = await file.getPage(number);
  const { items } = await page.getTextContent();
  pages.push(items.map((item) => item.str + (item.hasEOL ? '\n' : '')).join(''));
  for (const { url, unsafeUrl } of await page.getAnnotations())
    if (url !== undefined || unsafeUrl !== undefined) links.push(url ?? unsafeUrl);
}
const { info } = await file.getMetadata();
const titlesOf = (items) => items.flatMap((item) => [item.title, ...titlesOf(item.items)]);
const outline = titlesOf((await file.getOutline()) ?? []);
const hasJavaScript = (await file.getJSActions()) !== null || (await file.hasJSActions());
const attachments = Object.keys((await file.getAttachments()) ?? {});
process.stdout.write(JSON.stringify({ pages, info, outline, links, hasJavaScript, attachments }));
