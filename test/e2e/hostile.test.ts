import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/log.ts';
import { renderHtml } from '../../src/render/html.ts';
import { launchBrowser } from '../../src/render/launch-browser.ts';
import { openBrowser } from '../../src/render/render.ts';
import type { ReportModel } from '../../src/report/report.ts';
import {
  CLOSED_VOCABULARY,
  FORBIDDEN_CHARACTERS,
  HOSTILE_STRINGS,
  replaceStrings,
} from '../support/hostile-strings.ts';
import { readWithPdfJs } from '../support/pdf-text.ts';
import { sampleModel } from '../support/sample-model.ts';
import { drawnParts, SAMPLE_BRAND } from '../support/sample-parts.ts';

// A server of the attacker on this machine: whatever reaches it has left the document.
let canary: Server;
let port = 0;
const reached: string[] = [];

beforeAll(async () => {
  canary = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.end('CANARY');
  });
  canary.on('connection', (socket) => reached.push(`connection from port ${socket.remotePort}`));
  await new Promise<void>((ready) => canary.listen(0, '127.0.0.1', ready));
  port = (canary.address() as AddressInfo).port; // a TCP server has an address with a port
});

const browser = openBrowser({ log: silentLog });

afterAll(async () => {
  await browser.close();
  canary.close();
});

/** Every string of the sample replaced by one hostile string after the other, chart labels included. */
function infectedModel(): ReportModel {
  let next = 0;
  const payloads = HOSTILE_STRINGS.map((payload) => payload.replaceAll('192.0.2.9', `127.0.0.1:${port}`).slice(0, 400));
  return replaceStrings(sampleModel(), (text, path) => {
    if (CLOSED_VOCABULARY.test(path) && !/\.chart\..*label$/i.test(path)) return text;
    if (/\.id$/.test(path)) return text; // ids of figures are keys of the charts
    return payloads[next++ % payloads.length] ?? '';
  });
}

describe('a report on an attacker who writes to its reader', () => {
  test('prints every hostile string as text: no link, no script, no request, nothing unseen', async () => {
    const model = infectedModel();
    const brand = { ...SAMPLE_BRAND, name: HOSTILE_STRINGS[1] ?? '', legal: HOSTILE_STRINGS[4] ?? '' };
    const pdf = readWithPdfJs(
      await browser.print(renderHtml(model, await drawnParts(model, 'print', brand)), { meta: model.meta }),
    );
    const text = pdf.pages.join('\n');
    expect(text.replace(/\s+/g, '')).toContain('<script>alert(1)</script>');
    expect(text.replace(/\s+/g, '')).toContain('{{constructor.constructor("return1")()}}');
    expect(text).toContain('‹U+202E›');
    expect(text).not.toMatch(FORBIDDEN_CHARACTERS);
    expect([String(pdf.info.Title), ...pdf.outline].join('')).not.toMatch(FORBIDDEN_CHARACTERS);
    expect(pdf.links).toEqual([]);
    expect(pdf.hasJavaScript).toBe(false);
    expect(pdf.attachments).toEqual([]);
    expect(reached).toEqual([]);
  });

  test('opens in a browser that runs scripts without a dialog, a request or a word in the console', async () => {
    const model = infectedModel();
    const html = renderHtml(model, await drawnParts(model, 'screen'));
    const running = await launchBrowser({ log: silentLog });
    try {
      const page = await running.browser.newPage();
      const happened: string[] = [];
      page.on('dialog', (dialog) => {
        happened.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on(
        'request',
        (request) => void (request.url().startsWith('data:') || happened.push(`request ${request.url()}`)),
      );
      page.on('console', (message) => happened.push(`console ${message.text()}`));
      page.on('pageerror', (error) => happened.push(`error ${String(error)}`));
      await page.setContent(html, { waitUntil: 'load' });
      expect(happened).toEqual([]);
      // One for each block of lines, and none in a value that is only set as code.
      const copying = await page.$$eval('.block.code > .tool', (buttons) => buttons.length);
      expect(copying).toBeGreaterThan(0);
      expect(copying).toBe(await page.$$eval('.code-lines', (blocks) => blocks.length));
      // Whatever the values are, the controls stand where the page has a place for them.
      const places = await page.$$eval('button', (all) => all.map((button) => button.parentElement?.tagName));
      expect(new Set(places)).toEqual(new Set(['DIV', 'TH']));
      expect(reached).toEqual([]);
    } finally {
      await running.dispose();
    }
  });
});

describe('the printer, if a template ever let markup through', () => {
  const vectors: readonly (readonly [string, (url: string) => string])[] = [
    ['an image', (url) => `<img src="${url}">`],
    ['a style sheet', (url) => `<link rel="stylesheet" href="${url}">`],
    ['an import', (url) => `<style>@import "${url}";</style>`],
    ['a background', (url) => `<p style="background:url(${url})">x</p>`],
    ['a font', (url) => `<style>@font-face{font-family:F;src:url(${url})}</style><p style="font-family:F">x</p>`],
    ['a frame', (url) => `<iframe src="${url}"></iframe>`],
    ['an object', (url) => `<object data="${url}"></object>`],
    ['an embedded file', (url) => `<embed src="${url}">`],
    ['a refresh', (url) => `<meta http-equiv="refresh" content="0;url=${url}">`],
    ['a preload', (url) => `<link rel="preload" as="image" href="${url}">`],
    ['a prefetch', (url) => `<link rel="prefetch" href="${url}">`],
    ['a preconnect', (url) => `<link rel="preconnect" href="${url}">`],
    ['a video', (url) => `<video src="${url}" poster="${url}" autoplay></video>`],
    ['a script', (url) => `<script src="${url}"></script>`],
    ['an inline script', (url) => `<script>fetch("${url}");new WebSocket("${url.replace('http', 'ws')}")</script>`],
    ['a base', (url) => `<base href="${url}"><img src="x.png">`],
    ['a picture in a drawing', (url) => `<svg><image href="${url}" width="9" height="9"/></svg>`],
    ['a drawing used from outside', (url) => `<svg><use href="${url}#a"/></svg>`],
    ['a local file', () => '<iframe src="file:///etc/hostname"></iframe>'],
  ];

  test.each(vectors)('reaches nobody through %s', async (_name, vector) => {
    const url = `http://127.0.0.1:${port}/canary`;
    const { meta } = sampleModel();
    const page = `<!doctype html><html lang="en"><title>x</title><body><h1>TLP:AMBER</h1><p>words</p>${vector(url)}</body></html>`;
    // Either the document is printed without what it asked for, or it is refused; it is never sent anywhere.
    await browser
      .print(page, { meta })
      .catch((error: unknown) => expect(error).toMatchObject({ code: 'report-unsound' }));
    expect(reached).toEqual([]);
  });

  test('refuses a document that asks for anything outside itself', async () => {
    const { meta } = sampleModel();
    const page = `<!doctype html><html lang="en"><title>x</title><body><h1>TLP:AMBER</h1><img src="http://127.0.0.1:${port}/x.png"></body></html>`;
    await expect(browser.print(page, { meta })).rejects.toMatchObject({
      code: 'report-unsound',
      message: expect.stringContaining('outside resources'),
    });
  });
});
