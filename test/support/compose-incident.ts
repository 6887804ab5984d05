import { composeIncident as compose } from '../../src/report/incident.ts';
import type { IncidentFacts, ReportModel } from '../../src/report/report.ts';
import { createWriter, localise } from '../../src/text/text.ts';

/** The model of an incident in the language of its case. */
export function composeIncident(facts: IncidentFacts): ReportModel {
  return localise(compose(facts), createWriter(facts.case));
}
