import { tzOffset } from '@date-fns/tz';
import { UTCDate } from '@date-fns/utc';
import { addDays } from 'date-fns/addDays';
import { addMonths } from 'date-fns/addMonths';
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { getISOWeek } from 'date-fns/getISOWeek';
import { getISOWeeksInYear } from 'date-fns/getISOWeeksInYear';
import { getISOWeekYear } from 'date-fns/getISOWeekYear';
import { startOfMonth } from 'date-fns/startOfMonth';
import { startOfWeek } from 'date-fns/startOfWeek';
import { ReportError } from '../errors.ts';
import { DAY_MS, floorTo, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeWindow } from './time.ts';

export const WEEK_STARTS = ['monday', 'sunday', 'saturday'] as const;
export type WeekStart = (typeof WEEK_STARTS)[number];

/**
 * A stretch of whole local days: from the first instant of one day in the zone to the first instant of another, [start, end).
 * A day is 23 to 25 hours long where a clock changes, a week 167 to 169; a day that a zone skipped does not exist.
 */
export interface Period extends TimeWindow {
  readonly kind: 'day' | 'week' | 'month' | 'custom';
  /**
   * `2026-11-17`, `2026-W47` (ISO 8601, begins on Monday), `week-of-2026-11-22` (begins on another day), `2026-11`, or
   * `2026-11-17--2026-11-24` (the second is the first day that no longer belongs to it). Names it together with the zone.
   */
  readonly id: string;
  readonly timeZone: string;
  /** Of weeks only. */
  readonly weekStart?: WeekStart;
}

/** Periods that follow one another without end; a custom one stands alone. */
export type Cadence = Exclude<Period['kind'], 'custom'>;

/** `Date.getDay()` of the first day of a week. */
const FIRST_WEEKDAY = { monday: 1, sunday: 0, saturday: 6 } as const satisfies Record<WeekStart, number>;

/** The period of a kind that holds an instant. A week begins on Monday unless told otherwise. */
export function periodAt(kind: Cadence, atMs: number, timeZone: string, weekStart: WeekStart = 'monday'): Period {
  const period = inZone(spanAt(kind, dayOf(atMs + offsetMs(timeZone, atMs)), weekStart), timeZone);
  // Where a clock is put back over midnight the end of the old day is lived through again within the new one.
  return period.end <= atMs ? nextPeriod(period) : period;
}

/** @throws ReportError `usage` that names what is expected: the text is typed by a person. */
export function parsePeriod(id: string, timeZone: string, weekStart?: WeekStart): Period {
  const period = inZone(readSpan(id, weekStart), timeZone);
  if (period.end > period.start) return period;
  throw notAPeriod(id, `${timeZone} skipped this day when it moved across the date line`);
}

/** The period of the same kind that ends where this one starts; before a custom one as many days. */
export function previousPeriod(period: Period): Period {
  return neighbour(period, -1);
}

/** The period of the same kind that starts where this one ends; after a custom one as many days. */
export function nextPeriod(period: Period): Period {
  return neighbour(period, 1);
}

/** Its days in order; they fill it without a gap. */
export function daysOf(period: Period): Period[] {
  const { first, afterLast } = readSpan(period.id);
  const days: Period[] = [];
  for (let day = first; day < afterLast; day = addDays(day, 1)) {
    const candidate = inZone(spanAt('day', day), period.timeZone);
    if (candidate.end > candidate.start) days.push(candidate);
  }
  return days;
}

/** What a person can mean; zones are not exact before, and dates have more than four digits long after. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 2999];

/** The first instant on a day at which a clock in its zone shows this time or a later one. */
export function clockTimeOn(day: Period, minutesOfDay: number): number {
  return firstShowing(readSpan(day.id).first.getTime() + minutesOfDay * MINUTE_MS, day.timeZone);
}

/** A period on the calendar alone: which days, in whatever zone. Days are UTC midnights of their date. */
interface Span {
  readonly kind: Period['kind'];
  readonly weekStart?: WeekStart;
  readonly first: UTCDate;
  readonly afterLast: UTCDate;
}

function spanAt(kind: Cadence, day: UTCDate, weekStart: WeekStart = 'monday'): Span {
  switch (kind) {
    case 'day':
      return { kind, first: day, afterLast: addDays(day, 1) };
    case 'week': {
      const first = startOfWeek(day, { weekStartsOn: FIRST_WEEKDAY[weekStart] });
      return { kind, weekStart, first, afterLast: addDays(first, 7) };
    }
    case 'month': {
      const first = startOfMonth(day);
      return { kind, first, afterLast: addMonths(first, 1) };
    }
    default:
      return kind satisfies never;
  }
}

function inZone({ kind, weekStart, first, afterLast }: Span, timeZone: string): Period {
  const id = {
    day: dateOf(first),
    week: weekStart === 'monday' ? isoWeekId(first) : `week-of-${dateOf(first)}`,
    month: dateOf(first).slice(0, 7),
    custom: `${dateOf(first)}--${dateOf(afterLast)}`,
  }[kind];
  const limits = { start: startOfDay(first, timeZone), end: startOfDay(afterLast, timeZone) };
  return { kind, id, ...limits, timeZone, ...(weekStart && { weekStart }) };
}

function neighbour(period: Period, direction: 1 | -1): Period {
  const { kind, weekStart, first, afterLast } = readSpan(period.id);
  const days = differenceInCalendarDays(afterLast, first) * direction;
  const span =
    kind === 'custom'
      ? { kind, first: addDays(first, days), afterLast: addDays(afterLast, days) }
      : spanAt(kind, direction === 1 ? afterLast : addDays(first, -1), weekStart);
  const found = inZone(span, period.timeZone);
  return found.end > found.start ? found : neighbour(found, direction); // a day that the zone skipped
}

function readSpan(id: string, weekStart?: WeekStart): Span {
  const [, year, week] = /^(\d{4})-W(\d{2})$/.exec(id) ?? [];
  if (year !== undefined) return readIsoWeek(id, year, Number(week), weekStart);
  const [, firstOfWeek] = /^week-of-(.+)$/.exec(id) ?? [];
  if (firstOfWeek !== undefined) return readWeekOf(id, readDay(firstOfWeek, id), weekStart);
  const [, from, to] = /^(.+)--(.+)$/.exec(id) ?? [];
  if (from !== undefined && to !== undefined) {
    const [first, afterLast] = [readDay(from, id), readDay(to, id)];
    if (first < afterLast) return { kind: 'custom', first, afterLast };
    throw notAPeriod(id, 'the second day is the first that no longer belongs to it and must be later than the first');
  }
  return /^\d{4}-\d{2}$/.test(id) ? spanAt('month', readDay(`${id}-01`, id)) : spanAt('day', readDay(id, id));
}

function readIsoWeek(id: string, year: string, week: number, weekStart: WeekStart = 'monday'): Span {
  if (weekStart !== 'monday')
    throw notAPeriod(id, `weeks here begin on a ${capital(weekStart)} and are named week-of- and their first day`);
  const inFirstWeek = readDay(`${year}-01-04`, id);
  const weeks = getISOWeeksInYear(inFirstWeek);
  if (week < 1 || week > weeks) throw notAPeriod(id, `${year} has the weeks W01 to W${weeks}`);
  return spanAt('week', addDays(inFirstWeek, (week - 1) * 7), 'monday');
}

function readWeekOf(id: string, first: UTCDate, weekStart: WeekStart | undefined): Span {
  const begins = WEEK_STARTS.find((name) => FIRST_WEEKDAY[name] === first.getDay());
  if (weekStart !== undefined && begins !== weekStart)
    throw notAPeriod(id, `weeks here begin on a ${capital(weekStart)}, which this day is not`);
  if (begins === undefined) throw notAPeriod(id, 'a week begins on a Monday, Sunday or Saturday');
  if (begins === 'monday') throw notAPeriod(id, `the week that begins on this Monday is ${isoWeekId(first)}`);
  return spanAt('week', first, begins);
}

function readDay(text: string, id: string): UTCDate {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const day = new UTCDate(isDate ? Date.parse(`${text}T00:00:00Z`) : Number.NaN);
  if (Number.isNaN(day.getTime())) throw notAPeriod(id, isDate ? `there is no ${text}` : undefined);
  // Date.parse takes the 31st of a shorter month for the 1st of the next.
  if (dateOf(day) !== text) throw notAPeriod(id, `there is no ${text}`);
  if (day.getFullYear() < FIRST_YEAR || day.getFullYear() > LAST_YEAR)
    throw notAPeriod(id, `the years ${FIRST_YEAR} to ${LAST_YEAR} are known`);
  return day;
}

function notAPeriod(id: string, reason: string | undefined): ReportError {
  return new ReportError('usage', `${JSON.stringify(id)} is not a period${reason === undefined ? '' : `: ${reason}`}`, {
    hint:
      'Expected a week (2026-W47, or week-of-2026-11-22 where weeks do not begin on Monday), a month (2026-11), a day ' +
      '(2026-11-17), or the first day and the day after the last (2026-11-17--2026-11-24).',
  });
}

function isoWeekId(day: UTCDate): string {
  return `${getISOWeekYear(day)}-W${String(getISOWeek(day)).padStart(2, '0')}`;
}

/** The calendar day of a local time that is written as if it were UTC. */
function dayOf(localMs: number): UTCDate {
  return new UTCDate(floorTo(localMs, DAY_MS));
}

function dateOf(day: UTCDate): string {
  return new Date(day.getTime()).toISOString().slice(0, 10);
}

/** No zone was ever further from UTC than this. */
const WIDEST_OFFSET_MS = 16 * HOUR_MS;

/** Half-open: the first instant of a day in the zone. It is midnight unless the clock jumped over midnight. */
function startOfDay(day: UTCDate, timeZone: string): number {
  return firstShowing(day.getTime(), timeZone);
}

/**
 * The first instant at which a clock in the zone shows this local time (written as if it were UTC) or a later one: what is
 * jumped over comes with the jump, and of what comes twice the first counts.
 */
function firstShowing(localMs: number, timeZone: string): number {
  let [before, after] = [localMs - WIDEST_OFFSET_MS, localMs + WIDEST_OFFSET_MS];
  const [offsetBefore, offsetAfter] = [offsetMs(timeZone, before), offsetMs(timeZone, after)];
  if (offsetBefore === offsetAfter) return localMs - offsetBefore;
  while (after - before > SECOND_MS) {
    const middle = before + Math.floor((after - before) / (2 * SECOND_MS)) * SECOND_MS;
    if (offsetMs(timeZone, middle) === offsetBefore) before = middle;
    else after = middle;
  }
  if (localMs - offsetBefore < after) return localMs - offsetBefore;
  return Math.max(after, localMs - offsetAfter);
}

function offsetMs(timeZone: string, at: number): number {
  const minutes = tzOffset(timeZone, new Date(at));
  if (Number.isNaN(minutes)) throw new ReportError('usage', `${JSON.stringify(timeZone)} is not an IANA time zone`);
  return Math.round(minutes * 60) * SECOND_MS;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
