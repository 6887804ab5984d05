import type { Message } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import type { IncidentMeta, ReportMeta, WeeklyMeta } from '../report/report.ts';

/** What a report of an incident is called, by whom it is for. */
const AUDIENCES: Readonly<Record<IncidentMeta['audience'], Message>> = {
  technical: say`Post-incident report`,
  executive: say`Post-incident report for executives`,
  regulator: say`Post-incident report for regulators`,
};
const PERIODS: Readonly<Record<WeeklyMeta['period']['kind'], Message>> = {
  day: say`Daily summary`,
  week: say`Weekly summary`,
  month: say`Monthly summary`,
  custom: say`Summary`,
};

/** What a document calls itself. */
export function documentKind(meta: ReportMeta): Message {
  return meta.kind === 'incident' ? AUDIENCES[meta.audience] : PERIODS[meta.period.kind];
}
