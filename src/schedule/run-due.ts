import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadSchedules, nearestOf, type Schedule, type Schedules } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import {
  beat,
  type Ledger,
  lastBeat,
  listFirstSeen,
  listTasks,
  noteSeen,
  openLedger,
  type Store,
  settleSkipped,
  type TaskRecord,
} from '../ledger/ledger.ts';
import type { Period } from '../model/period.ts';
import type { GeneratedReport } from '../stages.ts';
import { type Assignment, type DuePlan, type DueQuestion, findOverdue, type PeriodRecord, planDue } from './due.ts';
import { type FleetOptions, type FleetOutcome, type FleetTask, runFleet, type TaskEffects } from './fleet.ts';
import { type DeliverFolder, type HandOverOutcome, handOver, handOverOf } from './hand-over.ts';
import { writeWhole } from './run-manifest.ts';

/** Makes the report of one period of one customer. */
export type MakeReport = (
  order: {
    readonly workspaceDir: string;
    readonly customerId: string;
    readonly period: Period;
    readonly formats: Schedule['formats'];
    /** For people: `acme 2026-W47`. */
    readonly label: string;
  },
  effects: TaskEffects,
) => Promise<GeneratedReport>;

export interface DueRequest {
  readonly workspaceDir: string;
  /** Ids; all when left out. */
  readonly schedules?: readonly string[];
  readonly customers?: readonly string[];
}

export interface DueEffects extends Omit<FleetOptions, 'workspaceDir' | 'ledger'> {
  readonly makeReport: MakeReport;
  /** Delivers what schedules with `deliver` made; without it nothing is delivered, and nothing made now will be. */
  readonly deliver?: DeliverFolder;
  readonly onHandOver?: (outcome: HandOverOutcome) => void;
  /** Told of what is about to be done, before it is. */
  readonly onPlan?: (plan: DuePlan) => void;
}

const HEARTBEAT = 'run-due';

/** What is due at this moment, and nothing is written. */
export async function planRun(request: DueRequest, now: number): Promise<DuePlan> {
  const { workspaceDir, schedules } = await selectSchedules(request);
  return readLedger(workspaceDir, (store) => planDue(questionOf(schedules, now, store)));
}

export interface ScheduleHealth {
  readonly schedules: number;
  /** When `runDue` last came to its end; missing when it never did. */
  readonly lastRunAt?: number;
  /** Periods that should have been made by now and were not. */
  readonly overdue: ReturnType<typeof findOverdue>;
}

/** What an unattended machine has to answer for. */
export async function examineSchedules(dir: string, now: number): Promise<ScheduleHealth> {
  const { workspaceDir, schedules } = await loadSchedules(dir);
  return readLedger(workspaceDir, (store) => {
    const lastRunAt = store && lastBeat(store, HEARTBEAT);
    const overdue = findOverdue(questionOf(schedules, now, store));
    return { schedules: schedules.length, ...(lastRunAt !== undefined && { lastRunAt }), overdue };
  });
}

/**
 * Makes what is due, once, and records it. Run again it makes nothing again; run by two at once each makes its share.
 * @returns what became of every report that was due, oldest first for each customer.
 */
export async function runDue(request: DueRequest, effects: DueEffects): Promise<FleetOutcome[]> {
  const { workspaceDir, schedules } = await selectSchedules(request);
  const ledger = openLedger(workspaceDir);
  try {
    const now = effects.now();
    const plan = ledger.write((store) => {
      const found = planDue(questionOf(schedules, now, store));
      for (const schedule of schedules) for (const { id } of schedule.customers) noteSeen(store, schedule.id, id, now);
      for (const { reason, ...assignment } of found.skipped) settleSkipped(store, refOf(assignment), reason, now);
      return found;
    });
    effects.onPlan?.(plan);
    const outcomes = await makeAll(plan.due, workspaceDir, ledger, effects);
    await handOverAll(schedules, workspaceDir, ledger, effects);
    if (!effects.signal.aborted) await noteHeartbeat(workspaceDir, ledger, effects.now(), outcomes);
    return outcomes;
  } finally {
    ledger.close();
  }
}

/** Makes assignments that are not made yet, those of one customer in order. */
export function makeAll(
  assignments: readonly Assignment[],
  workspaceDir: string,
  ledger: Ledger,
  effects: DueEffects,
): Promise<FleetOutcome[]> {
  return runFleet(
    assignments.map((assignment) => taskOf(assignment, workspaceDir, effects)),
    { ...effects, workspaceDir, ledger },
  );
}

/** Delivers what is to be delivered of these schedules, also of earlier runs. */
export async function handOverAll(
  schedules: readonly Schedule[],
  workspaceDir: string,
  ledger: Ledger,
  effects: DueEffects,
): Promise<void> {
  const { deliver, onHandOver } = effects;
  if (deliver === undefined) return;
  for (const outcome of await handOver(schedules, { ...effects, workspaceDir, ledger, deliver })) onHandOver?.(outcome);
}

export function refOf({ schedule, customer, period }: Pick<Assignment, 'schedule' | 'customer' | 'period'>) {
  return { scope: scopeOf(schedule), name: `${customer.id}/${period.id}` };
}

function taskOf(assignment: Assignment, workspaceDir: string, { makeReport, deliver }: DueEffects): FleetTask {
  const { schedule, customer, period } = assignment;
  const isDelivered = deliver !== undefined && schedule.deliver !== false;
  const label = `${customer.id} ${period.id}`;
  return {
    ...refOf(assignment),
    label,
    group: customer.id,
    ...(isDelivered && { followUp: handOverOf(schedule, refOf(assignment)) }),
    make: (effects) =>
      makeReport({ workspaceDir, customerId: customer.id, period, formats: schedule.formats, label }, effects),
  };
}

/** The schedules of the workspace with the customers that were asked for. */
export async function selectSchedules(request: DueRequest): Promise<Schedules> {
  const loaded = await loadSchedules(request.workspaceDir);
  refuseUnknown(
    'schedule',
    request.schedules,
    loaded.schedules.map(({ id }) => id),
  );
  refuseUnknown('customer', request.customers, loaded.customerIds);
  const schedules = loaded.schedules
    .filter(({ id }) => request.schedules?.includes(id) ?? true)
    .map((schedule) => ({
      ...schedule,
      customers: schedule.customers.filter(({ id }) => request.customers?.includes(id) ?? true),
    }));
  return { ...loaded, schedules };
}

function refuseUnknown(what: string, asked: readonly string[] | undefined, ids: readonly string[]): void {
  for (const id of asked ?? []) {
    if (ids.includes(id)) continue;
    const nearest = nearestOf(id, ids);
    throw new ReportError('usage', `there is no ${what} "${id}"`, {
      hint: nearest === undefined ? `Known: ${ids.join(', ') || 'none'}.` : `Did you mean ${nearest}?`,
    });
  }
}

function questionOf(schedules: readonly Schedule[], now: number, store: Store | undefined): DueQuestion {
  const records = new Map<string, PeriodRecord>();
  const firstSeen = new Map<string, ReadonlyMap<string, number>>();
  if (store !== undefined)
    for (const schedule of schedules) {
      firstSeen.set(schedule.id, listFirstSeen(store, schedule.id));
      for (const task of listTasks(store, scopeOf(schedule))) {
        const record = periodRecordOf(task);
        if (record !== undefined) records.set(`${schedule.id}/${task.name}`, record);
      }
    }
  return {
    schedules,
    now,
    firstSeen: (schedule, customer) => firstSeen.get(schedule.id)?.get(customer.id),
    recordOf: (schedule, customer, periodId) => records.get(`${schedule.id}/${customer.id}/${periodId}`),
  };
}

/** What was about to appear is looked at first thing, as if it had never been begun. */
function periodRecordOf({ state, attempts, at }: TaskRecord): PeriodRecord | undefined {
  return state === 'publishing' || state === 'open' ? undefined : { state, attempts, at };
}

/** Names of the tasks of schedules in one state, scope and name run together. */
export function readRecords(
  workspaceDir: string,
  schedules: readonly Schedule[],
  state: TaskRecord['state'],
): ReadonlySet<string> {
  return readLedger(workspaceDir, (store) => {
    const tasks = store === undefined ? [] : schedules.flatMap((schedule) => listTasks(store, scopeOf(schedule)));
    return new Set(tasks.filter((task) => task.state === state).map(({ scope, name }) => scope + name));
  });
}

function scopeOf(schedule: Schedule): string {
  return `schedule ${schedule.id}`;
}

/** A look that makes no ledger where there is none. */
function readLedger<T>(workspaceDir: string, look: (store: Store | undefined) => T): T {
  if (!existsSync(join(workspaceDir, '.debrief', 'ledger.sqlite'))) return look(undefined);
  const ledger = openLedger(workspaceDir);
  try {
    return ledger.read(look);
  } finally {
    ledger.close();
  }
}

/** In the ledger for the doctor, in a file for whatever watches this machine. */
async function noteHeartbeat(
  workspaceDir: string,
  ledger: Ledger,
  now: number,
  outcomes: readonly FleetOutcome[],
): Promise<void> {
  ledger.write((store) => beat(store, HEARTBEAT, now));
  const count = (state: FleetOutcome['state']) => outcomes.filter((outcome) => outcome.state === state).length;
  const heartbeat = { at: new Date(now).toISOString(), made: count('made'), failed: count('failed') };
  await writeWhole(join(workspaceDir, '.debrief', 'heartbeat.json'), `${JSON.stringify(heartbeat)}\n`);
}
