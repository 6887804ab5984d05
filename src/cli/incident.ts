import { dirname, relative, resolve, sep } from 'node:path';
import { readBrowserSettings } from '../config/config.ts';
import type { ExitCode } from '../errors.ts';
import { plural } from '../model/plural.ts';
import type { GeneratedReport } from '../stages.ts';
import { runCases } from './batch.ts';
import type { Console } from './console.ts';
import type { IncidentOptions } from './options.ts';
import type { Pipeline } from './pipeline.ts';
import { formatBytes, formatMs } from './terminal-text.ts';

export interface CommandEffects {
  readonly console: Console;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Shown paths are relative to it. */
  readonly workingDir: string;
  readonly loadPipeline: () => Promise<Pipeline>;
}

/** `debrief incident`: a report for each case, with one browser for all of them. */
export async function runIncident(
  caseFiles: readonly string[],
  options: IncidentOptions,
  effects: CommandEffects,
): Promise<ExitCode> {
  const { console, now, signal } = effects;
  const pipeline = await effects.loadPipeline();
  const settings = await readBrowserSettings(dirname(resolve(caseFiles[0] ?? '.')), options.workspace);
  const browser = pipeline.openBrowser({ ...settings, log: console.logFor() });
  try {
    return await runCases(caseFiles, { jobs: options.jobs, console, signal }, async (caseFile) => {
      const startedAt = now();
      const log = console.logFor(caseFiles.length > 1 ? caseFile : undefined);
      const report = await pipeline.generate(
        {
          caseFile,
          ...(options.workspace !== undefined && { workspaceDir: options.workspace }),
          ...(options.out !== undefined && { outDir: resolve(effects.workingDir, options.out) }),
          ...(options.audience !== undefined && { audience: options.audience }),
          formats: options.format,
          strict: options.strict === true,
        },
        { now, log, signal, browser, atOnce: Math.min(options.jobs, caseFiles.length) },
      );
      tell(report, caseFile, now() - startedAt, effects, log.info);
    });
  } finally {
    await browser.close();
  }
}

/** The documents on stdout, a path a line; the rest of the story on stderr. */
function tell(
  report: GeneratedReport,
  caseFile: string,
  ms: number,
  { console, workingDir }: CommandEffects,
  info: (message: string) => void,
): void {
  const folder = shortPath(report.folder, workingDir);
  const documents = report.files.map(({ name }) => name).filter((name) => /^report\.\w+$/.test(name));
  const bytes = report.files.reduce((sum, file) => sum + file.bytes, 0);
  info(
    `${report.reportId} → ${folder} (${plural(report.files.length, 'file', 'files')}, ${formatBytes(bytes)}, ${formatMs(ms)}` +
      `${report.warnings.length > 0 ? `, ${report.warnings.length} warning${report.warnings.length === 1 ? '' : 's'} in the report` : ''})`,
  );
  console.result(documents.length > 0 ? documents.map((name) => `${folder}${sep}${name}`) : [folder], {
    type: 'report',
    case: caseFile,
    reportId: report.reportId,
    folder: report.folder,
    files: report.files,
    warnings: report.warnings,
    ms,
  });
}

/** Relative where that is shorter to read, absolute where it would lead out of the working folder. */
function shortPath(path: string, workingDir: string): string {
  const short = relative(workingDir, path);
  return short.startsWith('..') ? path : short || '.';
}
