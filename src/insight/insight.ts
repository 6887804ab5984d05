import type { AttackStats } from '../aggregate/aggregate.ts';
import type { PastIncident } from '../archive/archive.ts';
import type { CustomerFile, IndustryFigure } from '../config/config.ts';
import type { DataWarning, TimelineEntry } from '../ingest/ingest.ts';
import type { Log } from '../log.ts';
import { INSIGHTS } from './catalog.ts';
import { explainDifferences } from './dashboard-difference.ts';
import type { Finding, Findings } from './findings.ts';
import { findHistory } from './history.ts';
import { compareWithIndustry } from './industry.ts';
import { meets } from './needs.ts';
import { type Editing, recommend } from './recommendations/recommend.ts';
import { proposeRules } from './rules/propose-rules.ts';
import { judgeSeverity } from './severity.ts';
import { judgeSla } from './sla.ts';
import { findUnknowns } from './unknowns.ts';
import { stateOf, writeVerdict } from './verdict.ts';

/** What a judgement may lean on besides the statistics. */
export interface JudgeFacts {
  readonly customerName: string;
  readonly incidentId: string;
  /** Recommendations that people wrote, for every incident and for this one. */
  readonly recommendations: Editing;
  /** Address ranges of the customer: the scope of a rule whose signature names no target. */
  readonly prefixes: readonly string[];
  /** Addresses of the customer's servers that only the edge should reach. */
  readonly origins: readonly string[];
  readonly warnings: readonly DataWarning[];
  /** Earlier incidents of the customer, from reports in the workspace; by start. Some may have begun after this one. */
  readonly past: readonly PastIncident[];
  /** Clauses of the customer's service level agreement. */
  readonly sla: CustomerFile['sla'];
  /** What the customer says its line and its origin can bear. */
  readonly capacity: CustomerFile['capacity'];
  /** Entries that the customer may see. */
  readonly timeline: readonly TimelineEntry[];
  /** Published figures to be shown; none where the provider does not want them. */
  readonly industry: readonly IndustryFigure[];
  /** IANA zone of the customer. */
  readonly timeZone: string;
}

/**
 * Judges the statistics, insight by insight in the order of the catalogue. An insight whose needs are not met, or that finds
 * nothing, is left out; one that throws is left out, logged and recorded, so that a defect in it never costs the report.
 */
export function judge(stats: AttackStats, facts: JudgeFacts, log: Log): Findings {
  const findings: Finding[] = [];
  const failures: { insight: string; message: string }[] = [];
  const attempt = <T>(insight: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.warn(`The insight ${insight} failed and is left out: ${message}`);
      failures.push({ insight, message });
      return undefined;
    }
  };
  for (const insight of INSIGHTS) {
    if (!insight.needs.every((need) => meets(need, stats))) continue;
    const finding = attempt(insight.id, () => insight.find(stats, facts));
    if (finding) findings.push(finding);
  }
  const rules = proposeRules(stats, facts.incidentId, facts.prefixes);
  const sla = judgeSla(stats, facts);
  const history = attempt('history-table', () => findHistory(stats, facts.past));
  const severity = judgeSeverity(stats, sla, history);
  const recommendations = recommend(
    { stats, severity, rules, promises: sla, origins: facts.origins },
    facts.recommendations,
    log,
  );
  return {
    state: stateOf(stats),
    verdict: writeVerdict(stats, facts),
    findings,
    severity,
    recommendations,
    rules,
    sla,
    ...(history && { history }),
    industry: attempt('industry', () => compareWithIndustry(stats, facts.industry)) ?? [],
    unknowns: attempt('unknowns', () => findUnknowns(stats, facts, sla)) ?? [],
    differences: attempt('differences', () => explainDifferences(stats)) ?? [],
    failures,
  };
}

export { capacityWords } from './capacity.ts';
export { ofAll, tellingPoint } from './concentration.ts';
export type { Finding, Findings } from './findings.ts';
export { activeLengthOf, comparablePeak, type History } from './history.ts';
export { complement, distanceWords, peakWords } from './inlines.ts';
export { dueNotices, type NoticeDue } from './notices.ts';
export { conjunctionWords, fieldWords, valueWords } from './predicate-words.ts';
export type { Recommendation } from './recommendations/recommendation.ts';
export { findRecurrence, likenessOf, realSenders } from './recurring.ts';
export { LARGEST_SET, type Obstacle } from './rules/language.ts';
export type { ProposedRule, ProposedRules } from './rules/propose-rules.ts';
export type { Severity } from './severity.ts';
export type { SlaJudgement } from './sla.ts';
export { isSpoofed, signsOf, spoofedSources, spoofingOf } from './spoofing.ts';
export { findVector } from './vector-catalog.ts';
export { vectorHeading, vectorName, vectorWording } from './vector-names.ts';
export { layerOfVector, type NamedVector, packetsName, vectorsOf, vectorsOfAll } from './vectors.ts';
export {
  completenessOf,
  hoursWords,
  judgeWeek,
  periodName,
  storedVectorName,
  vectorWords,
  type WeeklyFindings,
} from './weekly.ts';
