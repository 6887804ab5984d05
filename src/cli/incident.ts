import { dirname, relative, resolve } from 'node:path';
import { findWorkspace, readBrowserSettings } from '../config/config.ts';
import { type ExitCode, ReportError } from '../errors.ts';
import type { BrowserHandle } from '../render/render.ts';
import type { TaskEffects } from '../schedule/schedule.ts';
import type { GeneratedReport } from '../stages.ts';
import { runCases } from './batch.ts';
import { type Batch, openBatchLedger, runBatch } from './batch-run.ts';
import type { Console } from './console.ts';
import { beginDeliveries } from './deliver.ts';
import type { IncidentOptions } from './options.ts';
import type { Pipeline } from './pipeline.ts';
import { tellReport } from './tell-report.ts';

export interface CommandEffects {
  readonly console: Console;
  readonly now: () => number;
  /** The real time, where `now` may be another that somebody asked for. */
  readonly wallNow: () => number;
  readonly signal: AbortSignal;
  /** Shown paths are relative to it. */
  readonly workingDir: string;
  readonly loadPipeline: () => Promise<Pipeline>;
}

/** Of more cases than these the phases are too many to read. */
const FEW = 8;

type Make = (caseFile: string, effects?: TaskEffects) => Promise<GeneratedReport>;

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
  if (options.ticket !== undefined && caseFiles.length > 1)
    throw new ReportError('usage', '--ticket is of one case; name the others under tickets in their case files');
  const deliveries = beginDeliveries(options, effects);
  const make = makerOf(pipeline, browser, caseFiles.length, options, effects);
  try {
    const workspaceDir = caseFiles.length > 1 ? await workspaceOf(caseFiles, options) : undefined;
    const ledger =
      workspaceDir === undefined ? undefined : openBatchLedger(workspaceDir, options.resume === true, console);
    if (workspaceDir !== undefined && ledger !== undefined) {
      const makeAndDeliver: Make = async (caseFile, own) => {
        const report = await make(caseFile, own);
        await deliveries.deliver(report, caseFile);
        return report;
      };
      const batch = { ...batchOf(caseFiles, workspaceDir, makeAndDeliver, options), deliver: deliveries.deliver };
      return deliveries.exitCode(await runBatch(batch, ledger, effects));
    }
    const made = await runCases(caseFiles, { jobs: options.jobs, console, signal }, async (caseFile) => {
      const startedAt = now();
      const report = await make(caseFile);
      const subject = caseFiles.length > 1 ? { subject: caseFile } : {};
      tellReport(report, { case: caseFile }, now() - startedAt, { ...effects, ...subject });
      await deliveries.deliver(report, caseFile);
    });
    return deliveries.exitCode(made);
  } finally {
    await browser.close();
  }
}

function makerOf(
  pipeline: Pipeline,
  browser: BrowserHandle,
  count: number,
  options: IncidentOptions,
  { console, now, signal, workingDir }: CommandEffects,
): Make {
  return (caseFile, effects) =>
    pipeline.generate(
      {
        caseFile,
        ...(options.workspace !== undefined && { workspaceDir: options.workspace }),
        ...(options.out !== undefined && { outDir: resolve(workingDir, options.out) }),
        ...(options.audience !== undefined && { audience: options.audience }),
        formats: options.format,
        strict: options.strict === true,
      },
      {
        now,
        log: count > 1 ? console.logFor(caseFile, { isOneOfMany: count > FEW }) : console.logFor(),
        signal,
        browser,
        atOnce: Math.min(options.jobs, count),
        ...effects,
      },
    );
}

/** Nothing where the first case lies in no workspace; the fault is then told of each case. */
async function workspaceOf(caseFiles: readonly string[], options: IncidentOptions): Promise<string | undefined> {
  return findWorkspace(options.workspace ?? dirname(resolve(caseFiles[0] ?? '.'))).catch((error: unknown) => {
    if (!(error instanceof ReportError) || options.resume === true) throw error;
    return undefined;
  });
}

function batchOf(
  caseFiles: readonly string[],
  workspaceDir: string,
  make: Make,
  options: IncidentOptions,
): Omit<Batch, 'deliver'> {
  const { jobs, format, audience, strict, out, resume } = options;
  return {
    command: 'incident',
    workspaceDir,
    asked: [caseFiles.map((file) => resolve(file)).sort(), format, audience ?? null, strict === true, out ?? null],
    isResumed: resume === true,
    jobs,
    tasks: [...new Set(caseFiles)].map((caseFile) => {
      const name = relative(workspaceDir, resolve(caseFile));
      return { name, label: caseFile, group: name, make: (effects) => make(caseFile, effects) };
    }),
    aboutOf: ({ label }) => ({ case: label }),
  };
}
