import type { Words } from '../model/phrase.ts';
import { durationOf, HOUR_MS } from '../model/time.ts';
import type { Chapter, ReportModel } from './composed.ts';
import type { WeeklyMeta } from './report-model.ts';
import { composeWeeklyCover } from './weekly/cover.ts';
import { createWeeklyContext, type WeeklyContext, type WeeklyFacts } from './weekly/facts.ts';
import { composeIncidents } from './weekly/incidents.ts';
import { composeChanges, composeWeeklyMethod } from './weekly/method.ts';
import { composeMovers } from './weekly/movers.ts';
import { periodTitle } from './weekly/title.ts';
import { composeOpenPoints, composeWatch } from './weekly/watch.ts';

/** The chapters of a summary in reading order. One that has nothing to say returns nothing. */
const CHAPTERS: readonly ((context: WeeklyContext) => Chapter | undefined)[] = [
  composeIncidents,
  composeChanges,
  composeMovers,
  composeOpenPoints,
  composeWatch,
  composeWeeklyMethod,
];
/** Where nothing happened the first question is what was watched. */
const QUIET_CHAPTERS: typeof CHAPTERS = [
  composeIncidents,
  composeChanges,
  composeWatch,
  composeOpenPoints,
  composeMovers,
  composeWeeklyMethod,
];

/** Composes the summary of a period. Pure: the same facts give the same model. */
export function composeWeekly(facts: WeeklyFacts): ReportModel {
  const context = createWeeklyContext(facts);
  const cover = composeWeeklyCover(context); // first, so that the hero is figure 1
  const chapters = facts.findings.state === 'attacked' ? CHAPTERS : QUIET_CHAPTERS;
  return { meta: metaOf(facts), cover, chapters: chapters.flatMap((compose) => compose(context) ?? []), ruleFiles: [] };
}

function metaOf({ standing, stats, ...facts }: WeeklyFacts): WeeklyMeta<Words> {
  const { period } = stats;
  return {
    kind: 'weekly',
    reportId: facts.reportId,
    revision: facts.revision,
    period: { id: period.id, kind: period.kind, hours: durationOf(period) / HOUR_MS },
    title: periodTitle(period),
    customer: { id: standing.customer.id, name: standing.customer.name },
    provider: standing.provider,
    brandId: standing.brand.id,
    tlp: standing.tlp,
    audience: standing.audience,
    ...(standing.redaction && { redaction: standing.redaction.policy }),
    window: { start: period.start, end: period.end },
    timeZone: standing.timeZone,
    locale: standing.locale,
    paper: standing.paper,
    createdAt: facts.createdAt,
    preparedBy: standing.preparedBy,
    toolVersion: facts.toolVersion,
  };
}
