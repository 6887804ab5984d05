import { join } from 'node:path';
import { isFolder, isRegularFile, MISSING, openOwnFolder, readOwnFile } from './own-files.ts';

/** A report folder of one customer, as its name tells. */
export interface FoundReport {
  /** Absolute, without links in it. */
  readonly folder: string;
  /** The folder relative to the workspace, for messages. */
  readonly path: string;
  /** `INC-4821`, `2026-W47`. */
  readonly id: string;
  readonly revision: number;
}

const REPORT_FOLDER = /^([A-Za-z0-9][A-Za-z0-9._-]{0,62})-r([1-9]\d{0,8})$/;

/** Every report folder of the customer, by name; none that is a link. */
export async function findReports(workspaceDir: string, customerId: string): Promise<FoundReport[]> {
  const place = `reports/${customerId}`;
  const { home, names } = await openOwnFolder(workspaceDir, place);
  const found: FoundReport[] = [];
  for (const name of names) {
    const [, id, number] = REPORT_FOLDER.exec(name) ?? [];
    if (id === undefined || number === undefined) continue;
    const folder = join(home, name);
    if (await isFolder(folder)) found.push({ folder, path: `${place}/${name}`, id, revision: Number(number) });
  }
  return found;
}

/** The latest revision of each, in their order. */
export function latestRevisions(found: readonly FoundReport[]): FoundReport[] {
  const latest = new Map<string, FoundReport>();
  for (const report of found)
    if (report.revision >= (latest.get(report.id)?.revision ?? 0)) latest.set(report.id, report);
  return [...latest.values()];
}

/** Reports made without JSON have neither file, and many reports have no sources to tell. */
export const NO_JSON = { problem: `${MISSING.problem}: the report was made without JSON` } as const;

/** A text of a report folder. */
export async function readReportFile(
  { folder }: FoundReport,
  name: string,
  largest: number,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const read = await readOwnFile(join(folder, name), largest);
  if ('content' in read) return { text: read.content.toString('utf8') };
  return read === MISSING ? NO_JSON : read;
}

export async function hasReportFile({ folder }: FoundReport, name: string): Promise<boolean> {
  return isRegularFile(join(folder, name));
}
