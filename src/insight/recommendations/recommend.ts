import type { Log } from '../../log.ts';
import { label } from '../../model/inlines.ts';
import type { OwnRecommendation, RecommendationEdit } from '../../model/recommendation.ts';
import { say } from '../../model/say.ts';
import { meetAll } from './conditions.ts';
import { deployRule, logOnlyRule, narrowRules, raiseSensitivity } from './mitigation-rules.ts';
import { approvedPlaybook, noSignature, originCapacity, supplyBaseline, unsampledLogs } from './readiness-rules.ts';
import type { Recommendation, RecommendationInput, RecommendationRule } from './recommendation.ts';
import { cacheKey, keepSources, lockOrigin, prefixThresholds, rateLimit } from './remedy-rules.ts';
import { challengeNetworks, dropReflection } from './traffic-rules.ts';

/** The rule book, in the order in which its rules are told. */
const RULE_BOOK: readonly RecommendationRule[] = [
  deployRule,
  logOnlyRule,
  raiseSensitivity,
  narrowRules,
  rateLimit,
  cacheKey,
  challengeNetworks,
  dropReflection,
  prefixThresholds,
  keepSources,
  lockOrigin,
  originCapacity,
  approvedPlaybook,
  noSignature,
  supplyBaseline,
  unsampledLogs,
];

export interface Editing {
  /** Rules of the workspace. */
  readonly own: readonly OwnRecommendation[];
  /** What the analyst of this case does with all of them. */
  readonly edits: readonly RecommendationEdit[];
}

/** What to change: the rule book, then the provider's own rules, each only with its evidence; then the analyst has the word. */
export function recommend(input: RecommendationInput, { own, edits }: Editing, log: Log): readonly Recommendation[] {
  const emitted = [...fromRuleBook(input, log), ...fromProvider(input, own)];
  const changed = emitted.flatMap((one): Recommendation[] => {
    const edit = edits.find(({ id }) => id === one.id);
    if (!edit) return [one];
    return edit.drop ? [] : [edited(one, edit)];
  });
  for (const { id } of edits)
    if (id !== undefined && !emitted.some((one) => one.id === id))
      log.warn(`The recommendation ${id} is edited in the case file, but this incident does not call for it.`);
  return [...changed, ...edits.filter(({ id }) => id === undefined).map(added)];
}

function fromRuleBook(input: RecommendationInput, log: Log): Recommendation[] {
  return RULE_BOOK.flatMap((rule): Recommendation[] => {
    try {
      const found = rule.find(input);
      return found ? [{ id: rule.id, from: 'rule-book', ...found }] : [];
    } catch (error) {
      // As with an insight: a defect in one rule never costs the report.
      log.warn(
        `The recommendation ${rule.id} failed and is left out: ${error instanceof Error ? error.message : error}`,
      );
      return [];
    }
  });
}

function fromProvider({ stats, severity }: RecommendationInput, own: readonly OwnRecommendation[]): Recommendation[] {
  return own.flatMap((rule): Recommendation[] => {
    const met = meetAll(rule.when, stats, severity);
    if (!met) return [];
    return [
      {
        id: rule.id,
        from: 'provider',
        text: [label(rule.text, 'prose')],
        why: [...(rule.why === undefined ? [] : [label(rule.why, 'prose'), say` `]), ...met.why],
        effect: [],
        owner: rule.owner,
        effort: rule.effort,
        evidence: met.evidence,
      },
    ];
  });
}

/** New words take the place of ours; the computed effect stays, since it is no opinion. */
function edited(one: Recommendation, { text, why, owner, effort }: RecommendationEdit): Recommendation {
  return {
    ...one,
    ...(text !== undefined && { text: [label(text, 'prose')] }),
    ...(why !== undefined && { why: [label(why, 'prose')] }),
    owner: owner ?? one.owner,
    effort: effort ?? one.effort,
    edited: true,
  };
}

function added({ text, why, owner, effort }: RecommendationEdit, index: number): Recommendation {
  return {
    id: `analyst-${index + 1}`,
    from: 'analyst',
    text: text === undefined ? [] : [label(text, 'prose')],
    why: why === undefined ? [] : [label(why, 'prose')],
    effect: [],
    owner: owner ?? 'both',
    effort: effort ?? 'medium',
    evidence: [],
  };
}
