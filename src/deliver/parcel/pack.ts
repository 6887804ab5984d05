import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { FinishedReport } from './finished-report.ts';

/** For the next report of this customer, not for the reader of this one. */
const KEPT_AT_HOME = new Set(['sources.json']);

/** The files of a report that leave the house, by name in order. */
function filesToSend(report: FinishedReport): readonly (readonly [string, Uint8Array])[] {
  return [...report.files].filter(([name]) => !KEPT_AT_HOME.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** All files that leave the house in one zip archive, below a folder of the report's name. The same report gives the same bytes. */
export async function packReport(report: FinishedReport): Promise<Uint8Array> {
  const zip = new ZipFile();
  const mtime = new Date(report.manifest.createdAt);
  for (const [name, content] of filesToSend(report))
    zip.addBuffer(Buffer.from(content), `${report.manifest.reportId}/${name}`, {
      mtime,
      mode: 0o100644,
      forceDosTimestamp: true,
    });
  zip.end();
  return buffer(zip.outputStream);
}
