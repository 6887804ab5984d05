import { createHash } from 'node:crypto';
import type { Schedule, ScheduledCustomer } from '../config/config.ts';
import { type Cadence, clockTimeOn, nextPeriod, type Period, periodAt, previousPeriod } from '../model/period.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time.ts';

/** What the ledger has on one period of one customer. */
export interface PeriodRecord {
  /** `begun`: a run was cut off in the middle of it, or another one is at it now. */
  readonly state: 'made' | 'failed' | 'skipped' | 'begun';
  /** How often it was tried. */
  readonly attempts: number;
  /** When it was last tried or skipped. */
  readonly at: number;
}

/** A period of one customer that a schedule asks for. */
export interface Assignment {
  readonly schedule: Schedule;
  readonly customer: ScheduledCustomer;
  readonly period: Period;
  /** When its report was due, jitter included. */
  readonly dueAt: number;
}

/** `newer-due`: catch-up is not `all` and a later one is due; `late`: catch-up is `none`; `too-old`: beyond the maximum age. */
type SkipReason = 'newer-due' | 'late' | 'too-old';

export interface DuePlan {
  /** To be made now, oldest first within a customer; customers in the middle of whose reports a run was cut off come last. */
  readonly due: readonly Assignment[];
  /** Never to be made by the schedule; recorded so that nobody has to wonder. */
  readonly skipped: readonly (Assignment & { readonly reason: SkipReason })[];
  /** Failed, and not tried again yet. */
  readonly waiting: readonly (Assignment & { readonly retryAt: number })[];
}

export interface DueQuestion {
  readonly schedules: readonly Schedule[];
  readonly now: number;
  /** When a schedule was first run for a customer; `undefined` when never. What ended long before was never missed. */
  readonly firstSeen: (schedule: Schedule, customer: ScheduledCustomer) => number | undefined;
  readonly recordOf: (schedule: Schedule, customer: ScheduledCustomer, periodId: string) => PeriodRecord | undefined;
}

/** A report is on time until its lateness and this have passed since it was due; the doctor complains from then on. */
const GRACE_MS = HOUR_MS;
/** A failure is tried again after 15 minutes, then after twice as long each time, at most after six hours. */
const FIRST_RETRY_MS = 15 * MINUTE_MS;
const LONGEST_RETRY_MS = 6 * HOUR_MS;
/** A report in the middle of which so many runs were cut off is taken for the cause, and waits as if it had failed. */
const MOST_CUTS = 5;
/** How far back missed periods are looked for and told of. */
const LONGEST_LOOK_BACK_MS = 366 * DAY_MS;

const KINDS = { daily: 'day', weekly: 'week', monthly: 'month' } as const satisfies Record<
  Schedule['cadence'],
  Cadence
>;

/**
 * Due periods minus recorded periods. It depends on nothing but its arguments, so missed runs, double runs and clocks that
 * are put back change what is made only as far as they change these.
 */
export function planDue(question: DueQuestion): DuePlan {
  const plans = question.schedules
    .flatMap((schedule) => schedule.customers.map((customer) => planCustomer(schedule, customer, question)))
    .sort((a, b) => Number(a.wasCut) - Number(b.wasCut)); // if one of them brings the run down, the others are made
  return {
    due: plans.flatMap(({ due }) => due),
    skipped: plans.flatMap(({ skipped }) => skipped),
    waiting: plans.flatMap(({ waiting }) => waiting),
  };
}

/** Periods that should have been made by now, with what happened to them: what an unattended machine has to answer for. */
export function findOverdue(question: DueQuestion): (Assignment & { readonly record?: PeriodRecord })[] {
  return question.schedules.flatMap((schedule) =>
    schedule.customers.flatMap((customer) =>
      openPeriods(schedule, customer, question)
        .filter(
          ({ dueAt, period }) => !isOnTime(schedule, dueAt, question.now) && !isTooOld(schedule, period, question.now),
        )
        .map(({ record, ...assignment }) => ({ ...assignment, ...(record && { record }) }))
        .reverse(),
    ),
  );
}

/** When the report of a period is due: at the clock time of the schedule, not before late data can be in, spread by jitter. */
export function dueAtOf(schedule: Schedule, customer: ScheduledCustomer, period: Period): number {
  const { plannedAt, jitterMs } = explainDue(schedule, customer, period);
  return plannedAt + jitterMs;
}

/** What the time at which a report is due is made of. */
export interface DueParts {
  /** The clock time of the schedule, or when late data can be in, whichever is later. */
  readonly plannedAt: number;
  /** Whether late data is what it waits for. */
  readonly isForLateData: boolean;
  /** Whole milliseconds that spread the reports that are planned for one time; always the same for a customer. */
  readonly jitterMs: number;
}

export function explainDue(schedule: Schedule, customer: ScheduledCustomer, period: Period): DueParts {
  const { day, minutesOfDay } = schedule.dueAt;
  let dueDay = periodAt('day', period.end, customer.dueZone);
  if (day !== undefined) while (!isDueDay(schedule.cadence, dueDay.id, day)) dueDay = nextPeriod(dueDay);
  else if (clockTimeOn(dueDay, minutesOfDay) < period.end) dueDay = nextPeriod(dueDay);
  const [byClock, byData] = [clockTimeOn(dueDay, minutesOfDay), period.end + schedule.latenessMs];
  return {
    plannedAt: Math.max(byClock, byData),
    isForLateData: byData > byClock,
    jitterMs: Math.floor(shareOf(`${schedule.id}/${customer.id}`) * schedule.jitterMs),
  };
}

/** The period of the schedule that holds an instant. */
export function periodOf(schedule: Schedule, customer: ScheduledCustomer, at: number): Period {
  return periodAt(KINDS[schedule.cadence], at, customer.timeZone, customer.weekStart);
}

/** When a period that failed, or again and again was not brought to an end, may be tried again. */
export function retryAtOf({ state, at, attempts }: PeriodRecord): number {
  const failures = state === 'begun' ? attempts - MOST_CUTS + 1 : attempts;
  return failures < 1 ? at : at + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}

function planCustomer(
  schedule: Schedule,
  customer: ScheduledCustomer,
  question: DueQuestion,
): DuePlan & { readonly wasCut: boolean } {
  const due: Assignment[] = [];
  const skipped: (Assignment & { reason: SkipReason })[] = [];
  const waiting: (Assignment & { retryAt: number })[] = [];
  let wasCut = false;
  for (const { record, isNewest, ...assignment } of openPeriods(schedule, customer, question)) {
    const reason = whySkip(assignment, { isNewest, wasTried: record !== undefined }, question.now);
    if (reason !== undefined) skipped.push({ ...assignment, reason });
    else if (record !== undefined && isTooEarly(record, question.now))
      waiting.push({ ...assignment, retryAt: retryAtOf(record) });
    else due.push(assignment);
    wasCut ||= record?.state === 'begun';
  }
  return { due: due.reverse(), skipped: skipped.reverse(), waiting: waiting.reverse(), wasCut };
}

/** Periods whose report is due and was neither made nor skipped, newest first. */
function openPeriods(
  schedule: Schedule,
  customer: ScheduledCustomer,
  { now, firstSeen, recordOf }: DueQuestion,
): (Assignment & { readonly isNewest: boolean; readonly record?: PeriodRecord })[] {
  const since = Math.min(firstSeen(schedule, customer) ?? now, now);
  const oldest = Math.max(previousPeriod(periodOf(schedule, customer, since)).start, now - LONGEST_LOOK_BACK_MS);
  const open: (Assignment & { isNewest: boolean; record?: PeriodRecord })[] = [];
  let isNewest = true;
  for (
    let period = previousPeriod(periodOf(schedule, customer, now));
    period.start >= oldest;
    period = previousPeriod(period)
  ) {
    const dueAt = dueAtOf(schedule, customer, period);
    if (dueAt > now) continue;
    const record = recordOf(schedule, customer, period.id);
    const isSettled = record?.state === 'made' || record?.state === 'skipped';
    if (isSettled && isTooOld(schedule, period, now)) break; // what is older was settled before it
    if (!isSettled) open.push({ schedule, customer, period, dueAt, isNewest, ...(record && { record }) });
    isNewest = false;
  }
  return open;
}

function whySkip(
  { schedule, period, dueAt }: Assignment,
  { isNewest, wasTried }: { readonly isNewest: boolean; readonly wasTried: boolean },
  now: number,
): SkipReason | undefined {
  if (isTooOld(schedule, period, now)) return 'too-old';
  switch (schedule.catchUp) {
    case 'all':
      return undefined;
    case 'latest':
      return isNewest ? undefined : 'newer-due';
    case 'none':
      if (!isNewest) return 'newer-due';
      return wasTried || isOnTime(schedule, dueAt, now) ? undefined : 'late';
    default:
      return schedule.catchUp satisfies never;
  }
}

function isOnTime(schedule: Schedule, dueAt: number, now: number): boolean {
  return now <= dueAt + schedule.latenessMs + GRACE_MS;
}

function isTooOld(schedule: Schedule, period: Period, now: number): boolean {
  return now - period.end > schedule.maxAgeMs;
}

/** A failure that lies ahead of the clock says that the clock was put back; it tells nothing about how long ago it was. */
function isTooEarly(record: PeriodRecord, now: number): boolean {
  return record.at <= now && now < retryAtOf(record);
}

function isDueDay(cadence: Schedule['cadence'], dayId: string, day: number): boolean {
  const date = new Date(`${dayId}T00:00:00Z`);
  return cadence === 'weekly' ? date.getUTCDay() === day : date.getUTCDate() >= day;
}

/** A number from 0 to below 1 that a name always has. */
function shareOf(name: string): number {
  return createHash('sha256').update(name).digest().readUIntBE(0, 6) / 2 ** 48;
}
