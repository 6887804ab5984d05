import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/log.ts';
import { renderHtml } from '../../src/render/html.ts';
import { launchBrowser, type RunningBrowser } from '../../src/render/launch-browser.ts';
import { sampleModel } from '../support/sample-model.ts';
import { drawnParts } from '../support/sample-parts.ts';

const model = sampleModel();
let folder = '';
let running: RunningBrowser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debrief-screen-'));
  const short = { ...model, chapters: model.chapters.slice(0, 2) };
  for (const [name, one] of [
    ['report', model],
    ['short', short],
  ] as const)
    await writeFile(join(folder, `${name}.html`), renderHtml(one, await drawnParts(one, 'screen')));
  running = await launchBrowser({ log: silentLog });
}, 60_000);

afterAll(async () => {
  await running.dispose();
  await rm(folder, { recursive: true });
});

/** The report opened from a file, as from an attachment. */
async function withReport<T>(
  {
    width = 1280,
    theme = 'light',
    script = true,
    file = 'report',
  }: { width?: number; theme?: 'light' | 'dark'; script?: boolean; file?: 'report' | 'short' },
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const page = await running.browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    if (!/^(file|data):/u.test(request.url())) faults.push(`asked for ${request.url()}`);
  });
  try {
    await page.setJavaScriptEnabled(script);
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    await page.goto(pathToFileURL(join(folder, `${file}.html`)).href);
    const result = await work(page);
    expect(faults).toEqual([]);
    return result;
  } finally {
    await page.close();
  }
}

const textOf = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent ?? '');

describe('the report on a screen', () => {
  test.each([
    { width: 1280, theme: 'light' },
    { width: 1280, theme: 'dark' },
    { width: 390, theme: 'light' },
    { width: 390, theme: 'dark' },
  ] as const)('meets WCAG 2.2 AA at $width px in $theme colours', async (how) => {
    const found = await withReport(how, async (page) => {
      await page.evaluate(axe.source);
      return page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) => html.slice(0, 90) + ' ' + (any[0]?.message ?? '')).slice(0, 3).join(' | ')))`);
    });
    expect(found).toEqual([]);
  });

  test.each([390, 768, 1280])('does not scroll sideways at %i px', async (width) => {
    const scrolled = await withReport({ width }, (page) => page.evaluate('document.documentElement.scrollWidth'));
    expect(scrolled).toBe(width);
  });

  test('tells under the chart the very values that were drawn, by keyboard', async () => {
    const hero = model.cover.hero;
    if (hero?.chart.kind !== 'time-stack') throw new Error('the sample begins with a stack over time');
    const [first] = hero.chart.series;
    const said = await withReport({}, async (page) => {
      await page.focus('.cover .reader');
      await page.keyboard.press('End');
      return page.$eval('.cover .reader', (slider) => slider.getAttribute('aria-valuetext') ?? '');
    });
    const last = first?.values.at(-1) ?? 0;
    expect(said).toContain(
      `${first?.label}: ${new Intl.NumberFormat('en-GB', last >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 }).format(last)} `,
    );
  });

  test('reads by pointer, shows a dragged part of the time closer, and goes back', async () => {
    await withReport({}, async (page) => {
      await page.$eval('.cover .figure', (figure) => figure.scrollIntoView({ behavior: 'instant' }));
      const box = await (await page.$('.cover .chart svg'))?.boundingBox();
      if (!box) throw new Error('no chart on the cover');
      const at = (share: number) => [box.x + box.width * share, box.y + box.height / 2] as const;
      await page.mouse.move(...at(0.4));
      expect(await textOf(page, '.cover .reading-text')).toMatch(/ to .*: /);
      await page.mouse.down();
      await page.mouse.move(...at(0.6), { steps: 4 });
      await page.mouse.up();
      const range = () =>
        page.$eval(
          '.cover .reader',
          (slider) => Number(slider.getAttribute('max')) - Number(slider.getAttribute('min')),
        );
      const whole = Math.max(
        0,
        ...(model.cover.hero?.chart.kind === 'time-stack'
          ? model.cover.hero.chart.series.map(({ values }) => values.length)
          : []),
      );
      expect(await range()).toBeLessThan(whole / 3);
      await page.$$eval('.cover .reader-bar button', (buttons) => buttons.at(-1)?.click());
      expect(await range()).toBe(whole - 1);
    });
  });

  test('sorts a table by the numbers behind its cells and leaves the closing rows last', async () => {
    await withReport({}, async (page) => {
      const firsts = () =>
        page.$$eval('#table-networks tbody tr', (rows) =>
          rows.map((row) => row.querySelector('th')?.textContent ?? ''),
        );
      const before = await firsts();
      const sort = () =>
        page.$eval('#table-networks thead th:last-child .sort', (button) => button.dispatchEvent(new Event('click')));
      await sort();
      const descending = await firsts();
      await sort();
      const ascending = await firsts();
      expect([...descending].sort()).toEqual([...before].sort());
      expect(ascending).not.toEqual(descending);
      expect(await page.$eval('#table-networks thead th:last-child', (head) => head.getAttribute('aria-sort'))).toBe(
        'ascending',
      );
    });
  });

  test('turns dark and light at the button, and marks the chapter that is read', async () => {
    await withReport({}, async (page) => {
      const ground = () => page.evaluate('getComputedStyle(document.querySelector(".chapters")).backgroundColor');
      const light = await ground();
      await page.$$eval('.tools button', (buttons) => buttons.at(-1)?.click());
      expect(await ground()).not.toBe(light);
      await page.$$eval('.tools button', (buttons) => buttons.at(-1)?.click());
      expect(await ground()).toBe(light);
      await page.$eval('.chapter:nth-of-type(3) h2', (heading) => heading.scrollIntoView());
      await page.waitForSelector('.contents a[aria-current]');
    });
  });

  test('has its tools and its full width also where it is too short for contents', async () => {
    const { tools, width } = await withReport({ file: 'short' }, async (page) => ({
      tools: await page.$$eval('.tools button', (all) => all.length),
      width: await page.$eval('.chapters', (chapters) => chapters.clientWidth),
    }));
    expect(tools).toBe(2);
    expect(width).toBeGreaterThan(1_000);
  });

  test('says the same without its script', async () => {
    const text = (script: boolean) =>
      withReport({ script }, (page) =>
        page.$$eval('.chapters p, .chapters td', (all) => all.map((one) => one.textContent).join('\n')),
      );
    const readings = /^(?:Point at the chart.*|CSV|Copy)$/gmu;
    const plain = await text(false);
    expect(plain).toContain('Complete in data/table-networks.csv');
    expect((await text(true)).replace(readings, '').replace(/\n+/g, '\n')).toBe(plain.replace(/\n+/g, '\n'));
  });
});
