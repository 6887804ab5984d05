import { createHash } from 'node:crypto';
import { type ExitCode, ReportError } from '../errors.ts';
import { forgetTasks, type Ledger, openLedger } from '../ledger/ledger.ts';
import { type FleetTask, runFleet } from '../schedule/schedule.ts';
import type { Console } from './console.ts';
import { beginFleetRun } from './fleet-run.ts';
import type { CommandEffects } from './incident.ts';

/** Many reports of one command, on record so that a run of it which was cut off can be taken up again. */
export interface Batch {
  /** As it stands in the manifest of the run. */
  readonly command: string;
  readonly workspaceDir: string;
  /** What was asked for; the same again is the same batch. */
  readonly asked: readonly unknown[];
  readonly isResumed: boolean;
  readonly jobs: number;
  readonly tasks: readonly Omit<FleetTask, 'scope'>[];
  /** What a task is about, for JSON. */
  readonly aboutOf: (task: FleetTask) => object;
  /** Delivers a report that an earlier run made, and may have died before it was delivered. */
  readonly deliver: (report: { readonly folder: string; readonly reportId: string }, label: string) => Promise<void>;
}

/**
 * The ledger of a batch. Without one the reports are made all the same, but cannot be taken up again: that is said, and is a fault
 * only where it was asked for.
 */
export function openBatchLedger(workspaceDir: string, isResumed: boolean, console: Console): Ledger | undefined {
  try {
    return openLedger(workspaceDir);
  } catch (error) {
    if (!(error instanceof ReportError) || isResumed) throw error;
    console.logFor().warn(`this batch cannot be taken up again with --resume: ${error.message}`);
    return undefined;
  }
}

/** Makes the reports of a batch, those left out that an earlier run of it made where it is resumed. Closes the ledger. */
export async function runBatch(batch: Batch, ledger: Ledger, effects: CommandEffects): Promise<ExitCode> {
  const { workspaceDir, jobs } = batch;
  const { now, wallNow, signal } = effects;
  const scope = `batch ${createHash('sha256')
    .update(JSON.stringify([batch.command, ...batch.asked]))
    .digest('hex')
    .slice(0, 16)}`;
  const run = beginFleetRun(batch, effects);
  try {
    if (!batch.isResumed) ledger.write((store) => forgetTasks(store, scope));
    const tasks = batch.tasks.map((task) => ({ ...task, scope }));
    const { onOutcome } = run;
    const outcomes = await runFleet(tasks, { workspaceDir, ledger, jobs, signal, now, wallNow, onOutcome });
    for (const outcome of outcomes)
      if (outcome.state === 'found' && !signal.aborted) await batch.deliver(outcome, outcome.task.label);
    return await run.end(outcomes);
  } finally {
    ledger.close();
  }
}
