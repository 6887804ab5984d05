import { createHash } from 'node:crypto';
import type { Log } from '../log.ts';
import { type PastIncident, readPastReport, type StoredIncident } from './past-report.ts';
import { readPastSources } from './past-sources.ts';
import {
  type FoundReport,
  findReports,
  hasReportFile,
  latestRevisions,
  NO_JSON,
  readReportFile,
} from './report-folders.ts';

/** What earlier reports of this customer, found in the workspace, tell about earlier incidents. */
export interface Archive {
  /** The latest revision of each other incident, by the start of its period. */
  readonly incidents: readonly PastIncident[];
  /** A full sentence for each report that is there and could not be used. */
  readonly warnings: readonly string[];
}

/** What a summary takes from the latest report of each incident. */
export interface IncidentRecord extends StoredIncident {
  /** Its report.json: path relative to the workspace, size and digest. */
  readonly file: { readonly path: string; readonly bytes: number; readonly sha256: string };
  /** Whether the report has a page. */
  readonly hasPage: boolean;
}

export interface ArchiveOptions {
  readonly workspaceDir: string;
  readonly customerId: string;
  /** The incident that is being reported; its own revisions are no history. */
  readonly incidentId: string;
  readonly log: Log;
}

/** Largest report.json that is read; one of a month of minutes has about a tenth of it. */
const LARGEST_REPORT_BYTES = 64 * 1024 * 1024;
/** Incidents that are read, the last ones by name of the folder; more would slow every report down. */
const MOST_INCIDENTS = 500;
/** Largest sources.json that is read; 12,000 addresses of each layer take less than a quarter. */
const LARGEST_SOURCES_BYTES = 4 * 1024 * 1024;
/** Incidents whose addresses are compared, the last ones: each may hold thousands. */
const MOST_COMPARED = 100;

/**
 * Reads `reports/<customer>/<incident>-r<n>/report.json` of the workspace: only the folder of this customer, only what lies in
 * it without a link, only reports that name this customer and their own folder. A report that cannot be used is a warning,
 * never an error: the incident at hand must be told all the same. Of an incident whose latest revision cannot be used nothing
 * is taken, since an earlier one was corrected. Beside the last reports their `sources.json` is read, by the same rules; many have
 * none.
 */
export async function readArchive(options: ArchiveOptions): Promise<Archive> {
  const reports = await findReports(options.workspaceDir, options.customerId);
  const found = latestRevisions(reports.filter(({ id }) => id !== options.incidentId)).slice(-MOST_INCIDENTS);
  const read: { readonly report: FoundReport; readonly incident: PastIncident }[] = [];
  const warnings: string[] = [];
  for (const report of found) {
    const path = `${report.path}/report.json`;
    const text = await readReportFile(report, 'report.json', LARGEST_REPORT_BYTES);
    const parsed = 'problem' in text ? text : readPastReport(text.text, expectedOf(options, report));
    if ('isOther' in parsed || ('problem' in parsed && parsed === NO_JSON && PERIOD_FOLDER.test(report.id))) continue;
    if ('problem' in parsed) warnings.push(`${path} ${parsed.problem}; that incident is left out of the comparison.`);
    else read.push({ report, incident: { ...parsed.incident, sources: [] } });
  }
  read.sort((a, b) => byStart(a.incident, b.incident));
  const incidents: PastIncident[] = [];
  for (const [index, { report, incident }] of read.entries()) {
    const text =
      index < read.length - MOST_COMPARED
        ? NO_JSON
        : await readReportFile(report, 'sources.json', LARGEST_SOURCES_BYTES);
    const parsed = 'problem' in text ? text : readPastSources(text.text, expectedOf(options, report));
    if ('sources' in parsed) incidents.push({ ...incident, sources: parsed.sources });
    else incidents.push(incident);
    if ('problem' in parsed && parsed !== NO_JSON)
      warnings.push(`${report.path}/sources.json ${parsed.problem}; addresses of that incident are not compared.`);
  }
  for (const warning of warnings) options.log.warn(warning);
  return { incidents, warnings };
}

/** The latest revision of every incident of the customer, by start; by the rules of `readArchive`, without the addresses. */
export async function readIncidents(
  options: Omit<ArchiveOptions, 'incidentId'>,
): Promise<{ readonly incidents: readonly IncidentRecord[]; readonly warnings: readonly string[] }> {
  const all = await findReports(options.workspaceDir, options.customerId);
  const found = latestRevisions(all).slice(-MOST_INCIDENTS);
  const incidents: IncidentRecord[] = [];
  const warnings: string[] = [];
  for (const report of found) {
    const path = `${report.path}/report.json`;
    const text = await readReportFile(report, 'report.json', LARGEST_REPORT_BYTES);
    const parsed = 'problem' in text ? text : readPastReport(text.text, expectedOf(options, report));
    if ('isOther' in parsed || ('problem' in parsed && parsed === NO_JSON && PERIOD_FOLDER.test(report.id))) continue;
    if ('problem' in parsed || 'problem' in text) {
      warnings.push(`${path} ${'problem' in parsed ? parsed.problem : 'cannot be read'}; that incident is left out.`);
      continue;
    }
    const bytes = Buffer.from(text.text, 'utf8');
    incidents.push({
      ...(await withTables(parsed.incident, options, all)),
      sources: [],
      file: { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
      hasPage: await hasReportFile(report, 'report.html'),
    });
  }
  for (const warning of warnings) options.log.warn(warning);
  return { incidents: incidents.sort(byStart), warnings };
}

/**
 * Copies for executives lack the tables of peaks, recommendations and service levels: they are taken from the last revision before
 * that has them. The numbers of the result stay those of the latest one.
 */
async function withTables(
  latest: Omit<StoredIncident, 'sources'>,
  options: Pick<ArchiveOptions, 'customerId'>,
  all: readonly FoundReport[],
): Promise<Omit<StoredIncident, 'sources'>> {
  if (latest.peaks.length > 0) return latest;
  const earlier = all
    .filter(({ id, revision }) => id === latest.incidentId && revision < latest.revision)
    .sort((a, b) => b.revision - a.revision);
  for (const report of earlier) {
    const text = await readReportFile(report, 'report.json', LARGEST_REPORT_BYTES);
    const parsed = 'problem' in text ? text : readPastReport(text.text, expectedOf(options, report));
    if (!('incident' in parsed) || parsed.incident.peaks.length === 0) continue;
    const { peaks, recommendations, promises, attackIds } = parsed.incident;
    return { ...latest, peaks, recommendations, promises, attackIds };
  }
  return latest;
}

/** Names of summaries of periods; one that was made without JSON is no incident that is missed. */
const PERIOD_FOLDER = /^(?:\d{4}-W\d{2}|week-of-\d{4}-\d{2}-\d{2}|\d{4}-\d{2}(?:-\d{2}(?:--\d{4}-\d{2}-\d{2})?)?)$/;

function expectedOf({ customerId }: Pick<ArchiveOptions, 'customerId'>, { id, revision }: FoundReport) {
  return { customerId, incidentId: id, revision };
}

function byStart(a: PastIncident, b: PastIncident): number {
  return a.startedAt - b.startedAt || (a.incidentId < b.incidentId ? -1 : 1);
}

export { type EarlierRevision, readEarlierRevision } from './earlier-revision.ts';
export { trafficOfIncidents } from './incident-minutes.ts';
export { listReports, type MadeReport } from './made-reports.ts';
export type { PastIncident, PastPeak, StoredIncident } from './past-report.ts';
export { type PastSums, readPastSums } from './past-weekly.ts';
export * from './roll-up.ts';
export { largestFirst } from './roll-up-file.ts';
export { keepRollUp, type RollUpPlace, readRollUps } from './roll-ups.ts';
