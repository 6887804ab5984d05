import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';

const DURATION = /^P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const DURATION_UNITS_MS = [7 * DAY_MS, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS];
const LONGEST_DURATION_MS = 366 * DAY_MS;

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DUE_AT = /^(?:([a-z]{3}|\d{1,2}) )?(\d{2}):(\d{2})$/i;
/** Every month has one of these. */
const LAST_MONTH_DAY = 28;

/** ISO 8601 with fixed units: a day is 24 hours. Read as milliseconds. */
const durationMs = z
  .string()
  .regex(/^P[0-9WDTHMS]+$/, 'must be an ISO 8601 duration such as PT6H or P21D')
  .transform((text, context) => {
    const parts = DURATION.exec(text)?.slice(1);
    const ms = parts?.reduce((sum, part, index) => sum + Number(part ?? 0) * (DURATION_UNITS_MS[index] ?? 0), 0);
    if (ms !== undefined && ms <= LONGEST_DURATION_MS) return ms;
    context.addIssue({
      code: 'custom',
      message: ms === undefined ? 'must be an ISO 8601 duration such as PT6H or P21D' : 'is longer than a year',
    });
    return z.NEVER;
  });

/** When, on which day after a period, its report is due: a clock time in the zone of the schedule. */
export interface DueAt {
  readonly minutesOfDay: number;
  /** Weekly: 0 is Sunday. Monthly: day of the month. Without it the first day after the period. */
  readonly day?: number;
}

function readDueAt(text: string, cadence: 'daily' | 'weekly' | 'monthly'): DueAt | undefined {
  const [, day, hours, minutes] = DUE_AT.exec(text) ?? [];
  const minutesOfDay = Number(hours) * 60 + Number(minutes);
  if (!(Number(hours) < 24 && Number(minutes) < 60)) return undefined;
  if (day === undefined) return { minutesOfDay };
  if (cadence === 'weekly') {
    const weekday = WEEKDAYS.indexOf(day.toLowerCase());
    return weekday < 0 ? undefined : { minutesOfDay, day: weekday };
  }
  const monthDay = Number(day);
  return cadence === 'monthly' && monthDay >= 1 && monthDay <= LAST_MONTH_DAY
    ? { minutesOfDay, day: monthDay }
    : undefined;
}

const EXPECTED_DUE_AT = {
  daily: 'must be a time of day such as 06:00',
  weekly: 'must be a time of day, after a weekday or not: 06:00 or Tue 06:00',
  monthly: `must be a time of day, after a day of the month from 1 to ${LAST_MONTH_DAY} or not: 06:00 or 3 06:00`,
} as const;

/** One of `schedules` in debrief.yaml. The schemas of ids, zones and formats are those of the other files. */
export function scheduleSchemaOf(parts: { readonly id: z.ZodString; readonly timeZone: z.ZodString }) {
  return z
    .strictObject({
      id: parts.id,
      customers: z
        .union([z.literal('all'), z.array(parts.id).min(1)])
        .default('all')
        .describe('Ids of customers, or all of the workspace.'),
      cadence: z.enum(['daily', 'weekly', 'monthly']),
      timeZone: parts.timeZone
        .optional()
        .describe(
          "Zone of dueAt; each customer's when left out. Periods are those of the customer's zone in any case.",
        ),
      weekStart: z
        .enum(['monday', 'sunday', 'saturday'])
        .optional()
        .describe("First day of a week; the customer's when left out. ISO weeks begin on Monday."),
      dueAt: z
        .string()
        .default('06:00')
        .describe(
          'The first such clock time after the period; with a weekday (Tue 06:00, weekly) or a day of the month (3 06:00, monthly) on the first such day.',
        ),
      lateness: durationMs
        .prefault('PT2H')
        .describe('How long after its end data of a period may still arrive; nothing is made before.'),
      catchUp: z
        .enum(['all', 'latest', 'none'])
        .default('all')
        .describe('Periods missed while nothing ran: make all of them, only the latest, or none.'),
      maxAge: durationMs.prefault('P21D').describe('A period that ended longer ago is no longer made.'),
      jitter: durationMs
        .prefault('PT15M')
        .describe('Spreads the customers over this time; each always has the same part of it.'),
      formats: z
        .array(z.enum(['pdf', 'html', 'json', 'csv']))
        .min(1)
        .default(['pdf', 'html', 'json', 'csv']),
      deliver: z
        .union([z.boolean(), z.array(parts.id).min(1)])
        .default(false)
        .describe('Delivers what was made: to every destination of the customer, or to these.'),
    })
    .transform(({ dueAt, lateness, maxAge, jitter, ...rest }, context) => {
      const read = readDueAt(dueAt, rest.cadence);
      if (read === undefined) {
        context.addIssue({ code: 'custom', path: ['dueAt'], input: dueAt, message: EXPECTED_DUE_AT[rest.cadence] });
        return z.NEVER;
      }
      return { ...rest, dueAt: read, latenessMs: lateness, maxAgeMs: maxAge, jitterMs: jitter };
    });
}
