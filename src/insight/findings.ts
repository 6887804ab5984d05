import type { Phrase } from '../model/phrase.ts';
import type { History } from './history.ts';
import type { IndustryComparison } from './industry.ts';
import type { Recommendation } from './recommendations/recommendation.ts';
import type { ProposedRules } from './rules/propose-rules.ts';
import type { Severity } from './severity.ts';
import type { SlaJudgement } from './sla.ts';
import type { Unknown } from './unknowns.ts';

/** One judgement, with the measures it rests on inside its phrases and their evidence beside it. */
export interface Finding {
  readonly id: string;
  /** A heading that states the finding. */
  readonly title: Phrase;
  /** Full sentences. */
  readonly text: Phrase;
  /** `unfavourable` findings are never left out of the summary. */
  readonly tone: 'favourable' | 'neutral' | 'unfavourable';
  readonly evidence: readonly string[];
}

/** `over`: the last wave ended before the data did; `running`: not; `none`: no evidence of an attack. */
export interface Findings {
  readonly state: 'over' | 'running' | 'none' | 'unknown';
  /** At most 30 words: what happened and is it over. */
  readonly verdict: Phrase;
  readonly findings: readonly Finding[];
  readonly severity: Severity;
  /** What to change, each with its evidence. */
  readonly recommendations: readonly Recommendation[];
  /** Signatures as rules for the places that can stop what they match. */
  readonly rules: ProposedRules;
  /** Every clause of the service level agreement, in its order. */
  readonly sla: readonly SlaJudgement[];
  /** Absent where no earlier incident is on record. */
  readonly history?: History;
  /** Published figures beside this incident, each with its citation. */
  readonly industry: readonly IndustryComparison[];
  /** What the evidence does not tell, gravest first. */
  readonly unknowns: readonly Unknown[];
  /** Why another screen may show another number; a sentence or two each. */
  readonly differences: readonly Phrase[];
  /** Insights that failed; they are left out and recorded in the manifest. */
  readonly failures: readonly { readonly insight: string; readonly message: string }[];
}
