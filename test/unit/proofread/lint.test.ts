import { describe, expect, test } from 'vitest';
import { proofread } from '../../../src/proofread/proofread.ts';
import { frameTexts, renderHtml } from '../../../src/render/html.ts';
import type { FigureBlock, ReportModel, TableBlock } from '../../../src/report/report.ts';
import { composeIncident } from '../../support/compose-incident.ts';
import { incidentFacts } from '../../support/incident-facts.ts';
import { sampleModel } from '../../support/sample-model.ts';
import { sampleParts } from '../../support/sample-parts.ts';

function read(model: ReportModel): void {
  const parts = sampleParts(model, 'screen');
  proofread(model, renderHtml(model, parts), { writer: parts.writer, frame: frameTexts(model, parts) });
}

/** The model with another table or figure in the place of the one with this id. */
function withBlock<T extends TableBlock | FigureBlock>(
  model: ReportModel,
  id: string,
  change: (block: T) => T,
): ReportModel {
  let isFound = false;
  const chapters = model.chapters.map((chapter) => ({
    ...chapter,
    blocks: chapter.blocks.map((block) => {
      if (!('id' in block) || block.id !== id) return block;
      isFound = true;
      return change(block as T); // the id is that of such a block
    }),
  }));
  if (!isFound) throw new Error(`the model has no ${id}`);
  return { ...model, chapters };
}

const model = composeIncident(incidentFacts());
const SUM = 'table-http-source-asn';

describe('a report before it is sent', () => {
  test('is fit to be sent when its sums close and its figures say when', () => {
    expect(() => read(model)).not.toThrow();
    expect(() => read(sampleModel())).not.toThrow();
  });

  test('is refused when a printed table does not add up to its total, with the table, the column and both numbers', () => {
    const open = withBlock<TableBlock>(model, SUM, (table) => ({ ...table, rows: table.rows.slice(1) }));
    expect(() => read(open)).toThrow(
      /table-http-source-asn does not close: its column "Requests" adds up to 1600 and says 6600; table-http-source-asn does not close: its column "Share" adds up to 0\.24/u,
    );
  });

  test('is refused when the complete table in data/ does not', () => {
    const open = withBlock<TableBlock>(model, SUM, (table) => ({
      ...table,
      data: { ...table.data, rows: table.data.rows.filter(([key]) => key !== '(other)') },
    }));
    expect(() => read(open)).toThrow(
      /data\/table-http-source-asn\.csv does not close: its rows add up to 6200 and it says 6600/u,
    );
  });

  test('is refused when a figure over time names no period or no zone', () => {
    const [figure] = model.chapters.flatMap(({ blocks }) =>
      blocks.filter((block) => block.kind === 'figure' && block.chart.kind === 'swim-lane'),
    );
    if (figure?.kind !== 'figure') throw new Error('the model has no lanes');
    const without = (kind: string) =>
      withBlock<FigureBlock>(model, figure.id, (block) => ({
        ...block,
        caption: block.caption.filter((inline) => typeof inline === 'string' || inline.kind !== kind),
      }));
    expect(() => read(without('zone'))).toThrow(/the caption of fig-timeline names no time zone/u);
    expect(() => read(without('span'))).toThrow(/the caption of fig-timeline names no period/u);
  });

  test('is refused when its page leaves out the period and the zone', () => {
    const parts = sampleParts(model, 'screen');
    const html = renderHtml(model, parts).replace(/<p class="cover-period">[\s\S]*?<\/p>/u, '');
    expect(() => proofread(model, html, { writer: parts.writer, frame: frameTexts(model, parts) })).toThrow(
      /UTC.*was left out of the report/u,
    );
  });
});
