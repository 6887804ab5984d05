import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { drawChart } from '../../../src/charts/charts.ts';
import { createWriter } from '../../../src/text/text.ts';
import { faultsOf } from '../../support/svg-faults.ts';
import { GALLERY, type GalleryChart } from './gallery.ts';

/** `DEBRIEF_GALLERY=gallery.html npx vitest run test/visual/charts` leaves a page with every chart to look at. */
const page = process.env.DEBRIEF_GALLERY;
const drawn = new Map<string, string>();

async function drawGalleryChart(chart: GalleryChart, index: number): Promise<string> {
  const writer = createWriter({ locale: 'en-GB', timeZone: chart.timeZone ?? 'Europe/Berlin' });
  const colours = chart.colours ?? { primary: '#12355b', accent: '#c8553d' };
  return drawChart(chart.spec, { writer, colours, width: chart.width ?? 680, idPrefix: `chart-${index}` });
}

it.each(GALLERY.map((chart, index) => [chart.name, chart, index] as const))(
  '%s: no words collide or leave the picture',
  async (name, chart, index) => {
    const svg = await drawGalleryChart(chart, index);
    drawn.set(name, svg);
    expect(faultsOf(svg)).toEqual([]);
    expect(await drawGalleryChart(chart, index)).toBe(svg);
    expect(svg.length).toBeLessThan(150_000);
  },
);

afterAll(() => {
  if (page === undefined) return;
  const charts = [...drawn].map(([name, svg]) => `<h2>${name} <small>${svg.length} bytes</small></h2>${svg}`);
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><title>Charts</title><style>body{font:13px Inter,sans-serif;margin:24px;width:720px}` +
      `h2{font-size:13px;margin:28px 0 8px}small{font-weight:400;color:#777}svg{display:block}</style>${charts.join('')}`,
  );
});
