import { TZDate } from '@date-fns/tz';
import { DAY_MS, HOUR_MS } from '../../model/time.ts';
import { type ReadTime, toEpochMs } from '../normalize.ts';

/** Time of an entry, or what is wrong with it. */
type EntryTime = { readonly at: number; readonly precisionMs: number } | { readonly problem: string };

export interface EntryClock {
  /** Reads the time of the next entry. */
  read(text: string): EntryTime;
  /** Reads the end of an entry that starts at `start`. */
  readEnd(text: string, start: number): EntryTime;
}

const TIME_OF_DAY = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;

/** A time of day that is earlier than the one above belongs to the next day only where that lies at most this far ahead. */
const LONGEST_STEP_OVER_MIDNIGHT = 12 * HOUR_MS;

/**
 * Reads times as people write them down one after the other: full ones, or times of day on the date of the file, of the full
 * time above, or past midnight on the next day. A time that goes back, that has no date or zone, that the clocks skipped or
 * showed twice is a problem and is never guessed.
 */
export function createEntryClock(options: {
  readonly date?: string | undefined;
  readonly timeZone?: string | undefined;
  /** Offset such as `+02:00` for times that name none, where the zone is given as an offset. */
  readonly offset?: string | undefined;
}): EntryClock {
  let day = options.date;
  let last: number | undefined;

  const place = (text: string, onDay: string | undefined): EntryTime & { day?: string } => {
    const clock = TIME_OF_DAY.exec(text);
    if (clock && onDay === undefined) return { problem: `"${text}" has no date; give the file a date or write it out` };
    const [, hour = '', minute, second, fraction, zone] = clock ?? [];
    const dated = clock
      ? `${onDay}T${hour.padStart(2, '0')}:${minute}${second === undefined ? '' : `:${second}`}${fraction === undefined ? '' : `.${fraction}`}${zone ?? ''}`
      : text;
    const withOffset =
      options.offset !== undefined && !/(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i.test(dated)
        ? `${dated}${options.offset}`
        : dated;
    return judge(text, toEpochMs(withOffset, { timeZone: options.timeZone }), options);
  };

  /** A time of day before `earliest` is one of the next day, unless that is too far ahead. */
  const placeAfter = (
    text: string,
    earliest: number | undefined,
    onDay: string | undefined,
  ): EntryTime & { day?: string } => {
    const read = place(text, onDay);
    if (
      'problem' in read ||
      earliest === undefined ||
      read.at >= earliest ||
      !TIME_OF_DAY.test(text) ||
      onDay === undefined
    )
      return read;
    const next = place(text, nextDay(onDay));
    if (!('problem' in next) && next.at - earliest <= LONGEST_STEP_OVER_MIDNIGHT) return next;
    return { problem: `"${text}" is before the time above it; write its date out if that is meant` };
  };

  return {
    read(text) {
      const read = placeAfter(text.trim(), last, day);
      if ('problem' in read) return read;
      day = read.day;
      last = read.at;
      return { at: read.at, precisionMs: read.precisionMs };
    },
    readEnd(text, start) {
      const read = placeAfter(text.trim(), start, day);
      if ('problem' in read) return read;
      if (read.at < start) return { problem: `"${text.trim()}" ends before it starts` };
      return { at: read.at, precisionMs: read.precisionMs };
    },
  };
}

function judge(
  text: string,
  time: ReadTime | undefined,
  options: { readonly timeZone?: string | undefined; readonly offset?: string | undefined },
): EntryTime & { day?: string } {
  const { timeZone } = options;
  if (!time)
    return { problem: `"${text}" is not a time; expected such as 14:05, 2026-11-17 14:05 or 2026-11-17T14:05:00Z` };
  if (time.assumedZone) return { problem: `"${text}" has no zone; give the file a time zone or write the offset` };
  if (time.clock === 'skipped')
    return {
      problem: `"${text}" did not exist in ${timeZone}: the clocks were put forward; write the time with its offset`,
    };
  if (time.clock === 'ambiguous')
    return { problem: `"${text}" came twice in ${timeZone}: the clocks were put back; write the time with its offset` };
  return { at: time.at, precisionMs: time.precisionMs, day: dayOf(time.at, options) };
}

/** Date of an instant where the entries are written. */
function dayOf(
  at: number,
  options: { readonly timeZone?: string | undefined; readonly offset?: string | undefined },
): string {
  const local = new TZDate(at, options.timeZone ?? options.offset ?? 'UTC');
  const two = (value: number) => String(value).padStart(2, '0');
  return `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}
