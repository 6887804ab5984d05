import type { ChapterContext } from '../facts.ts';
import type { Block, Chapter } from '../report-model.ts';
import { composeRuleBlocks, withheldWords } from '../rule-files.ts';

/** What to change, and the rules to change it with. */
export function composeRecommendations(context: ChapterContext): Chapter | undefined {
  const withheld = withheldWords(context.facts.findings.rules);
  const blocks: Block[] = [
    ...composeRuleBlocks(context),
    ...(withheld.length > 0 ? [{ kind: 'text' as const, heading: 'Not proposed', paragraphs: withheld }] : []),
  ];
  return blocks.length > 0 ? { id: 'recommendations', title: 'Recommendations', startsPage: false, blocks } : undefined;
}
