import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawChart } from '../../src/charts/charts.ts';
import type { Brand } from '../../src/config/config.ts';
import { silentLog } from '../../src/log.ts';
import { renderHtml } from '../../src/render/html.ts';
import { launchBrowser, type RunningBrowser } from '../../src/render/launch-browser.ts';
import { decodeString, PdfName, PdfString, readPdf } from '../../src/render/pdf-objects.ts';
import { openBrowser } from '../../src/render/render.ts';
import { readShownTexts } from '../../src/render/shown-texts.ts';
import { figuresOf, type ReportModel, type TableBlock } from '../../src/report/report.ts';
import { createWriter } from '../../src/text/text.ts';
import { composeIncident } from '../support/compose-incident.ts';
import { incidentFacts, layer, measure, T0 } from '../support/incident-facts.ts';
import { LAYOUT_FAULTS } from '../support/layout.ts';
import { type ReadPdf, readWithPdfJs } from '../support/pdf-text.ts';
import { sampleModel } from '../support/sample-model.ts';
import { drawnParts, SAMPLE_BRAND } from '../support/sample-parts.ts';
import { SAMPLE_WORKSPACE } from '../support/truth.ts';
import { makeWeekly } from '../support/weekly-report.ts';

// What people complain of in the public trackers of other report makers, as far as it concerns the document, in our words. What
// concerns fetching, sending and schedules is held where these are tested.

const ROWS = 300;
/** The sample with a long table, in a zone with half an hour in its offset. */
const model: ReportModel = withTable({ ...sampleModel(), meta: { ...sampleModel().meta, timeZone: 'Asia/Kolkata' } });
const browser = openBrowser({ log: silentLog });
let running: RunningBrowser;
let screen = '';
let paper = '';
let bytes: Uint8Array;
let pdf: ReadPdf;

beforeAll(async () => {
  running = await launchBrowser({ log: silentLog });
  screen = renderHtml(model, await drawnParts(model, 'screen'));
  paper = renderHtml(model, await drawnParts(model, 'print'));
  bytes = await browser.print(paper, { meta: model.meta });
  pdf = readWithPdfJs(bytes);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await running.dispose();
});

function withTable(sample: ReportModel): ReportModel {
  const table: TableBlock = {
    kind: 'table',
    id: 'table-long',
    number: 9,
    title: ['Every address'],
    columns: [
      { label: 'Row', align: 'left' },
      { label: 'Address', align: 'left' },
    ],
    rows: Array.from({ length: ROWS }, (_, i) => [
      `row-${i + 1}`,
      [{ kind: 'label', value: `2001:db8::${i}`, role: 'code' }],
    ]),
    totalRows: ROWS,
    evidence: [],
    data: { columns: [], rows: [] },
  };
  return {
    ...sample,
    chapters: [...sample.chapters, { id: 'addresses', title: 'Addresses', startsPage: false, blocks: [table] }],
  };
}

const tablePages = () => pdf.pages.filter((page) => /row-\d/u.test(page));
const rowsOf = (page: string) => [...page.matchAll(/row-(\d+)/gu)].map(([, row]) => Number(row));
const folded = (text: string) => text.replace(/\s+/gu, ' ');

async function inBrowser<T>(html: string, width: number, question: string): Promise<T> {
  const page = await running.browser.newPage();
  try {
    await page.setViewport({ width, height: 900 });
    await page.setContent(html);
    await page.evaluate('Promise.all([...document.fonts].map((face) => face.load()))');
    return (await page.evaluate(question)) as T; // the question says what it answers
  } finally {
    await page.close();
  }
}

describe('what others are blamed for', () => {
  test('“The PDF cuts my long table off at the end of the page”', () => {
    expect(tablePages().length).toBeGreaterThan(3);
    expect(tablePages().flatMap(rowsOf)).toEqual(Array.from({ length: ROWS }, (_, i) => i + 1));
  });

  test('“At the end of each page one row hides under the footer”', () => {
    const pages = tablePages().map(rowsOf);
    for (const [index, rows] of pages.slice(1).entries()) expect(rows[0]).toBe((pages[index]?.at(-1) ?? 0) + 1);
    // And every row has its second cell beside it.
    for (const page of tablePages()) expect(page.match(/2001:db8::/gu)).toHaveLength(rowsOf(page).length);
  });

  test.each([794, 816])('“On paper my chart runs over the edge”, at %i px, which is A4 and Letter', async (width) => {
    const letter = { ...model, meta: { ...model.meta, paper: 'Letter' as const } };
    const html = width === 816 ? renderHtml(letter, await drawnParts(letter, 'print')) : paper;
    expect(await inBrowser<string[]>(html, width, LAYOUT_FAULTS)).toEqual([]);
  });

  test('“The title stands on one page and its chart on the next”', () => {
    const figures = figuresOf(model);
    expect(figures.length).toBeGreaterThan(4);
    for (const { number } of figures) {
      const page = pdf.pages.find((one) => new RegExp(`Figure\\s*${number}\\b`, 'u').test(one)) ?? '';
      // The caption stands under the chart.
      expect(folded(page).split(new RegExp(`Figure ?${number}\\b`, 'u'))[1]).toContain('Source: HTTP requests');
    }
  });

  test('“On the second page nobody knows what the columns are, or the head lies over the first row”', () => {
    for (const page of tablePages()) {
      expect(page.indexOf('Address')).toBeGreaterThanOrEqual(0);
      expect(page.lastIndexOf('Address')).toBeLessThan(page.indexOf('row-'));
    }
  });

  test('“The heading is in local time, the charts in UTC, and neither says so”', () => {
    expect(folded(pdf.pages[0] ?? '')).toContain('17 Nov 2026, 18:30:00 to 21:30:00 Asia/Kolkata (UTC+05:30)');
    const overTime = [...paper.matchAll(/<svg[\s\S]*?<\/svg>/gu)].filter(([svg]) => svg.includes('Local time'));
    expect(overTime.length).toBeGreaterThan(2);
    for (const [svg] of overTime) {
      expect(svg).toContain('Local time, Asia/Kolkata (UTC+05:30)');
      expect(svg).toMatch(/<text[^>]*>(?:18:30|18:45|19:00)</u);
      expect(svg).not.toMatch(/<text[^>]*>1[345]:\d\d</u);
    }
  });

  test('“Nothing says which period this is about”', () => {
    expect(folded(pdf.pages[0] ?? '')).toContain('17 Nov 2026, 13:00:00 to 16:00:00 UTC');
    for (const { caption } of figuresOf(model)) {
      const kinds = caption.map((inline) => (typeof inline === 'string' ? 'words' : inline.kind));
      expect(kinds).toEqual(expect.arrayContaining(['time', 'zone']));
    }
  });

  test('“The PDF shows other numbers than the screen”', () => {
    // The PDF was read back against the document for paper before it was handed over.
    const numbersOf = (html: string) =>
      readShownTexts(html)
        .filter(({ place, text }) => place !== 'page-number' && /\d/u.test(text))
        .map(({ text }) => text);
    expect(numbersOf(screen).length).toBeGreaterThan(400);
    expect(numbersOf(screen)).toEqual(numbersOf(paper));
  });

  test('“A chart that failed was printed as if there had been no data”', async () => {
    const parts = await drawnParts(model, 'print');
    const [first] = parts.charts.keys();
    const charts = new Map(parts.charts).set(first ?? '', '<svg xmlns="http://www.w3.org/2000/svg"></svg>');
    expect(() => renderHtml(model, { ...parts, charts })).toThrow(/a blank chart is taken for one without data/u);
    charts.delete(first ?? '');
    expect(() => renderHtml(model, { ...parts, charts })).toThrow(/figure fig-traffic has no chart/u);
    // Where there are none it says so.
    const { hero } = model.cover;
    if (hero?.chart.kind !== 'time-stack') throw new Error('the sample begins with a stack over time');
    const series = hero.chart.series.map((one) => ({ ...one, values: one.values.map(() => null) }));
    const { line: _line, ...chart } = hero.chart;
    const svg = await drawChart(
      { ...chart, series },
      { writer: parts.writer, colours: SAMPLE_BRAND.colours, width: 658, idPrefix: 'x-' },
    );
    expect(svg).toMatch(/>No data/u);
  });

  test('“Nobody hears anything in a week in which nothing happened, and silence proves nothing”', async () => {
    const week = { workspaceDir: SAMPLE_WORKSPACE, customerId: 'acme', week: '2026-W45', timeZone: 'Europe/Berlin' };
    const { json, html } = await makeWeekly(week);
    expect(json.analysis.state).toBe('quiet');
    expect(json.analysis.incidents).toEqual([]);
    // It says how much was watched, and what the most was that came.
    for (const { completeness, peak } of json.analysis.layers) {
      expect(html).toContain(`${(completeness * 100).toFixed(1)}\u202f%`);
      expect(peak?.estimate).toBeGreaterThan(0);
    }
  });

  test('“We want our report, with logo, head, foot and our own words, not a screenshot”', async () => {
    const logo = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>')}`;
    const brand: Brand = {
      ...SAMPLE_BRAND,
      logo,
      legal: 'Confidential between Kestrel and Bastion.',
      contacts: [{ role: 'On call', reach: '+49 30 5550 100' }],
    };
    const own = sampleModel();
    const html = renderHtml(own, await drawnParts(own, 'print', brand));
    expect(html).toContain(
      `<img src="${logo.replaceAll("'", '&#x27;').replaceAll('=', '&#x3D;')}" alt="Bastion Edge">`,
    );
    const pages = readWithPdfJs(await browser.print(html, { meta: own.meta })).pages.map(folded);
    expect(pages.join(' ')).toContain('Confidential between Kestrel and Bastion.');
    expect(pages.join(' ')).toContain('+49 30 5550 100');
    for (const page of pages.slice(1)) {
      expect(page).toContain('Kestrel Outdoor AG · HTTP flood against the web shop');
      expect(page).toContain('Bastion Edge · INC-4821-r1');
    }
  });

  test.each([
    ['wide', 40, 2],
    ['high', 2, 40],
  ])('“Our logo must be square”: a %s one is shown whole', async (_, width, height) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width * 20}" height="${height * 20}"><rect width="100%" height="100%"/></svg>`;
    const brand = { ...SAMPLE_BRAND, logo: `data:image/svg+xml,${encodeURIComponent(svg)}` };
    const html = renderHtml(model, await drawnParts(model, 'print', brand));
    const [logo, strip, fit] = await inBrowser<[DOMBox, DOMBox, string]>(
      html,
      794,
      `(() => {
        const logo = document.querySelector('.cover-logo img');
        const boxOf = (element) => { const { left, right, top, bottom } = element.getBoundingClientRect(); return { left, right, top, bottom }; };
        return [boxOf(logo), boxOf(document.querySelector('.cover-strip')), getComputedStyle(logo).objectFit];
      })()`,
    );
    expect(fit).toBe('contain');
    for (const side of ['left', 'top'] as const) expect(logo[side]).toBeGreaterThanOrEqual(strip[side]);
    for (const side of ['right', 'bottom'] as const) expect(logo[side]).toBeLessThanOrEqual(strip[side]);
  });

  test('“Pages have no number and no mark of how secret they are”', () => {
    for (const [index, page] of pdf.pages.entries()) {
      expect(page.match(/TLP:AMBER/gu)?.length).toBeGreaterThanOrEqual(2);
      if (index > 0) expect(page).toContain(`Page ${index + 1} of ${pdf.pages.length}`);
    }
  });

  test('“The login of whoever pressed the button is printed as the author”', () => {
    expect(folded(pdf.pages.join(' '))).toContain('Security Operations Centre, Bastion Edge');
    expect(pdf.info).not.toHaveProperty('Author');
  });

  test('“From nothing to something is shown as infinitely many per cent”', () => {
    const composed = composeIncident(incidentFacts());
    const table = composed.chapters
      .flatMap(({ blocks }) => blocks)
      .find((block) => block.kind === 'table' && block.id === 'table-http-source-asn');
    if (table?.kind !== 'table') throw new Error('the incident has no table of networks');
    const before = table.columns.findIndex(({ label }) => label === 'Before');
    // The second network was not seen before.
    expect(table.rows[1]?.[before]).toEqual({ kind: 'missing', reason: 'new' });
    expect(JSON.stringify(composed)).not.toMatch(/Infinity|NaN|∞/u);
  });

  test('“It says blocked although the rule only watched, and does not say which rule”', () => {
    const rule = {
      id: 'r1',
      name: 'Search flood',
      system: 'waf-custom',
      action: 'log',
      disposition: 'logged',
      total: measure(6_000, 'requests'),
      firstAt: T0 + 61_000,
      lastAt: T0 + 119_000,
      before: measure(0, 'requests'),
    } as const;
    const composed = composeIncident(incidentFacts({ layer: { ...layer, rules: [rule] } }));
    const table = composed.chapters
      .flatMap(({ blocks }) => blocks)
      .find((block) => block.kind === 'table' && block.id === 'table-http-rules');
    if (table?.kind !== 'table') throw new Error('the incident has no table of rules');
    const cell = (name: string) => table.rows[0]?.[table.columns.findIndex(({ label }) => label === name)];
    expect(JSON.stringify(cell('Rule'))).toContain('Search flood');
    expect(cell('Outcome')).toMatch(/log/iu);
    expect(cell('Outcome')).not.toMatch(/block/iu);
    expect(JSON.stringify(cell('Requests'))).toContain('6000');
  });

  test('“There is no picture of the timeline, and no summary for who reads one page”', () => {
    const composed = composeIncident(incidentFacts());
    const kinds = figuresOf(composed).map(({ chart }) => chart.kind);
    expect(kinds).toContain('swim-lane');
    expect(composed.chapters[0]?.id).toBe('summary');
    const facts = incidentFacts();
    const brief = composeIncident({ ...facts, case: { ...facts.case, audience: 'executive' } });
    expect(brief.cover.tiles).toEqual(composed.cover.tiles);
  });

  test('“Nobody who cannot see can read the PDF”', () => {
    const file = readPdf(bytes);
    const dicts = [...file.objects.values()].flatMap(({ value }) => (value instanceof Map ? [value] : []));
    const named = (name: string) => {
      const isNamed = (value: unknown) => value instanceof PdfName && value.name === name;
      return dicts.filter((dict) => isNamed(dict.get('S')));
    };
    const alternatives = named('Figure').flatMap((figure) => {
      const text = figure.get('Alt');
      return text instanceof PdfString ? [decodeString(text)] : [];
    });
    const writer = createWriter(model.meta);
    for (const { alt } of figuresOf(model)) expect(alternatives).toContain(writer.phrase(alt));
    for (const [kind, least] of [
      ['H1', 1],
      ['H2', model.chapters.length],
      ['Table', 5],
      ['TH', 20],
      ['TD', ROWS],
    ] as const)
      expect(named(kind).length, kind).toBeGreaterThanOrEqual(least);
    expect(pdf.info.Language).toBe('en-GB');
    expect(pdf.outline.length).toBeGreaterThan(model.chapters.length);
  });
});

interface DOMBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
