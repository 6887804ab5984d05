import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../src/generate.ts';
import { generateWeekly } from '../../src/generate-weekly.ts';
import { silentLog } from '../../src/log.ts';
import { parsePeriod } from '../../src/model/period.ts';
import { openBrowser } from '../../src/render/render.ts';
import { LANGUAGES, type Language, readCatalogue } from '../../src/text/speaker.ts';
import { readWithPdfJs } from '../support/pdf-text.ts';
import { makeIncidentIn, makeSampleReport, type SampleReport } from '../support/sample-report.ts';
import { SAMPLE_WORKSPACE } from '../support/truth.ts';
import { makeWeekly } from '../support/weekly-report.ts';

const LOCALES: Readonly<Record<Exclude<Language, 'en'>, string>> = {
  de: 'de-DE',
  es: 'es-ES',
  fr: 'fr-FR',
  pt: 'pt-BR',
  ja: 'ja-JP',
};

const IN_USE = LANGUAGES.filter((language): language is Exclude<Language, 'en'> => language !== 'en');
const CASES = ['INC-4821', 'INC-4907', 'INC-4958'] as const;

describe.each(IN_USE)('a report in %s', (language) => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), `debrief-${language}-`));
    cpSync(SAMPLE_WORKSPACE, dir, { recursive: true, filter: (path) => !path.includes('/generator') });
    for (const name of readdirSync(join(dir, 'customers'))) {
      const file = join(dir, 'customers', name);
      writeFileSync(file, readFileSync(file, 'utf8').replace(/^locale: .*$/mu, `locale: ${LOCALES[language]}`));
    }
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each(CASES)('passes the proofreader and has the numbers of the English one: %s', async (id) => {
    const report = await makeIncidentIn(dir, id);
    const english = await makeSampleReport(id);
    expect(report.json.analysis).toEqual(english.json.analysis);
    expect(report.html).toContain(`<html lang="${LOCALES[language]}"`);
    expectNoEnglish(report, language);
  });

  it.each(['executive', 'regulator'] as const)('is written for %s too', async (audience) => {
    expectNoEnglish(await makeIncidentIn(dir, 'INC-4821', audience), language);
  });

  it('is printed in its own words and in shipped fonts', async () => {
    const { pages, warnings } = await printCase(dir, 'INC-4958');
    const foot = readCatalogue(language).messages['Page {0} of {1}'] ?? '';
    expect(pages[1]).toContain(squeezed(foot.replace('{0}', '2').replace('{1}', `${pages.length}`)));
    expect(warnings).toEqual([]);
  });

  it('leaves no last page to the facts about the document alone', async () => {
    const { pages } = await printCase(dir, 'INC-4821');
    const about = squeezed(readCatalogue(language).messages['About this document'] ?? '');
    const [before = '', after] = (pages.at(-1) ?? '').split(about);
    expect(after).toBeDefined();
    expect(before.length).toBeGreaterThan(200); // the head of a page is about 60
  });

  it('sums up a week', async () => {
    const week = { workspaceDir: dir, customerId: 'acme', timeZone: 'Europe/Berlin' };
    for (const id of ['2026-W45', '2026-W46']) expectNoEnglish(await makeWeekly({ ...week, week: id }), language);
  });

  it('prints a week', async () => {
    const { pages, warnings } = await printed((effects) =>
      generateWeekly(
        {
          workspaceDir: dir,
          customerId: 'acme',
          period: parsePeriod('2026-W47', 'Europe/Berlin'),
          formats: ['pdf'],
          outDir: join(dir, 'printed-week'),
        },
        effects,
      ),
    );
    expect(pages.length).toBeGreaterThanOrEqual(2);
    expect(pages.length).toBeLessThanOrEqual(4);
    expect(warnings).toEqual([]);
  });
});

function printCase(dir: string, id: (typeof CASES)[number]) {
  const caseFile = join(dir, `incidents/${id}.yaml`);
  const outDir = join(dir, `printed-${id}`);
  return printed((effects) => generate({ caseFile, outDir, formats: ['pdf'], strict: false }, effects));
}

/** Pages of a report that is printed, without spaces, which the fonts of a PDF do not tell for certain. */
async function printed(make: (effects: Parameters<typeof generate>[1]) => Promise<{ readonly folder: string }>) {
  const warnings: string[] = [];
  const browser = openBrowser({ log: { ...silentLog, warn: (message) => warnings.push(message) } });
  try {
    const now = () => Date.UTC(2026, 10, 23, 9);
    const { folder } = await make({ now, log: silentLog, signal: new AbortController().signal, browser });
    const { pages } = readWithPdfJs(readFileSync(join(folder, 'report.pdf')));
    return { pages: pages.map(squeezed), warnings };
  } finally {
    await browser.close();
  }
}

function squeezed(text: string): string {
  return text.normalize('NFKC').replace(/\s/gu, '');
}

/** No whole text of ours that the language says in other words. What people and systems wrote stays as it is. */
function expectNoEnglish({ html }: Pick<SampleReport, 'html'>, language: Exclude<Language, 'en'>): void {
  const { messages } = readCatalogue(language);
  const texts = new Set(
    html
      .replace(/<(script|style)\b[\s\S]*?<\/\1>/gu, '')
      .split(/<[^>]*>/u)
      .map((text) => text.trim()),
  );
  const left = Object.entries(messages).filter(
    ([english, said]) => /^[A-Z][a-z]+(?: [a-z]+)*$/u.test(english) && said !== english && texts.has(english),
  );
  // A word may mean something else in the language: Part is a share in French.
  const own = new Set(Object.values(messages));
  expect(left.map(([english]) => english).filter((english) => !own.has(english))).toEqual([]);
}
