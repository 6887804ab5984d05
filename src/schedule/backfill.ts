import type { Schedule, ScheduledCustomer } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import { openLedger, reopenTask } from '../ledger/ledger.ts';
import { nextPeriod, type Period, parsePeriod } from '../model/period.ts';
import { type Assignment, dueAtOf, periodOf } from './due.ts';
import type { FleetOutcome } from './fleet.ts';
import { type DueEffects, handOverAll, makeAll, readRecords, refOf, selectSchedules } from './run-due.ts';

export interface BackfillRequest {
  readonly workspaceDir: string;
  readonly schedule: string;
  /** Ids; all of the schedule when left out. */
  readonly customers?: readonly string[];
  /** Names of the first and the last period, both included. */
  readonly from: string;
  readonly to: string;
}

/** Periods of one customer in one backfill: a slip in a year is caught before a thousand reports are made. */
const MOST_PERIODS = 400;

/**
 * The periods of a range that are not made yet, for each customer, oldest first. Age, catch-up and earlier failures do not
 * count: a person asked for them.
 */
export async function planBackfill(request: BackfillRequest, now: number): Promise<Assignment[]> {
  const { schedules, workspaceDir } = await selectSchedules({
    workspaceDir: request.workspaceDir,
    schedules: [request.schedule],
    ...(request.customers && { customers: request.customers }),
  });
  const asked = schedules.flatMap((schedule) =>
    schedule.customers.flatMap((customer) => rangeOf(schedule, customer, request, now)),
  );
  const made = readRecords(workspaceDir, schedules, 'made');
  return asked.filter((assignment) => !made.has(refOf(assignment).scope + refOf(assignment).name));
}

/** Makes what `planBackfill` names; also what a schedule skipped. */
export async function backfill(request: BackfillRequest, effects: DueEffects): Promise<FleetOutcome[]> {
  const assignments = await planBackfill(request, effects.now());
  effects.onPlan?.({ due: assignments, skipped: [], waiting: [] });
  const ledger = openLedger(request.workspaceDir);
  try {
    ledger.write((store) => {
      for (const assignment of assignments) reopenTask(store, refOf(assignment));
    });
    const outcomes = await makeAll(assignments, request.workspaceDir, ledger, effects);
    const schedules = [...new Set(assignments.map(({ schedule }) => schedule))];
    await handOverAll(schedules, request.workspaceDir, ledger, effects);
    return outcomes;
  } finally {
    ledger.close();
  }
}

function rangeOf(
  schedule: Schedule,
  customer: ScheduledCustomer,
  { from, to }: BackfillRequest,
  now: number,
): Assignment[] {
  const read = (id: string) => parsePeriod(id, customer.timeZone, customer.weekStart);
  const [first, last] = [read(from), read(to)];
  const example = periodOf(schedule, customer, now);
  for (const period of [first, last])
    if (period.kind !== example.kind)
      throw new ReportError('usage', `"${period.id}" is no period of the schedule ${schedule.id}`, {
        hint: `It is ${schedule.cadence}; its periods are named like ${example.id}.`,
      });
  if (last.start < first.start)
    throw new ReportError('usage', `"${to}" is before "${from}"`, { hint: 'Name the earlier one with --from.' });
  const periods: Period[] = [];
  for (let period = first; period.start <= last.start; period = nextPeriod(period)) {
    if (period.end > now)
      throw new ReportError('usage', `"${period.id}" has not ended yet for ${customer.id}`, {
        hint: 'Name a period that is over with --to.',
      });
    if (periods.push(period) > MOST_PERIODS)
      throw new ReportError('usage', `"${from}" to "${to}" are more than ${MOST_PERIODS} periods`);
  }
  return periods.map((period) => ({ schedule, customer, period, dueAt: dueAtOf(schedule, customer, period) }));
}
