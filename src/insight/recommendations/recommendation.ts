import type { AttackStats } from '../../aggregate/aggregate.ts';
import type { Phrase } from '../../model/phrase.ts';
import type { Effort, Owner, RecommendationId } from '../../model/recommendation.ts';
import type { ProposedRules } from '../rules/propose-rules.ts';
import type { PromiseOutcome, Severity } from '../severity.ts';

/** Something to change, with the evidence for it and what it is expected to do. Full sentences. */
export interface Recommendation {
  readonly id: string;
  /** What to change. */
  readonly text: Phrase;
  /** The evidence for it. */
  readonly why: Phrase;
  /** What it would have done in this incident, computed; empty where that cannot be. */
  readonly effect: Phrase;
  readonly owner: Owner;
  readonly effort: Effort;
  readonly evidence: readonly string[];
  /** Who wrote it: our rule book, a rule of the provider, or the analyst of this case. */
  readonly from: 'rule-book' | 'provider' | 'analyst';
  /** Fields that the analyst of this case changed. */
  readonly edited?: true;
}

/** What a rule of the book looks at. */
export interface RecommendationInput {
  readonly stats: AttackStats;
  readonly severity: Severity;
  readonly rules: ProposedRules;
  readonly promises: readonly PromiseOutcome[];
  /** Addresses of the customer's servers that only the edge should reach. */
  readonly origins: readonly string[];
}

/** One rule of the book: pure, and silent without its evidence. */
export interface RecommendationRule {
  readonly id: RecommendationId;
  find(input: RecommendationInput): Omit<Recommendation, 'id' | 'from' | 'edited'> | undefined;
}
