import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inline } from '../../src/model/phrase.ts';
import type { Analysis, ReportModel } from '../../src/report/report.ts';
import { createWriter } from '../../src/text/text.ts';
import { type BuiltCommand, buildCommand, type Outcome } from '../support/built-command.ts';
import { readWithPdfJs } from '../support/pdf-text.ts';
import { SAMPLE_WORKSPACE } from '../support/truth.ts';

let command: BuiltCommand;
let outcome: Outcome;
const outDir = mkdtempSync(join(tmpdir(), 'debrief-e2e-'));
const folder = join(outDir, 'INC-4821-r1');

beforeAll(async () => {
  command = await buildCommand();
  outcome = await command.run(['incident', `${SAMPLE_WORKSPACE}incidents/INC-4821.yaml`, '--out', outDir]);
});
afterAll(async () => {
  await command.remove();
  rmSync(outDir, { recursive: true, force: true });
});

interface ReportJson {
  readonly meta: ReportModel['meta'];
  readonly model: Omit<ReportModel, 'meta'>;
  readonly analysis: Analysis;
}

function readReport(): ReportJson {
  return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as ReportJson; // held by the schema test
}

/** Only letters and digits: lines break and blanks differ between a page and a sentence. */
function bare(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

describe('the report of the sample incident, made by the built command', () => {
  it('is told on stdout, a path a line, and nothing else is', () => {
    expect(outcome.exit).toBe(0);
    expect(
      outcome.out
        .trim()
        .split('\n')
        .map((line) => line.slice(line.lastIndexOf('/') + 1))
        .sort(),
    ).toEqual(['report.html', 'report.json', 'report.pdf']);
  });

  it('has all its files, and a manifest with the digest of each', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(manifest).toMatchObject({ reportId: 'INC-4821-r1', tlp: 'AMBER', customer: { id: 'acme' } });
    expect((manifest as { outputs: unknown[] }).outputs).toHaveLength(files.length - 1);
  });

  it('is a PDF of 6 to 13 pages, tagged, outlined, with embedded fonts and vector charts', () => {
    const bytes = readFileSync(join(folder, 'report.pdf'));
    const pdf = readWithPdfJs(bytes);
    expect(pdf.pages.length).toBeGreaterThanOrEqual(6);
    expect(pdf.pages.length).toBeLessThanOrEqual(13);
    expect(pdf.outline.length).toBeGreaterThanOrEqual(readReport().model.chapters.length);
    expect(pdf.hasJavaScript).toBe(false);
    expect(pdf.attachments).toEqual([]);
    const objects = bytes.toString('latin1');
    expect(objects).toMatch(/\/MarkInfo\s*<<[^>]*\/Marked true/);
    expect(objects).not.toMatch(/\/Subtype\s*\/(Image|Type3)/);
    const embedded = objects.match(/\/FontFile2/g) ?? [];
    const described = objects.match(/\/Type\s*\/FontDescriptor/g) ?? [];
    expect(embedded.length).toBeGreaterThanOrEqual(3);
    expect(embedded.length).toBe(described.length);
  });

  it('holds the numbers of report.json in its text', () => {
    const { meta, model } = readReport();
    const writer = createWriter({ locale: meta.locale, timeZone: meta.timeZone });
    const text = bare(readWithPdfJs(readFileSync(join(folder, 'report.pdf'))).pages.join(' '));
    const cover: Inline[] = model.cover.tiles.map((tile) => tile.value);
    for (const inline of cover) expect(text).toContain(bare(writer.phrase(inline)));
    expect(text).toContain(bare(writer.phrase(model.cover.verdict)));
    const waves = model.chapters
      .flatMap((chapter) => chapter.blocks)
      .find((block) => block.kind === 'table' && block.id === 'table-waves');
    const cells = waves?.kind === 'table' ? waves.rows.flat() : [];
    expect(cells.length).toBeGreaterThan(9);
    for (const cell of cells) expect(text).toContain(bare(writer.phrase(cell)));
  });

  it('has its label and page number on every page', () => {
    const { pages } = readWithPdfJs(readFileSync(join(folder, 'report.pdf')));
    for (const [index, page] of pages.entries()) {
      expect(page).toContain('TLP:AMBER');
      if (index > 0) expect(bare(page)).toContain(bare(`Page ${index + 1} of ${pages.length}`));
    }
  });
});

describe('the summary of a sample week, made by the built command', () => {
  const week = join(outDir, 'weeks/acme/2026-W46-r1');
  let made: Outcome;
  beforeAll(async () => {
    const argv = ['weekly', '--workspace', SAMPLE_WORKSPACE, '--customer', 'acme', '--week', '2026-W46'];
    made = await command.run([...argv, '--out', join(outDir, 'weeks')]);
  });

  it('is two to four pages that tell the week, its zone and its incident', async () => {
    expect(made.exit, made.err).toBe(0);
    const pdf = await readWithPdfJs(readFileSync(join(week, 'report.pdf')));
    expect(pdf.pages.length).toBeGreaterThanOrEqual(2);
    expect(pdf.pages.length).toBeLessThanOrEqual(4);
    const text = bare(pdf.pages.join(' '));
    for (const words of [
      'Weekly summary',
      'Week 46, 2026',
      'INC-4761-r1',
      'Europe/Berlin (UTC+01:00)',
      'What was watched',
    ])
      expect(text).toContain(bare(words));
  });

  it('is listed by the history of the workspace once it lies there, and refuses a week that is none', async () => {
    const listed = await command.run(['history', '--workspace', SAMPLE_WORKSPACE, '--customer', 'acme', '--json']);
    const ids = listed.out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line).reportId);
    expect(ids).toEqual(expect.arrayContaining(['INC-4507-r1', 'INC-4761-r1']));
    const refused = await command.run(['weekly', '--workspace', SAMPLE_WORKSPACE, '--week', '2026-W54']);
    expect(refused.exit).toBe(2);
    expect(refused.err).toContain('2026-W54');
  });
});
