import { relative, sep } from 'node:path';
import { plural } from '../model/plural.ts';
import type { GeneratedReport } from '../stages.ts';
import type { Console } from './console.ts';
import { formatBytes, formatMs } from './terminal-text.ts';

/** The documents on stdout, a path a line; the rest of the story on stderr. `about` says in JSON what the report is of. */
export function tellReport(
  report: GeneratedReport,
  about: object,
  ms: number,
  {
    console,
    workingDir,
    subject,
  }: { readonly console: Console; readonly workingDir: string; readonly subject?: string },
): void {
  const folder = shortPath(report.folder, workingDir);
  const documents = report.files.map(({ name }) => name).filter((name) => /^report\.\w+$/.test(name));
  const bytes = report.files.reduce((sum, file) => sum + file.bytes, 0);
  console
    .logFor(subject)
    .info(
      `${report.reportId} → ${folder} (${plural(report.files.length, 'file', 'files')}, ${formatBytes(bytes)}, ${formatMs(ms)}` +
        `${report.warnings.length > 0 ? `, ${report.warnings.length} warning${report.warnings.length === 1 ? '' : 's'} in the report` : ''})`,
    );
  console.result(documents.length > 0 ? documents.map((name) => `${folder}${sep}${name}`) : [folder], {
    type: 'report',
    ...about,
    reportId: report.reportId,
    folder: report.folder,
    files: report.files,
    warnings: report.warnings,
    ms,
  });
}

/** Relative where that is shorter to read, absolute where it would lead out of the working folder. */
export function shortPath(path: string, workingDir: string): string {
  const short = relative(workingDir, path);
  return short.startsWith('..') ? path : short || '.';
}
