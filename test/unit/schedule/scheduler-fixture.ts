import type { Schedule, ScheduledCustomer } from '../../../src/config/config.ts';
import { DAY_MS, HOUR_MS } from '../../../src/model/time.ts';
import { type DuePlan, type PeriodRecord, planDue } from '../../../src/schedule/due.ts';

export const ACME: ScheduledCustomer = customerIn('Europe/Berlin');

export function customerIn(timeZone: string, weekStart: ScheduledCustomer['weekStart'] = 'monday'): ScheduledCustomer {
  return { id: 'acme', name: 'Acme Shop', timeZone, dueZone: timeZone, weekStart };
}

/** Weekly, due on Monday at 06:00, two hours of lateness, no jitter. */
export function weekly(changes: Partial<Schedule> = {}): Schedule {
  return {
    id: 'weekly',
    cadence: 'weekly',
    customers: [ACME],
    dueAt: { minutesOfDay: 6 * 60 },
    latenessMs: 2 * HOUR_MS,
    catchUp: 'all',
    maxAgeMs: 35 * DAY_MS,
    jitterMs: 0,
    formats: ['pdf'],
    deliver: false,
    ...changes,
  };
}

/** A ledger in memory and runs that take no time: what is due at an instant is made or fails at once. */
export class Scheduler {
  readonly schedules: readonly Schedule[];
  readonly records = new Map<string, PeriodRecord>();
  readonly made: string[] = [];
  readonly #firstSeen = new Map<string, number>();

  constructor(...schedules: readonly Schedule[]) {
    this.schedules = schedules;
  }

  plan(now: number): DuePlan {
    return planDue({
      schedules: this.schedules,
      now,
      firstSeen: (schedule, customer) => this.#firstSeen.get(`${schedule.id}/${customer.id}`),
      recordOf: (schedule, customer, period) => this.records.get(`${schedule.id}/${customer.id}/${period}`),
    });
  }

  /** What this run made, as `<period>`, or `<customer> <period>` where there are several customers. */
  run(instant: string | number, fails: (periodId: string) => boolean = () => false): string[] {
    const now = typeof instant === 'number' ? instant : Date.parse(instant);
    const { due, skipped } = this.plan(now);
    const made: string[] = [];
    for (const { schedule, customer, period } of [...due, ...skipped]) {
      const key = `${schedule.id}/${customer.id}/${period.id}`;
      const attempts = (this.records.get(key)?.attempts ?? 0) + 1;
      const isSkipped = skipped.some((other) => other.customer === customer && other.period.id === period.id);
      const state = isSkipped ? 'skipped' : fails(period.id) ? 'failed' : 'made';
      this.records.set(key, { state, attempts, at: now });
      if (state === 'made') made.push(schedule.customers.length > 1 ? `${customer.id} ${period.id}` : period.id);
    }
    for (const schedule of this.schedules)
      for (const customer of schedule.customers) {
        const key = `${schedule.id}/${customer.id}`;
        this.#firstSeen.set(key, Math.min(this.#firstSeen.get(key) ?? now, now));
      }
    this.made.push(...made);
    return made;
  }
}
