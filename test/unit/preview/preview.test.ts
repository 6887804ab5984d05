import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/log.ts';
import { openPreview, type Preview } from '../../../src/preview/preview.ts';
import { openBrowser } from '../../../src/render/render.ts';

const SAMPLE = join(import.meta.dirname, '../../../sample-data');
const controller = new AbortController();
let workspaceDir = '';
let caseFile = '';
let preview: Preview;

beforeAll(async () => {
  workspaceDir = await mkdtemp(join(tmpdir(), 'debrief-preview-'));
  for (const part of [
    'debrief.yaml',
    'customers',
    'brands',
    'incidents/INC-4958',
    'incidents/INC-4958.yaml',
    'mappings',
  ])
    await cp(join(SAMPLE, part), join(workspaceDir, part), { recursive: true });
  caseFile = join(workspaceDir, 'incidents/INC-4958.yaml');
  const log = silentLog;
  preview = await openPreview(
    { caseFile, workspaceDir, strict: false, port: 0 },
    { now: () => Date.UTC(2026, 10, 26), log, signal: controller.signal, browser: openBrowser({ log }) },
  );
}, 60_000);

afterAll(async () => {
  controller.abort();
  await preview.closed;
  await rm(workspaceDir, { recursive: true });
});

const ask = async (path: string) => {
  const response = await fetch(new URL(path, preview.url));
  return { status: response.status, text: await response.text(), headers: response.headers };
};

/** Status of an answer to another name or method. */
const statusOf = (path: string, headers: Record<string, string>, method = 'GET') =>
  new Promise<number | undefined>((done, failed) => {
    const { port, pathname } = new URL(path, preview.url);
    get({ host: '127.0.0.1', port, path: pathname, headers, method }, (response) => {
      response.resume();
      done(response.statusCode);
    }).on('error', failed);
  });

/** Waits until the page would be told of a change. */
async function changed(work: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const response = await fetch(new URL('changes', preview.url), { signal: stop.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read(); // it listens
  await work();
  const told = await reader?.read();
  expect(told?.value).toContain('changed');
  stop.abort();
}

describe('a preview', () => {
  test('shows the case on a page that may run its own script alone', async () => {
    const page = await ask('');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'sha256-[\w+/=]+';/);
    const report = await ask('report.html');
    expect(report.status).toBe(200);
    expect(report.text).toContain('INC-4958-r0');
  });

  test('answers to its own name, secret and method only', async () => {
    const { host } = new URL(preview.url);
    expect(await statusOf('report.html', { host })).toBe(200);
    expect(await statusOf('report.html', { host: `rebound.example:${host.split(':')[1]}` })).toBe(404);
    expect(await statusOf('/report.html', { host })).toBe(404);
    expect(await statusOf('report.html', { host }, 'POST')).toBe(405);
  });

  test('offers the brands of the workspace and what the case has chosen', async () => {
    expect(JSON.parse((await ask('choices')).text)).toEqual({
      brands: ['meridian', 'northwall'],
      chosen: { audience: 'technical', brand: 'northwall', paper: 'A4' },
    });
  });

  test('shows another audience, brand and theme when asked', async () => {
    const { text } = await ask('report.html?audience=executive&brand=meridian&theme=dark');
    expect(text).toContain('Post-incident report for executives');
    expect(text).toContain('--brand:#1d4d3c');
    expect(text).toContain('<html data-theme="dark"');
  });

  test('follows a change of the case, tells a fault with its place, and shows the case again when it is mended', async () => {
    const sound = await readFile(caseFile, 'utf8');
    await changed(() => writeFile(caseFile, sound.replace(/^title: .*$/mu, 'title: A title that was just written')));
    expect((await ask('report.html')).text).toContain('A title that was just written');
    await changed(() => writeFile(caseFile, sound.replace('title:', 'titel:')));
    const fault = await ask('report.html');
    expect(fault.status).toBe(422);
    expect(JSON.parse(fault.text)).toMatchObject({ message: expect.stringMatching(/titel.*is not a known key/s) });
    await changed(() => writeFile(caseFile, sound));
    expect((await ask('report.html')).status).toBe(200);
  });
});
