import { createHash } from 'node:crypto';
import { dirname, relative, resolve } from 'node:path';
import { findWorkspace, readBrowserSettings } from '../config/config.ts';
import { type ExitCode, ReportError } from '../errors.ts';
import { forgetTasks, type Ledger, openLedger } from '../ledger/ledger.ts';
import type { BrowserHandle } from '../render/render.ts';
import { type FleetTask, runFleet, type TaskEffects } from '../schedule/schedule.ts';
import type { GeneratedReport } from '../stages.ts';
import { runCases } from './batch.ts';
import type { Console } from './console.ts';
import { beginDeliveries, type Deliveries } from './deliver.ts';
import { beginFleetRun } from './fleet-run.ts';
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
    const batch = caseFiles.length > 1 ? await openBatch(caseFiles, options, console) : undefined;
    if (batch !== undefined)
      return deliveries.exitCode(await runBatch(batch, caseFiles, make, deliveries, options, effects));
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

interface Batch {
  readonly ledger: Ledger;
  readonly workspaceDir: string;
  readonly scope: string;
}

/** Without a ledger the cases are made all the same; such a batch cannot be taken up again, which is said where it was asked for. */
async function openBatch(
  caseFiles: readonly string[],
  options: IncidentOptions,
  console: Console,
): Promise<Batch | undefined> {
  try {
    const workspaceDir = await findWorkspace(options.workspace ?? dirname(resolve(caseFiles[0] ?? '.')));
    return { ledger: openLedger(workspaceDir), workspaceDir, scope: scopeOf(caseFiles, options) };
  } catch (error) {
    if (!(error instanceof ReportError) || options.resume === true) throw error;
    if (error.code !== 'workspace-not-found')
      console.logFor().warn(`this batch cannot be taken up again with --resume: ${error.message}`);
    return undefined;
  }
}

/** The same cases, made in the same way, are the same batch. */
function scopeOf(caseFiles: readonly string[], { format, audience, strict, out }: IncidentOptions): string {
  const asked = [caseFiles.map((file) => resolve(file)).sort(), format, audience ?? null, strict === true, out ?? null];
  return `batch ${createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16)}`;
}

async function runBatch(
  { ledger, workspaceDir, scope }: Batch,
  caseFiles: readonly string[],
  make: Make,
  deliveries: Deliveries,
  options: IncidentOptions,
  effects: CommandEffects,
): Promise<ExitCode> {
  const { jobs } = options;
  const aboutOf = ({ label }: FleetTask) => ({ case: label });
  const run = beginFleetRun({ command: 'incident', workspaceDir, jobs, aboutOf }, effects);
  const makeAndDeliver = async (caseFile: string, own: TaskEffects) => {
    const report = await make(caseFile, own);
    await deliveries.deliver(report, caseFile);
    return report;
  };
  try {
    if (options.resume !== true) ledger.write((store) => forgetTasks(store, scope));
    const tasks = [...new Set(caseFiles)].map((caseFile) => {
      const name = relative(workspaceDir, resolve(caseFile));
      return { scope, name, label: caseFile, group: name, make: (own: TaskEffects) => makeAndDeliver(caseFile, own) };
    });
    const { now, wallNow, signal } = effects;
    const { onOutcome } = run;
    return await run.end(await runFleet(tasks, { workspaceDir, ledger, jobs, signal, now, wallNow, onOutcome }));
  } finally {
    ledger.close();
  }
}
