import { counted } from '../../model/inlines.ts';
import { noun, say } from '../../model/say.ts';
import type { Chapter, TableBlock } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';

/** What the supplied evidence does not tell, and which file would. */
export function composeUnknowns(context: ChapterContext): Chapter | undefined {
  const table = unknownsTable(context);
  return table && { id: 'unknowns', title: say`What we do not know`, startsPage: false, blocks: [table] };
}

/** The gravest first, at most `most` of them printed; nothing where no question is open. */
export function unknownsTable(context: ChapterContext, most = Number.POSITIVE_INFINITY): TableBlock | undefined {
  const { unknowns } = context.facts.findings;
  if (unknowns.length === 0) return undefined;
  return context.table({
    id: 'table-unknowns',
    title: [say`${counted(unknowns.length, noun('question', 'questions'))} that the supplied data leaves open`],
    columns: [
      { label: say`Not known`, align: 'left', width: 6 },
      { label: say`What would answer it`, align: 'left', width: 6 },
    ],
    rows: unknowns.slice(0, most).map(({ what, answeredBy }): Cell[] => [what, answeredBy]),
    evidence: [],
    data: { columns: ['unknown'], rows: unknowns.map(({ id }) => [id]) },
  });
}
