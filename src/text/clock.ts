import { TZDate, tzOffset } from '@date-fns/tz';
import { format } from 'date-fns/format';
import { ReportError } from '../errors.ts';
import type { TimeForm } from '../model/phrase.ts';
import { latinLocale, MINUS } from './digits.ts';

/** What a tick of a time axis tells: `14:05`, `14:05:30`, `17 Nov`, `Nov 2026`. */
export type TickForm = 'minute' | 'second' | 'day' | 'month';

/** Writes instants in one zone. The 24-hour clock is used everywhere: an incident report has no room for a.m. and p.m. */
export interface Clock {
  time(at: number, form: TimeForm): string;
  tick(at: number, form: TickForm): string;
  offset(at: number): string;
}

/** Throws `config-invalid` for an unknown zone or locale. Instants are cut, not rounded, to the second. */
export function createClock(locale: string, timeZone: string): Clock {
  const day = createDayWriter(locale, timeZone);
  const inZone = (at: number, pattern: string): string => format(new TZDate(checked(at), timeZone), pattern);
  return {
    time: (at, form) => {
      switch (form) {
        case 'clock':
          return inZone(at, 'HH:mm:ss');
        case 'day':
          return day(at, 'full');
        case 'instant':
          return `${day(at, 'full')}, ${inZone(at, 'HH:mm:ss')}`;
        case 'long-day':
        case 'month':
        case 'weekday':
          return day(at, form);
        default:
          return form satisfies never;
      }
    },
    tick: (at, form) => {
      switch (form) {
        case 'minute':
          return inZone(at, 'HH:mm');
        case 'second':
          return inZone(at, 'HH:mm:ss');
        case 'day':
        case 'month':
          return day(at, form === 'month' ? 'short-month' : form);
        default:
          return form satisfies never;
      }
    },
    offset: (at) => offsetText(tzOffset(timeZone, new Date(checked(at)))),
  };
}

type DayForm = 'full' | 'long-day' | 'day' | 'month' | 'short-month' | 'weekday';

/**
 * English dates are written one way (17 Nov 2026), since 11/17 and 17/11 are confused in every room with two nations; other
 * languages follow their own custom.
 */
function createDayWriter(locale: string, timeZone: string): (at: number, form: DayForm) => string {
  const tag = latinLocale(locale);
  const month = 'short';
  const shared = { timeZone, calendar: 'gregory' } as const;
  const formats = ((): Record<DayForm, Intl.DateTimeFormat> => {
    try {
      return {
        full: new Intl.DateTimeFormat(tag, { ...shared, day: 'numeric', month, year: 'numeric' }),
        day: new Intl.DateTimeFormat(tag, { ...shared, day: 'numeric', month }),
        'long-day': new Intl.DateTimeFormat(tag, { ...shared, day: 'numeric', month: 'long', year: 'numeric' }),
        month: new Intl.DateTimeFormat(tag, { ...shared, month: 'long', year: 'numeric' }),
        'short-month': new Intl.DateTimeFormat(tag, { ...shared, month, year: 'numeric' }),
        weekday: new Intl.DateTimeFormat(tag, { ...shared, weekday: 'short', day: 'numeric' }),
      };
    } catch (cause) {
      throw new ReportError('config-invalid', `time zone "${timeZone}" is not known; use one such as Europe/Berlin`, {
        cause,
      });
    }
  })();
  if (new Intl.Locale(tag).language !== 'en') return (at, form) => formats[form].format(checked(at));
  const patterns: Record<DayForm, string> = {
    full: 'd MMM yyyy',
    'long-day': 'd MMMM yyyy',
    day: 'd MMM',
    month: 'MMMM yyyy',
    'short-month': 'MMM yyyy',
    weekday: 'EEE d',
  };
  return (at, form) => format(new TZDate(checked(at), timeZone), patterns[form]);
}

function offsetText(minutes: number): string {
  const rounded = Math.round(Math.abs(minutes));
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? MINUS : '+'}${pad(Math.floor(rounded / 60))}:${pad(rounded % 60)}`;
}

/** The span of ECMAScript dates; beyond it every calendar is wrong. */
function checked(at: number): number {
  if (Number.isNaN(new Date(at).getTime())) throw new ReportError('section-failed', `${at} is not an instant`);
  return at;
}
