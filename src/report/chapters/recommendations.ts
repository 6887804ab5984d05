import type { Recommendation } from '../../insight/insight.ts';
import { counted } from '../../model/inlines.ts';
import type { Message, Phrase } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell, DataTable } from '../report-model.ts';
import { composeRuleBlocks, withheldWords } from '../rule-files.ts';
import { ownerWords } from '../wording.ts';

/** What to change, why and what it would do, and the rules to do it with. */
export function composeRecommendations(context: ChapterContext): Chapter | undefined {
  const withheld = withheldWords(context.facts.findings.rules);
  const blocks: Block[] = [
    ...recommendationTable(context),
    ...composeRuleBlocks(context),
    ...(withheld.length > 0 ? [{ kind: 'text' as const, heading: say`Not proposed`, paragraphs: withheld }] : []),
  ];
  return blocks.length > 0
    ? { id: 'recommendations', title: say`Recommendations`, startsPage: false, blocks }
    : undefined;
}

const EFFORT_WORDS: Readonly<Record<Recommendation['effort'], Message>> = {
  low: say`Low`,
  medium: say`Medium`,
  high: say`High`,
};

/** Nobody should take an opinion of the analyst for a result of the data. */
function originWords({ from, edited }: Recommendation): Phrase {
  if (from === 'analyst') return [say` Added by the analyst.`];
  return [
    ...(from === 'provider' ? [say` Standing recommendation of the provider.`] : []),
    ...(edited ? [say` Edited by the analyst.`] : []),
  ];
}

function recommendationTable(context: ChapterContext): Block[] {
  const { recommendations } = context.facts.findings;
  if (recommendations.length === 0) return [];
  return [
    context.table({
      id: 'table-recommendations',
      title: [
        say`${counted(recommendations.length, noun('change', 'changes'))} to be better prepared for the next attack`,
      ],
      columns: [
        { label: say`What to change`, align: 'left', width: 4 },
        { label: say`Why, and what it would do`, align: 'left', width: 8 },
        { id: 'owner', label: say`Owner`, align: 'left', width: 2 },
        { label: say`Effort`, align: 'left', width: 1 },
      ],
      rows: recommendations.map((one) => recommendationRow(context, one)),
      evidence: [...new Set(recommendations.flatMap(({ evidence }) => evidence))],
      data: recommendationData(recommendations),
    }),
  ];
}

/** What to change, why and what it would do, who has to, and with how much effort. */
export function recommendationRow(context: ChapterContext, one: Recommendation): Cell[] {
  return [
    one.text,
    [...one.why, ...(one.why.length > 0 && one.effect.length > 0 ? [say` `] : []), ...one.effect, ...originWords(one)],
    ownerWords(one.owner, context.facts.case),
    EFFORT_WORDS[one.effort],
  ];
}

export function recommendationData(recommendations: readonly Recommendation[]): DataTable {
  return {
    columns: ['id', 'from', 'edited', 'owner', 'effort', 'evidence'],
    rows: recommendations.map((one) => [
      one.id,
      one.from,
      one.edited ? 'yes' : 'no',
      one.owner,
      one.effort,
      one.evidence.join(' '),
    ]),
  };
}
