import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { generate } from '../../src/generate.ts';
import { silentLog } from '../../src/log.ts';
import { openBrowser } from '../../src/render/render.ts';
import { readWithPdfJs } from '../support/pdf-text.ts';
import type { SampleReport } from '../support/sample-report.ts';
import { SAMPLE_WORKSPACE } from '../support/truth.ts';

const outDir = mkdtempSync(join(tmpdir(), 'debrief-revisions-'));
const browser = openBrowser({ log: silentLog });
afterAll(async () => {
  await browser.close();
  rmSync(outDir, { recursive: true, force: true });
});

async function makeRevision(): Promise<{
  readonly folder: string;
  readonly json: SampleReport['json'];
  readonly html: string;
}> {
  const { folder } = await generate(
    { caseFile: `${SAMPLE_WORKSPACE}incidents/INC-4958.yaml`, outDir, formats: ['html', 'json', 'csv'], strict: false },
    { now: () => Date.UTC(2026, 10, 23, 9), log: silentLog, signal: new AbortController().signal, browser },
  );
  const json = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as SampleReport['json']; // written by generate
  return { folder, json, html: readFileSync(join(folder, 'report.html'), 'utf8') };
}

describe('a revision of a report', () => {
  test('says nothing of others when it is the first, tells old and new numbers when they differ, and that they do not', async () => {
    const first = await makeRevision();
    expect(first.json.model.chapters.map(({ id }) => id)).not.toContain('revision');

    // As if the first had been made from other data.
    const [peak] = first.json.model.cover.tiles;
    if (typeof peak?.value !== 'object' || peak.value.kind !== 'measure') throw new Error('the first tile is a peak');
    const { value } = peak;
    const now = value.measure;
    const before = {
      ...now,
      value: now.value * 2,
      ...(now.interval && { interval: { lower: now.interval.lower * 2, upper: now.interval.upper * 2 } }),
    };
    const { meta, model, analysis } = first.json;
    const tiles = model.cover.tiles.map((tile) =>
      tile === peak ? { ...peak, value: { ...value, measure: before } } : tile,
    );
    const changed = {
      meta,
      model: { ...model, cover: { ...model.cover, tiles } },
      analysis: { ...analysis, waves: [] },
    };
    writeFileSync(join(first.folder, 'report.json'), JSON.stringify(changed));

    const second = await makeRevision();
    const table = second.json.model.chapters[0]?.blocks.find((block) => block.kind === 'table');
    expect(second.json.model.chapters[0]?.title).toBe('What changed since the revision before');
    expect(table?.data.rows).toEqual([
      ['Peak', before.value, now.value],
      ['waves', 0, second.json.analysis.waves.length],
    ]);
    // The proofreader has read both numbers back from the page.
    expect(second.html).toContain('are another than in revision 1');

    const third = await makeRevision();
    expect(third.html).toMatch(/are those of revision 2, made on <time [^>]*>23 Nov 2026/u);
    expect(third.json.model.chapters[0]?.blocks).toHaveLength(1);
  }, 60_000);

  test('does not take the report of another customer for its first, whatever the folder is called', async () => {
    const path = join(outDir, 'INC-4958-r3', 'report.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"id": "larkspur"', '"id": "acme"'));
    expect((await makeRevision()).html).toContain('are those of revision 2,');
  }, 60_000);

  test('keeps the two pages that executives are promised', async () => {
    const pages: number[] = [];
    for (const revision of [1, 2]) {
      const { folder } = await generate(
        {
          caseFile: `${SAMPLE_WORKSPACE}incidents/INC-4907.yaml`,
          audience: 'executive',
          outDir,
          formats: ['pdf', 'json'],
          strict: false,
        },
        { now: () => Date.UTC(2026, 10, 23, 9), log: silentLog, signal: new AbortController().signal, browser },
      );
      expect(folder).toContain(`INC-4907-r${revision}`);
      pages.push(readWithPdfJs(readFileSync(join(folder, 'report.pdf'))).pages.length);
    }
    expect(pages).toEqual([2, 2]);
  }, 60_000);
});
