import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ReportError } from '../errors.ts';
import { describeOutput, type Manifest, type ReportFiles } from './manifest.ts';
import { outputFault } from './output-fault.ts';
import { CREATE_NEW, type Revision } from './revision.ts';
import { safeJson } from './safe-json.ts';

export interface ReportFolderRequest {
  /** From `nextRevision`. Used up by this call, whether it succeeds or not. */
  readonly revision: Revision;
  /** Names such as `report.pdf` or `data/fig-traffic.csv`; `manifest.json` is added. */
  readonly files: ReportFiles;
  readonly manifest: Manifest;
  readonly signal?: AbortSignal;
  /** Told when everything is on disk and only the name is left to give; what it throws stops the publication. */
  readonly announce?: (publication: AnnouncedReport) => void;
}

/** A report that is about to appear. After a crash its manifest tells whether it did. */
export interface AnnouncedReport {
  readonly reportId: string;
  /** Absolute path of the folder that it will be. */
  readonly folder: string;
  readonly manifestSha256: string;
}

/** Composed by us: small letters, digits, dots, hyphens; at most one folder deep. Never a name from input. */
const FILE_NAME = /^(?:[a-z0-9][a-z0-9_-]*\/)?[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[a-z0-9]+){1,3}$/;

/**
 * Publishes a report: everything is written and flushed to disk under a hidden name, then appears at once under its own.
 * After a failure or an abort nothing is left, and a report that is there is never touched.
 * @returns the absolute path of the published folder.
 * @throws ReportError `output-failed` naming path and cause, `report-exists`, `cancelled`.
 */
export async function writeReportFolder(request: ReportFolderRequest): Promise<string> {
  const { revision, signal } = request;
  const target = join(revision.outDir, revision.reportId);
  try {
    checkRequest(request);
    const manifest = safeJson(request.manifest, 2);
    const contents = new Map(request.files).set('manifest.json', manifest);
    const folders = new Set<string>();
    for (const [name, content] of contents) {
      stopIfCancelled(signal);
      const path = join(revision.partialDir, name);
      const folder = dirname(path);
      if (folder !== revision.partialDir && !folders.has(folder)) {
        await mkdir(folder);
        folders.add(folder);
      }
      await writeFlushed(path, content);
    }
    for (const folder of [...folders, revision.partialDir]) await flushFolder(folder);
    stopIfCancelled(signal);
    const manifestSha256 = createHash('sha256').update(manifest).digest('hex');
    request.announce?.({ reportId: revision.reportId, folder: target, manifestSha256 });
    await revision.publish();
  } catch (error) {
    await revision.release();
    throw outputFault(error, target);
  }
  try {
    for (const folder of [target, revision.outDir]) await flushFolder(folder);
  } catch (error) {
    throw outputFault(error, revision.outDir);
  }
  return target;
}

/** Slips of ours, caught before a file of a customer is named wrongly or a manifest lies. */
function checkRequest({ revision, files, manifest }: ReportFolderRequest): void {
  const seen = new Set(['manifest.json']);
  for (const name of files.keys()) {
    if (!FILE_NAME.test(name)) throw new Error(`${JSON.stringify(name)} is not a file name of a report`);
    const folded = name.toLowerCase(); // some file systems do not tell case apart
    if (seen.has(folded)) throw new Error(`${name} is there twice`);
    seen.add(folded);
  }
  if (manifest.reportId !== revision.reportId || manifest.revision !== revision.revision)
    throw new Error(`the manifest of ${manifest.reportId} in the folder of ${revision.reportId}`);
  const stated = new Map(manifest.outputs.map((output) => [output.name, output]));
  for (const [name, content] of files)
    if (stated.get(name)?.sha256 !== describeOutput(name, content).sha256)
      throw new Error(`the manifest does not describe ${name}`);
  if (stated.size !== files.size) throw new Error('the manifest describes a file that is not there');
}

function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ReportError('cancelled', 'cancelled before the report was published');
}

async function writeFlushed(path: string, content: Uint8Array | string): Promise<void> {
  const handle = await open(path, CREATE_NEW, 0o666);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The names in a folder are on disk only when the folder is flushed too. Windows cannot open one and needs no flush. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
