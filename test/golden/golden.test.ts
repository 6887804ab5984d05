import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSampleReport, type SampleReport } from '../support/sample-report.ts';
import { SAMPLE_WORKSPACE, type SampleCase } from '../support/truth.ts';
import { makeWeekly } from '../support/weekly-report.ts';

// Did what the customer sees change? `npm run golden` rewrites the expected files; look at the difference before committing it.

const CASES: readonly SampleCase[] = ['INC-4821', 'INC-4907', 'INC-4958'];
type Audience = SampleReport['json']['meta']['audience'];
const OTHER_AUDIENCES: readonly (readonly [SampleCase, Audience])[] = [
  ['INC-4821', 'executive'],
  ['INC-4821', 'regulator'],
  ['INC-4907', 'executive'],
];
const FOLDER = join(import.meta.dirname, 'cases');
const isRebaseline = process.env.GOLDEN === 'rewrite' && process.env.CI === undefined;

/** Long runs of numbers (chart series, rows of data) by digest, so that a difference stays readable; everything else as it is. */
const LONGEST_LIST = 24;

function shortened(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length > LONGEST_LIST &&
      value.every((entry) => typeof entry !== 'object' || entry === null || Array.isArray(entry))
      ? `${value.length} entries, sha256 ${digest(JSON.stringify(value))}`
      : value.map(shortened);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shortened(entry)]));
  return value;
}

/** Fonts and logos by digest; a drawing by its words and the digest of the rest; one element a line. */
function normalised(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/g, (style) => `<style ${digest(style)}>`)
    .replace(/url\(data:[^)]*\)|"data:[^"]*"/g, (match) => `data ${digest(match)}`)
    .replace(/<svg[\s\S]*?<\/svg>/g, (svg) => {
      const words = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]);
      return `<svg ${words.join(' | ')}>`;
    })
    .replace(/></g, '>\n<');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function compare(id: string, name: string, actual: string): void {
  const path = join(FOLDER, id, name);
  const changed = path.replace(/(\.\w+)$/, '-changed$1');
  if (isRebaseline) {
    mkdirSync(join(FOLDER, id), { recursive: true });
    writeFileSync(path, actual);
    rmSync(changed, { force: true });
    return;
  }
  const expected = existsSync(path) ? readFileSync(path, 'utf8') : `no golden file ${path}; run npm run golden`;
  if (expected !== actual) writeFileSync(changed, actual);
  else rmSync(changed, { force: true });
  expect(actual).toBe(expected);
}

/** Each is made once for all tests that only read it. */
const made = new Map<string, Promise<SampleReport>>();

function sampleOf(id: SampleCase, audience: Audience = 'technical'): Promise<SampleReport> {
  const name = `${id} ${audience}`;
  const report = made.get(name) ?? makeSampleReport(id, audience);
  made.set(name, report);
  return report;
}

async function compareSample(
  folder: string,
  {
    json,
    html,
  }: { readonly html: string; readonly json: Partial<SampleReport['json']> & Pick<SampleReport['json'], 'meta'> },
): Promise<void> {
  const { toolVersion, ...meta } = json.meta;
  expect(toolVersion).toMatch(/^\d+\.\d+\.\d+/);
  compare(folder, 'report.json', `${JSON.stringify(shortened({ ...json, meta }), null, 1)}\n`);
  compare(folder, 'report.html', normalised(html));
}

describe.each(CASES)('the sample report %s', (id) => {
  it('says what it said before', async () => {
    await compareSample(id, await sampleOf(id));
  });

  it('is the same report when it is made again', async () => {
    const [first, second] = [await sampleOf(id), await makeSampleReport(id)];
    expect(second.json).toEqual(first.json);
    expect(second.html).toBe(first.html);
  });
});

describe.each(OTHER_AUDIENCES)('the report of %s for the audience %s', (id, audience) => {
  it('says what it said before', async () => {
    const { json, ...report } = await sampleOf(id, audience);
    await compareSample(`${id}-${audience}`, { ...report, json: { meta: json.meta, model: json.model } });
  });

  it('tells no number that the technical report does not tell, and every shared one identically', async () => {
    const [report, technical] = [await sampleOf(id, audience), await sampleOf(id)];
    const known = new Set(numbersOf(technical.json.model));
    const told = numbersOf(report.json.model);
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter((number) => !known.has(number))).toEqual([]);
    expect(report.json.analysis).toEqual(technical.json.analysis);
    expect(report.json.model.cover).toEqual(technical.json.model.cover);
  });
});

/** A usual week, a quiet one with a gap before it, the first on record, and one with a change of clocks. */
const WEEKS = [
  ['acme', '2026-W46', 'Europe/Berlin'],
  ['acme', '2026-W45', 'Europe/Berlin'],
  ['acme', '2026-W39', 'Europe/Berlin'],
  ['meridian', '2026-W44', 'America/New_York'],
] as const;

describe.each(WEEKS)('the summary for %s of %s', (customerId, week, timeZone) => {
  it('says what it said before', async () => {
    const { json, html, summary } = await makeWeekly({ workspaceDir: SAMPLE_WORKSPACE, customerId, week, timeZone });
    const { toolVersion, ...meta } = json.meta;
    expect(toolVersion).toMatch(/^\d+\.\d+\.\d+/);
    const folder = `${customerId}-${week}`;
    compare(folder, 'report.json', `${JSON.stringify(shortened({ meta, model: json.model }), null, 1)}\n`);
    compare(folder, 'report.html', normalised(html));
    compare(folder, 'summary.md', summary);
  });
});

/**
 * Every measure, length of time and moment that a model tells, with its uncertainty and window. Counts of rows order a list,
 * and when a notice is due follows from the law and stands in no other report.
 */
function numbersOf({ cover, chapters }: SampleReport['json']['model']): string[] {
  const found: string[] = [];
  const gather = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(gather);
    else if (value instanceof Object && !('id' in value && value.id === 'table-notice-deadlines')) {
      if ('kind' in value && value.kind === 'measure' && 'measure' in value) found.push(JSON.stringify(value.measure));
      else if ('kind' in value && value.kind === 'duration' && 'ms' in value) found.push(`${value.ms} ms`);
      else if ('kind' in value && value.kind === 'time' && 'at' in value) found.push(`at ${value.at}`);
      else if ('kind' in value && value.kind === 'span' && 'start' in value && 'end' in value)
        found.push(`${value.start} to ${value.end}`);
      else Object.values(value).forEach(gather);
    }
  };
  gather([cover, chapters]);
  return found;
}
