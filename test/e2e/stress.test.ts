import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse as parseCsv } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/log.ts';
import { launchBrowser } from '../../src/render/launch-browser.ts';
import { type BuiltCommand, buildCommand, type Outcome } from '../support/built-command.ts';
import { LAYOUT_FAULTS } from '../support/layout.ts';
import { type ReadPdf, readWithPdfJs } from '../support/pdf-text.ts';
import { makeStressCase, STRESS, stressHost, stressName } from '../support/stress-case.ts';

let command: BuiltCommand;
let remove: () => Promise<void>;
let outcome: Outcome;
let folder = '';
let pdf: ReadPdf;
const bytes = (name: string) => readFileSync(join(folder, name));
const csv = (name: string): Record<string, string>[] => parseCsv(bytes(`data/${name}.csv`), { columns: true });

beforeAll(async () => {
  command = await buildCommand();
  const made = await makeStressCase();
  remove = made.remove;
  outcome = await command.run(['incident', 'incidents/INC-1.yaml'], { cwd: made.dir });
  folder = join(made.dir, 'reports/acme/INC-1-r1');
  pdf = readWithPdfJs(bytes('report.pdf'));
}, 180_000);

afterAll(async () => {
  await remove();
  await command.remove();
});

describe('a report on two hundred targets, forty rules, thirty waves and two thousand entries with names of eighty characters', () => {
  test('is made without a warning of the browser: no word is cut off on paper, and no font is missing', () => {
    expect([outcome.exit, outcome.err.match(/no shipped font|no glyph/u)]).toEqual([0, null]);
  });

  test('is of a length that is read, and no larger than a mail takes', () => {
    expect(pdf.pages.length).toBeLessThanOrEqual(24);
    expect(bytes('report.pdf').length).toBeLessThan(2_000_000);
  });

  test('says on paper how much there is of what it prints a part of, and where the rest is', () => {
    const text = pdf.pages.join(' ').replace(/\s+/gu, ' ');
    const told = STRESS.entries + 2 * STRESS.waves + 2;
    expect(text).toContain(`120 of ${told.toLocaleString('en-GB')} events`);
    expect(text).toContain('Complete in data/table-timeline.csv.');
    expect(text).toContain('40 rules matched');
    expect(text).toContain('Complete in data/table-http-rules.csv.');
    expect(text).toContain('Complete in data/table-http-host.csv. 200 hosts in all.');
  });

  test('loses no row: every entry, wave, rule and target is in the data', () => {
    const events = csv('table-timeline').map(({ event }) => event);
    const missing = Array.from({ length: STRESS.entries }, (_, n) => stressName('Entry', n)).filter(
      (title) => !events.some((event) => event?.includes(title)),
    );
    expect(missing).toEqual([]);
    expect(csv('table-waves').map(({ wave }) => Number(wave))).toEqual(
      Array.from({ length: STRESS.waves }, (_, n) => n + 1),
    );
    expect(
      csv('table-http-rules')
        .map(({ rule_name }) => rule_name)
        .sort(),
    ).toEqual(Array.from({ length: STRESS.rules }, (_, n) => stressName('Rule', n)).sort());
    expect(
      csv('table-http-host')
        .map(({ host }) => host ?? '')
        .filter((host) => !host.startsWith('('))
        .sort(),
    ).toEqual(Array.from({ length: STRESS.targets }, (_, n) => stressHost(n)).sort());
  });

  test.each([
    { media: 'screen', width: 1280 },
    { media: 'screen', width: 390 },
    { media: 'print', width: 794 },
  ] as const)(
    'breaks no layout on $media at $width px: nothing overlaps, sticks out or is cut off',
    async ({ media, width }) => {
      const running = await launchBrowser({ log: silentLog });
      try {
        const page = await running.browser.newPage();
        await page.setViewport({ width, height: 900 });
        await page.emulateMediaType(media);
        await page.goto(pathToFileURL(join(folder, 'report.html')).href);
        expect(await page.evaluate(LAYOUT_FAULTS)).toEqual([]);
        // The measure sees what it is for.
        const faults = await page.evaluate(`(() => {
          const [first, second] = document.querySelectorAll('.chart svg text');
          for (const name of ['x', 'y', 'text-anchor']) second.setAttribute(name, first.getAttribute(name) ?? '');
          document.querySelector('p').style.cssText = 'width: 3000px';
          return ${LAYOUT_FAULTS};
        })()`);
        expect(faults).toEqual(
          expect.arrayContaining([
            expect.stringContaining('lie over each other'),
            expect.stringContaining('wider than the page'),
          ]),
        );
      } finally {
        await running.dispose();
      }
    },
  );
});
