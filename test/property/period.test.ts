import { tzOffset } from '@date-fns/tz';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cadence, daysOf, nextPeriod, parsePeriod, periodAt, previousPeriod } from '../../src/model/period.ts';

/** Half-hour and skipped-day zones, clocks that change at midnight, and zones that never change. */
const timeZone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'America/Santiago',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Asia/Tehran',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
);
const kind = fc.constantFrom<Cadence>('day', 'week', 'month');
const weekStart = fc.constantFrom('monday' as const, 'sunday' as const, 'saturday' as const);
const instant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) });

describe('periods', () => {
  it('hold the instant they were asked for and are read back from their name', () => {
    fc.assert(
      fc.property(kind, instant, timeZone, weekStart, (ofKind, at, zone, begins) => {
        const period = periodAt(ofKind, at, zone, begins);
        expect(period.start <= at && at < period.end).toBe(true);
        expect(parsePeriod(period.id, zone)).toEqual(period);
      }),
    );
  });

  it('follow one another without gap or overlap, there and back', () => {
    fc.assert(
      fc.property(kind, instant, timeZone, weekStart, (ofKind, at, zone, begins) => {
        const period = periodAt(ofKind, at, zone, begins);
        const next = nextPeriod(period);
        expect(next.start).toBe(period.end);
        expect(previousPeriod(next)).toEqual(period);
        expect(periodAt(ofKind, period.end, zone, begins)).toEqual(next);
      }),
    );
  });

  it('are filled by their days', () => {
    fc.assert(
      fc.property(kind, instant, timeZone, weekStart, (ofKind, at, zone, begins) => {
        const period = periodAt(ofKind, at, zone, begins);
        const days = daysOf(period);
        expect(days[0]?.start).toBe(period.start);
        expect(days.at(-1)?.end).toBe(period.end);
        for (const [index, day] of days.entries()) if (index > 0) expect(day.start).toBe(days[index - 1]?.end);
      }),
    );
  });

  it('start when a clock on the wall first shows their date', () => {
    fc.assert(
      fc.property(instant, timeZone, (at, zone) => {
        const day = periodAt('day', at, zone);
        const wall = (moment: number) =>
          new Date(moment + Math.round(tzOffset(zone, new Date(moment)) * 60) * 1000).toISOString().slice(0, 10);
        expect(wall(day.start)).toBe(day.id);
        expect(wall(day.start - 1) < day.id).toBe(true);
      }),
    );
  });
});
