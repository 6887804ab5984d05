import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSampleReport } from '../support/sample-report.ts';
import type { SampleCase } from '../support/truth.ts';

// Did what the customer sees change? `npm run golden` rewrites the expected files; look at the difference before committing it.

const CASES: readonly SampleCase[] = ['INC-4821', 'INC-4907', 'INC-4958'];
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

describe.each(CASES)('the sample report %s', (id) => {
  it('says what it said before', async () => {
    const { json, html } = await makeSampleReport(id);
    const { toolVersion, ...meta } = json.meta;
    expect(toolVersion).toMatch(/^\d+\.\d+\.\d+/);
    compare(id, 'report.json', `${JSON.stringify(shortened({ ...json, meta }), null, 1)}\n`);
    compare(id, 'report.html', normalised(html));
  });

  it('is the same report when it is made again', async () => {
    const [first, second] = [await makeSampleReport(id), await makeSampleReport(id)];
    expect(second.json).toEqual(first.json);
    expect(second.html).toBe(first.html);
  });
});
