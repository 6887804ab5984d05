import type { Phrase } from '../model/phrase.ts';
import type { ProposedRules } from './rules/propose-rules.ts';

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
  readonly state: 'over' | 'running' | 'none';
  /** At most 30 words: what happened and is it over. */
  readonly verdict: Phrase;
  readonly findings: readonly Finding[];
  /** Signatures as rules for the places that can stop what they match. */
  readonly rules: ProposedRules;
  /** Insights that failed; they are left out and recorded in the manifest. */
  readonly failures: readonly { readonly insight: string; readonly message: string }[];
}
