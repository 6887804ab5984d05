import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { type PastIncident, readPastReport } from './past-report.ts';
import { readPastSources } from './past-sources.ts';

/** What earlier reports of this customer, found in the workspace, tell about earlier incidents. */
export interface Archive {
  /** The latest revision of each other incident, by the start of its period. */
  readonly incidents: readonly PastIncident[];
  /** A full sentence for each report that is there and could not be used. */
  readonly warnings: readonly string[];
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

const REPORT_FOLDER = /^([A-Za-z0-9][A-Za-z0-9._-]{0,62})-r([1-9]\d{0,8})$/;
/** Never through a link, so that no name in this customer's folder leads to another's. */
const READ_ONLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/**
 * Reads `reports/<customer>/<incident>-r<n>/report.json` of the workspace: only the folder of this customer, only what lies in
 * it without a link, only reports that name this customer and their own folder. A report that cannot be used is a warning,
 * never an error: the incident at hand must be told all the same. Of an incident whose latest revision cannot be used nothing
 * is taken, since an earlier one was corrected. Beside the last reports their `sources.json` is read, by the same rules; many have
 * none.
 */
export async function readArchive(options: ArchiveOptions): Promise<Archive> {
  const found = await latestRevisions(options);
  const read: { readonly report: FoundReport; readonly incident: PastIncident }[] = [];
  const warnings: string[] = [];
  for (const report of found) {
    const path = `${report.path}/report.json`;
    const text = await readFile(report, 'report.json', LARGEST_REPORT_BYTES);
    const parsed = 'problem' in text ? text : readPastReport(text.text, expectedOf(options, report));
    if ('problem' in parsed) warnings.push(`${path} ${parsed.problem}; that incident is left out of the comparison.`);
    else read.push({ report, incident: { ...parsed.incident, sources: [] } });
  }
  read.sort((a, b) => byStart(a.incident, b.incident));
  const incidents: PastIncident[] = [];
  for (const [index, { report, incident }] of read.entries()) {
    const text =
      index < read.length - MOST_COMPARED ? MISSING : await readFile(report, 'sources.json', LARGEST_SOURCES_BYTES);
    const parsed = 'problem' in text ? text : readPastSources(text.text, expectedOf(options, report));
    if ('sources' in parsed) incidents.push({ ...incident, sources: parsed.sources });
    else incidents.push(incident);
    if ('problem' in parsed && parsed !== MISSING)
      warnings.push(`${report.path}/sources.json ${parsed.problem}; addresses of that incident are not compared.`);
  }
  for (const warning of warnings) options.log.warn(warning);
  return { incidents, warnings };
}

function expectedOf({ customerId }: ArchiveOptions, { incidentId, revision }: FoundReport) {
  return { customerId, incidentId, revision };
}

interface FoundReport {
  /** Absolute, without links in it. */
  readonly folder: string;
  /** The folder relative to the workspace, for messages. */
  readonly path: string;
  readonly incidentId: string;
  readonly revision: number;
}

async function latestRevisions({ workspaceDir, customerId, incidentId }: ArchiveOptions): Promise<FoundReport[]> {
  const place = `reports/${customerId}`;
  const root = await realpath(workspaceDir);
  const home = join(root, place);
  // A customer's folder that is a link, or lies behind one, may be somebody else's.
  const isOwn = (await realpath(home).catch(() => undefined)) === home;
  const names = isOwn ? await readdir(home).catch(() => []) : [];
  const latest = new Map<string, FoundReport>();
  for (const name of names.sort()) {
    const [, id, number] = REPORT_FOLDER.exec(name) ?? [];
    if (id === undefined || number === undefined || id === incidentId) continue;
    const folder = join(home, name);
    const revision = Number(number);
    if (!(await isFolder(folder)) || revision < (latest.get(id)?.revision ?? 0)) continue;
    latest.set(id, { folder, path: `${place}/${name}`, incidentId: id, revision });
  }
  return [...latest.values()].slice(-MOST_INCIDENTS);
}

/** Reports made without JSON have neither file, and many reports have no sources to tell. */
const MISSING = { problem: 'does not exist: the report was made without JSON' } as const;

async function readFile(
  { folder, path }: FoundReport,
  name: string,
  largest: number,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  try {
    await using handle = await open(join(folder, name), READ_ONLY);
    const stat = await handle.stat();
    if (!stat.isFile()) return { problem: 'is not a regular file' };
    if (stat.size > largest) return { problem: `is ${stat.size} bytes long; at most ${largest} are read` };
    return { text: await handle.readFile('utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    if (code === undefined) throw new Error(`${path}/${name} could not be read`, { cause: error });
    if (code === 'ENOENT') return MISSING;
    return code === 'ELOOP' ? { problem: 'is a link' } : { problem: `cannot be read (${code})` };
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

function byStart(a: PastIncident, b: PastIncident): number {
  return a.startedAt - b.startedAt || (a.incidentId < b.incidentId ? -1 : 1);
}

export type { PastIncident, PastPeak } from './past-report.ts';
