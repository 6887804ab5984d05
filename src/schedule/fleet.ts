import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ReportError } from '../errors.ts';
import {
  abandonTask,
  announceTask,
  beginTask,
  holdsLease,
  type Lease,
  type Ledger,
  openTask,
  releaseLease,
  renewLease,
  type Store,
  settleFailed,
  settleMade,
  type TaskRecord,
  type TaskRef,
  type TaskReport,
} from '../ledger/ledger.ts';
import { MINUTE_MS } from '../model/time.ts';
import type { GeneratedReport, GenerateEffects } from '../stages.ts';
import { isGone, thisOwner } from './owner.ts';

/** One report of a run. */
export interface FleetTask extends TaskRef {
  /** How people are told of it: `acme 2026-W47`, or the path of a case. */
  readonly label: string;
  /** Tasks of one group are made one after the other, in their order: each may look at what the one before it made. */
  readonly group: string;
  readonly make: (effects: TaskEffects) => Promise<GeneratedReport>;
  /** Opened in the moment in which this one is settled, with its report: what is to be done with it. */
  readonly followUp?: TaskRef;
}

/** What the runner adds to the effects of a report. */
export type TaskEffects = Pick<GenerateEffects, 'signal'> & Required<Pick<GenerateEffects, 'announce'>>;

/**
 * `made`: now. `found`: by an earlier run, which may have died before it could say so. `elsewhere`: another process is at it.
 * `abandoned`: the run was stopped.
 */
export type FleetOutcome = {
  readonly task: FleetTask;
  /** How long it took, by the clock. */
  readonly ms: number;
} & (
  | { readonly state: 'made'; readonly report: GeneratedReport }
  | { readonly state: 'found'; readonly reportId: string; readonly folder: string }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'elsewhere' }
  | { readonly state: 'abandoned' }
);

export interface FleetProgress {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Estimated from what was made so far; missing while that is too little to go by. */
  readonly msLeft?: number;
}

export interface FleetOptions {
  readonly workspaceDir: string;
  readonly ledger: Ledger;
  /** Groups worked on at the same time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** What the reports are dated by; may stand still. */
  readonly now: () => number;
  /** What leases are measured by; the real time outside of tests. */
  readonly wallNow: () => number;
  readonly onOutcome?: (outcome: FleetOutcome, progress: FleetProgress) => void;
}

/** Long enough for a machine that swaps, short enough that a dead one is not waited for; renewed while the work goes on. */
export const LEASE_MS = 2 * MINUTE_MS;
/** Reports made before a guess of the time left is worth anything. */
const LEAST_FOR_A_GUESS = 3;

/**
 * Makes every task that is not made yet, each on its own: one that fails harms no other. A task is leased, its report is
 * announced in the ledger before it appears and settled after, so that wherever a run is cut off, by whatever, the next one
 * makes what is missing and nothing twice.
 */
export async function runFleet(tasks: readonly FleetTask[], options: FleetOptions): Promise<FleetOutcome[]> {
  const groups = groupTasks(tasks);
  const held = new Map<string, Lease>();
  const outcomes: FleetOutcome[] = [];
  const startedAt = performance.now();
  const finish = (outcome: FleetOutcome) => {
    outcomes.push(outcome);
    options.onOutcome?.(outcome, progressOf(outcomes, tasks.length, performance.now() - startedAt));
  };
  const renewal = setInterval(() => renewAll(held, options), LEASE_MS / 4);
  renewal.unref();
  const broken = new AbortController(); // without a ledger nothing may go on
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const worker = async () => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift())
      for (const [index, task] of group.entries()) {
        if (signal.aborted) return;
        const outcome = await runTask(task, held, { ...options, signal });
        finish(outcome);
        // Whoever is at the earlier ones of a group makes the later ones too.
        if (outcome.state !== 'elsewhere') continue;
        for (const left of group.slice(index + 1)) finish({ task: left, ms: 0, state: 'elsewhere' });
        break;
      }
  };
  const workers = Array.from({ length: Math.min(options.jobs, groups.length) }, () =>
    worker().catch((error: unknown) => {
      broken.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  clearInterval(renewal);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return outcomes;
}

/** In the order of their first task. */
function groupTasks(tasks: readonly FleetTask[]): FleetTask[][] {
  const groups = new Map<string, FleetTask[]>();
  for (const task of tasks) groups.set(task.group, [...(groups.get(task.group) ?? []), task]);
  return [...groups.values()];
}

async function runTask(task: FleetTask, held: Map<string, Lease>, options: FleetOptions): Promise<FleetOutcome> {
  const { ledger, now, wallNow, workspaceDir } = options;
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  const owner = thisOwner();
  const begun = ledger.write((store) =>
    beginTask(store, task, now(), { owner, wallNow: wallNow(), ttlMs: LEASE_MS, isGone }),
  );
  if (begun.state === 'elsewhere') return { task, ms: ms(), state: 'elsewhere' };
  if (begun.state === 'settled') return foundOutcome(task, begun.record, workspaceDir, ms());
  const { lease, before } = begun;
  held.set(lease.name, lease);
  try {
    const appeared = before?.state === 'publishing' && (await hasAppeared(before.report, workspaceDir));
    if (appeared && before.report !== undefined) {
      const { report } = before;
      ledger.write((store) => settle(store, task, report, now(), lease));
      return foundOutcome(task, before, workspaceDir, ms());
    }
    if (before?.state === 'publishing' && before.report !== undefined) {
      const { discardReservation } = await import('../deliver/deliver.ts'); // seldom needed, and large
      await discardReservation(resolve(workspaceDir, before.report.folder)); // or the report would get the next number
    }
    let announced: TaskReport | undefined;
    const report = await task.make({
      signal: options.signal,
      announce: ({ reportId, folder, manifestSha256 }) => {
        announced = { reportId, folder: relative(workspaceDir, folder), manifestSha256 };
        const about = announced;
        ledger.write((store) => {
          if (!holdsLease(store, lease, wallNow())) throw new LeaseLost();
          announceTask(store, task, about, now());
        });
      },
    });
    const settled = announced;
    if (settled === undefined) throw new Error(`${task.label} appeared without having been announced`);
    ledger.write((store) => settle(store, task, settled, now(), lease));
    return { task, ms: ms(), state: 'made', report };
  } catch (error) {
    return fail(task, error, { lease, before }, options, ms());
  } finally {
    held.delete(lease.name);
  }
}

function settle(store: Store, task: FleetTask, report: TaskReport, now: number, lease: Lease): void {
  settleMade(store, task, report, now);
  if (task.followUp) openTask(store, task.followUp, report, now);
  releaseLease(store, lease);
}

/** Somebody else holds the task by now: we were asleep for longer than our lease. Nothing of ours may appear any more. */
class LeaseLost extends Error {}

function fail(
  task: FleetTask,
  error: unknown,
  { lease, before }: { readonly lease: Lease; readonly before: TaskRecord | undefined },
  { ledger, now, wallNow, signal }: FleetOptions,
  ms: number,
): FleetOutcome {
  if (error instanceof LeaseLost) return { task, ms, state: 'elsewhere' };
  const isStopped = signal.aborted && error instanceof ReportError && error.code === 'cancelled';
  const isOurs = ledger.write((store) => {
    if (!holdsLease(store, lease, wallNow())) return false;
    if (isStopped) abandonTask(store, task, lease, before);
    else {
      settleFailed(store, task, reasonOf(error), now());
      releaseLease(store, lease);
    }
    return true;
  });
  if (!isOurs) return { task, ms, state: 'elsewhere' };
  return isStopped ? { task, ms, state: 'abandoned' } : { task, ms, state: 'failed', error };
}

function foundOutcome(task: FleetTask, { report }: TaskRecord, workspaceDir: string, ms: number): FleetOutcome {
  if (report === undefined) return { task, ms, state: 'elsewhere' }; // skipped by a run that was quicker
  return { task, ms, state: 'found', reportId: report.reportId, folder: resolve(workspaceDir, report.folder) };
}

/** Whether the folder that was announced is there: the same manifest, so the same report. */
async function hasAppeared(report: TaskReport | undefined, workspaceDir: string): Promise<boolean> {
  if (report === undefined) return false;
  const path = join(resolve(workspaceDir, report.folder), 'manifest.json');
  const manifest = await readFile(path).catch(() => undefined);
  return manifest !== undefined && createHash('sha256').update(manifest).digest('hex') === report.manifestSha256;
}

/** A renewal that fails is no fault yet: the lease is asked for again before anything appears. */
function renewAll(held: ReadonlyMap<string, Lease>, { ledger, wallNow }: FleetOptions): void {
  if (held.size === 0) return;
  try {
    ledger.write((store) => {
      for (const lease of held.values()) renewLease(store, lease, wallNow(), LEASE_MS);
    });
  } catch {
    // the ledger is busy or gone; whoever needs it next is told
  }
}

function progressOf(outcomes: readonly FleetOutcome[], total: number, elapsedMs: number): FleetProgress {
  const done = outcomes.length;
  const failed = outcomes.filter(({ state }) => state === 'failed').length;
  const worked = outcomes.filter(({ state }) => state === 'made' || state === 'failed').length;
  return {
    done,
    failed,
    total,
    ...(worked >= LEAST_FOR_A_GUESS && { msLeft: Math.round((elapsedMs / worked) * (total - done)) }),
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof ReportError) return `[${error.code}] ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
