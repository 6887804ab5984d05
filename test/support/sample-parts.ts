import { drawChart } from '../../src/charts/charts.ts';
import type { Brand } from '../../src/config/config.ts';
import type { HtmlParts } from '../../src/render/render.ts';
import type { FigureBlock, ReportModel } from '../../src/report/report.ts';
import { createWriter } from '../../src/text/text.ts';

export const SAMPLE_BRAND: Brand = {
  id: 'bastion',
  name: 'Bastion Edge',
  colours: { primary: '#12355b', accent: '#c8553d' },
  legal:
    'Bastion Edge Ltd. Made from the data named in this report; it describes the state at the time stated on the cover.',
};

function figuresOf(model: ReportModel): readonly FigureBlock[] {
  const inChapters = model.chapters.flatMap((chapter) => chapter.blocks).filter((block) => block.kind === 'figure');
  return model.cover.hero ? [model.cover.hero, ...inChapters] : inChapters;
}

/** Everything `renderHtml` needs beside the model, with a plain drawing for each figure. */
export function sampleParts(model: ReportModel, purpose: HtmlParts['purpose'], brand = SAMPLE_BRAND): HtmlParts {
  const drawing = (label: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 658 250"><rect width="658" height="250" fill="#eef2f6"/><text x="16" y="32" font-size="12">${label}</text></svg>`;
  return {
    writer: createWriter({ locale: model.meta.locale, timeZone: model.meta.timeZone }),
    brand,
    charts: new Map(figuresOf(model).map((figure) => [figure.id, drawing(`Chart ${figure.number}`)])),
    purpose,
  };
}

/** The same with the charts as they are printed. */
export async function drawnParts(
  model: ReportModel,
  purpose: HtmlParts['purpose'],
  brand = SAMPLE_BRAND,
): Promise<HtmlParts> {
  const parts = sampleParts(model, purpose, brand);
  const charts = new Map<string, string>();
  for (const { id, chart } of figuresOf(model))
    charts.set(
      id,
      await drawChart(chart, { writer: parts.writer, colours: brand.colours, width: 658, idPrefix: `${id}-` }),
    );
  return { ...parts, charts };
}
