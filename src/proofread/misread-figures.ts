import { isDeepStrictEqual } from 'node:util';
import { chartReading } from '../charts/charts.ts';
import { figuresOf, type ReportModel } from '../report/report.ts';

/** What the page gives to its script, figure by figure; a page of paper has none. */
const READING = /<script type="application\/json" class="reading">([^<]*)<\/script>/gu;
/** Colours are no part of what a reading says. */
const ANY_COLOURS = { primary: '#000000', accent: '#000000' };

/** A fault for each figure whose values for the pointer are not those of its chart. */
export function misreadFigures(model: Pick<ReportModel, 'cover' | 'chapters'>, html: string): string[] {
  const found = Array.from(html.matchAll(READING), ([, json = '']) => withoutColours(json));
  if (found.length === 0) return [];
  const due = figuresOf(model).flatMap(({ id, chart }) => {
    const reading = chartReading(chart, ANY_COLOURS);
    return reading ? [{ id, reading: withoutColours(JSON.stringify(reading)) }] : [];
  });
  if (found.length !== due.length)
    return [`${found.length} figures can be read by pointer, and ${due.length} have values`];
  return due
    .filter(({ reading }, index) => !isDeepStrictEqual(found[index], reading))
    .map(({ id }) => `figure ${id} gives other values to a pointer than its chart has`);
}

/** Undefined for what is no JSON, which equals no reading. */
function withoutColours(json: string): unknown {
  try {
    return JSON.parse(json, (key, value: unknown) => (key === 'colour' ? undefined : value));
  } catch {
    return undefined;
  }
}
