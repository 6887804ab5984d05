import type { AttackStats } from '../aggregate/aggregate.ts';
import type { PastIncident } from '../archive/archive.ts';
import type { DataWarning } from '../ingest/ingest.ts';
import type { Log } from '../log.ts';
import { INSIGHTS } from './catalog.ts';
import type { Finding, Findings } from './findings.ts';
import { meets } from './needs.ts';
import { proposeRules } from './rules/propose-rules.ts';
import { stateOf, writeVerdict } from './verdict.ts';

/** What a judgement may lean on besides the statistics. */
export interface JudgeFacts {
  readonly customerName: string;
  readonly incidentId: string;
  /** Address ranges of the customer: the scope of a rule whose signature names no target. */
  readonly prefixes: readonly string[];
  readonly warnings: readonly DataWarning[];
  /** Earlier incidents of the customer, from reports in the workspace; by start. Some may have begun after this one. */
  readonly past: readonly PastIncident[];
}

/**
 * Judges the statistics, insight by insight in the order of the catalogue. An insight whose needs are not met, or that finds
 * nothing, is left out; one that throws is left out, logged and recorded, so that a defect in it never costs the report.
 */
export function judge(stats: AttackStats, facts: JudgeFacts, log: Log): Findings {
  const findings: Finding[] = [];
  const failures: { insight: string; message: string }[] = [];
  for (const insight of INSIGHTS) {
    if (!insight.needs.every((need) => meets(need, stats))) continue;
    try {
      const finding = insight.find(stats, facts);
      if (finding) findings.push(finding);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.warn(`The insight ${insight.id} failed and is left out: ${message}`);
      failures.push({ insight: insight.id, message });
    }
  }
  const rules = proposeRules(stats, facts.incidentId, facts.prefixes);
  return { state: stateOf(stats), verdict: writeVerdict(stats, facts), findings, rules, failures };
}

export { ofAll, tellingPoint } from './concentration.ts';
export type { Finding, Findings } from './findings.ts';
export { capitalised, complement, distanceWords, peakWords } from './inlines.ts';
export { LARGEST_SET, type Obstacle } from './rules/language.ts';
export type { ProposedRule, ProposedRules } from './rules/propose-rules.ts';
export { findVector } from './vector-catalog.ts';
export { vectorName } from './vector-names.ts';
export { type NamedVector, vectorsOf, vectorsOfAll } from './vectors.ts';
