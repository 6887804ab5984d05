import type { Block, FigureBlock, ReportModel } from './report-model.ts';

/** Every block in reading order, the picture of the first page among them. */
export function blocksOf({ cover, chapters }: Pick<ReportModel, 'cover' | 'chapters'>): readonly Block[] {
  return [...(cover.hero ? [cover.hero] : []), ...chapters.flatMap(({ blocks }) => blocks)];
}

export function figuresOf(model: Pick<ReportModel, 'cover' | 'chapters'>): readonly FigureBlock[] {
  return blocksOf(model).filter((block) => block.kind === 'figure');
}
