import { resolve } from 'node:path';
import type { Schedule } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import {
  beginTask,
  holdsLease,
  type Ledger,
  listTasks,
  releaseLease,
  settleFailed,
  settleMade,
  type TaskRecord,
  type TaskRef,
} from '../ledger/ledger.ts';
import { type PeriodRecord, retryAtOf } from './due.ts';
import { LEASE_MS } from './fleet.ts';
import { isGone, thisOwner } from './owner.ts';

/** How a delivery to all destinations of a report ended. `waiting`: a person has to say something first. `queued`: a worker does it. */
export interface HandedOver {
  readonly state: 'delivered' | 'failed' | 'waiting' | 'queued';
  /** Why it is not delivered. */
  readonly reason?: string;
}

interface DeliveryOrder {
  readonly workspaceDir: string;
  readonly folder: string;
  readonly destinations?: readonly string[];
}

/** Delivers a finished report, each destination once, however often it is called. */
export type DeliverFolder = (order: DeliveryOrder) => Promise<HandedOver>;

export interface HandOverOptions {
  readonly workspaceDir: string;
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly wallNow: () => number;
  readonly deliver: DeliverFolder;
}

export interface HandOverOutcome extends HandedOver {
  readonly scope: string;
  /** `acme/2026-W47`. */
  readonly name: string;
  readonly reportId: string;
}

/** The task of delivering what a task of making made. It is opened in the moment in which that one is settled. */
export function handOverOf(schedule: Schedule, { name }: TaskRef): TaskRef {
  return { scope: `delivery ${schedule.id}`, name };
}

/**
 * Delivers what was made and is not delivered: once a report, tried again by the rule of failed reports until it is older than
 * the schedule allows. What may be sent twice and what may not is the business of the delivery.
 */
export async function handOver(schedules: readonly Schedule[], options: HandOverOptions): Promise<HandOverOutcome[]> {
  const outcomes: HandOverOutcome[] = [];
  for (const schedule of schedules.filter(({ deliver }) => deliver !== false)) {
    const scope = handOverOf(schedule, { scope: '', name: '' }).scope;
    const tasks = options.ledger.read((store) => listTasks(store, scope));
    for (const task of tasks.filter((one) => isWanted(one, schedule, options.now()))) {
      if (options.signal.aborted) return outcomes;
      const outcome = await handOverOne(task, schedule, options);
      if (outcome !== undefined) outcomes.push(outcome);
    }
  }
  return outcomes;
}

function isWanted(task: TaskRecord, schedule: Schedule, now: number): boolean {
  if (task.state === 'made' || task.state === 'skipped' || now - task.at > schedule.maxAgeMs) return false;
  const record: PeriodRecord = {
    state: task.state === 'failed' ? 'failed' : 'begun',
    attempts: task.attempts,
    at: task.at,
  };
  return task.attempts === 0 || now < task.at || now >= retryAtOf(record);
}

/** `undefined` while another process is at it. */
async function handOverOne(
  task: TaskRecord,
  schedule: Schedule,
  { ledger, workspaceDir, now, wallNow, deliver }: HandOverOptions,
): Promise<HandOverOutcome | undefined> {
  const { report } = task;
  if (report === undefined) throw new Error(`the ledger has no report for ${task.scope} ${task.name}`);
  const claim = { owner: thisOwner(), wallNow: wallNow(), ttlMs: LEASE_MS, isGone };
  const begun = ledger.write((store) => beginTask(store, task, now(), claim));
  if (begun.state !== 'begun') return undefined;
  const ended = await handOverSafely(deliver, {
    workspaceDir,
    folder: resolve(workspaceDir, report.folder),
    ...(Array.isArray(schedule.deliver) && { destinations: schedule.deliver }),
  });
  ledger.write((store) => {
    if (ended.state === 'delivered' || ended.state === 'queued') settleMade(store, task, report, now());
    else if (holdsLease(store, begun.lease, wallNow())) settleFailed(store, task, ended.reason ?? ended.state, now());
    releaseLease(store, begun.lease);
  });
  return { scope: task.scope, name: task.name, reportId: report.reportId, ...ended };
}

/** A fault of one delivery ends that one. */
export function handOverSafely(deliver: DeliverFolder, order: DeliveryOrder): Promise<HandedOver> {
  return deliver(order).catch((error: unknown): HandedOver => ({ state: 'failed', reason: reasonOf(error) }));
}

function reasonOf(error: unknown): string {
  if (error instanceof ReportError) return `[${error.code}] ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
