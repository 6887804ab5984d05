import type { ReportMeta } from '../report/report.ts';

/** What a report of an incident is called, by whom it is for. */
const AUDIENCES = {
  technical: 'Post-incident report',
  executive: 'Post-incident report for executives',
  regulator: 'Post-incident report for regulators',
} as const;
const PERIODS = { day: 'Daily summary', week: 'Weekly summary', month: 'Monthly summary', custom: 'Summary' } as const;

/** What a document calls itself. */
export function documentKind(meta: ReportMeta): string {
  return meta.kind === 'incident' ? AUDIENCES[meta.audience] : PERIODS[meta.period.kind];
}
