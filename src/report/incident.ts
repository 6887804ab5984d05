import { composeAnatomy } from './chapters/anatomy.ts';
import { composeAppendix } from './chapters/appendix.ts';
import { composeContext } from './chapters/context.ts';
import { composeCover } from './chapters/cover.ts';
import { composeBriefUnknowns, composeChanges, composeDecisions } from './chapters/executive.ts';
import { composeImpact } from './chapters/impact.ts';
import { composeMethod } from './chapters/method.ts';
import { composeMitigation } from './chapters/mitigation.ts';
import { composeNotice } from './chapters/notice.ts';
import { composeRecommendations } from './chapters/recommendations.ts';
import { composeRevisionNotes } from './chapters/revision.ts';
import { composeSignatures } from './chapters/signatures.ts';
import { composeServiceLevels } from './chapters/sla.ts';
import { composeSources } from './chapters/sources.ts';
import { composeSummary } from './chapters/summary.ts';
import { composeTargets } from './chapters/targets.ts';
import { composeTimeline } from './chapters/timeline.ts';
import { composeUnknowns } from './chapters/unknowns.ts';
import type { Chapter, ReportModel } from './composed.ts';
import { type ChapterContext, createContext, type IncidentFacts } from './facts.ts';
import type { ReportMeta } from './report-model.ts';
import { composeRuleFiles } from './rule-files.ts';

type Compose = (context: ChapterContext) => Chapter | undefined;

/**
 * The chapters of a post-incident report in reading order, for each audience. One that has nothing to say returns nothing. All
 * are composed from the same facts, and none computes: what two audiences are told is the same number.
 */
const CHAPTERS: Readonly<Record<ReportMeta['audience'], readonly Compose[]>> = {
  technical: [
    composeSummary,
    composeServiceLevels,
    composeTimeline,
    composeAnatomy,
    composeTargets,
    composeSignatures,
    composeSources,
    composeMitigation,
    composeImpact,
    composeContext,
    composeRecommendations,
    composeUnknowns,
    composeMethod,
    composeAppendix,
  ],
  executive: [composeChanges, composeBriefUnknowns, composeDecisions],
  regulator: [composeNotice, composeTimeline, composeImpact, composeUnknowns, composeMethod, composeAppendix],
};

/** Composes the post-incident report. Pure: the same facts give the same model. */
export function composeIncident(facts: IncidentFacts): ReportModel {
  const context = createContext(facts);
  const cover = composeCover(context); // first, so that the hero is figure 1
  const { audience } = facts.case;
  const changes = composeRevisionNotes(context, cover);
  const chapters = [...(changes ? [changes] : []), ...CHAPTERS[audience].flatMap((compose) => compose(context) ?? [])];
  // Rules are for those who load them.
  const ruleFiles = audience === 'technical' ? composeRuleFiles(context) : [];
  return { meta: metaOf(facts), cover, chapters, ruleFiles };
}

function metaOf(facts: IncidentFacts): ReportMeta {
  const { case: incident } = facts;
  return {
    kind: 'incident',
    reportId: facts.reportId,
    revision: facts.revision,
    incidentId: incident.id,
    title: incident.title,
    customer: { id: incident.customer.id, name: incident.customer.name },
    provider: incident.provider,
    brandId: incident.brand.id,
    tlp: incident.tlp,
    audience: incident.audience,
    ...(incident.status !== undefined && { status: incident.status }),
    ...(incident.reviewer !== undefined && { reviewer: incident.reviewer }),
    ...(incident.approval && { approval: incident.approval }),
    ...(incident.redaction && { redaction: incident.redaction.policy }),
    window: facts.stats.window,
    timeZone: incident.timeZone,
    locale: incident.locale,
    paper: incident.paper,
    createdAt: facts.createdAt,
    preparedBy: incident.preparedBy,
    toolVersion: facts.toolVersion,
  };
}
