import { describe, expect, it } from 'vitest';
import { ReportError } from '../../../src/errors.ts';
import {
  type Cadence,
  daysOf,
  nextPeriod,
  type Period,
  parsePeriod,
  periodAt,
  previousPeriod,
  type WeekStart,
} from '../../../src/model/period.ts';
import { durationOf, HOUR_MS } from '../../../src/model/time.ts';

function at(iso: string): number {
  return Date.parse(iso);
}

/** Limits as RFC 3339 and the length in hours: what a person checks on a calendar. */
function shown(period: Period): [string, string, number] {
  const iso = (instant: number) => new Date(instant).toISOString().replace('.000Z', 'Z');
  return [iso(period.start), iso(period.end), durationOf(period) / HOUR_MS];
}

describe('a week of local midnights', () => {
  it.each<[string, string, string, string, number]>([
    ['Europe/Berlin', '2026-W47', '2026-11-15T23:00:00Z', '2026-11-22T23:00:00Z', 168],
    ['Europe/Berlin', '2026-W13', '2026-03-22T23:00:00Z', '2026-03-29T22:00:00Z', 167],
    ['Europe/Berlin', '2026-W43', '2026-10-18T22:00:00Z', '2026-10-25T23:00:00Z', 169],
    ['America/New_York', 'week-of-2026-03-08', '2026-03-08T05:00:00Z', '2026-03-15T04:00:00Z', 167],
    ['America/New_York', 'week-of-2026-11-01', '2026-11-01T04:00:00Z', '2026-11-08T05:00:00Z', 169],
    ['Asia/Kolkata', '2026-W13', '2026-03-22T18:30:00Z', '2026-03-29T18:30:00Z', 168],
    ['Pacific/Apia', '2011-W52', '2011-12-26T10:00:00Z', '2012-01-01T10:00:00Z', 144],
    ['Australia/Lord_Howe', '2026-W14', '2026-03-29T13:00:00Z', '2026-04-05T13:30:00Z', 168.5],
    ['Australia/Lord_Howe', '2026-W40', '2026-09-27T13:30:00Z', '2026-10-04T13:00:00Z', 167.5],
  ])('in %s %s is from %s to %s', (timeZone, id, start, end, hours) => {
    expect(shown(parsePeriod(id, timeZone))).toEqual([start, end, hours]);
  });

  it.each<[string, string]>([
    ['2026-12-31T12:00:00Z', '2026-W53'],
    ['2027-01-03T12:00:00Z', '2026-W53'],
    ['2027-01-04T12:00:00Z', '2027-W01'],
    ['2024-12-30T12:00:00Z', '2025-W01'],
    ['2026-01-01T12:00:00Z', '2026-W01'],
  ])('at %s in the turn of the year is %s', (instant, id) => {
    expect(periodAt('week', at(instant), 'Europe/Berlin').id).toBe(id);
  });

  it('follows the local clock, not UTC, at its limits', () => {
    const lastInstant = at('2026-11-22T22:59:59.999Z');
    expect(periodAt('week', lastInstant, 'Europe/Berlin').id).toBe('2026-W47');
    expect(periodAt('week', lastInstant + 1, 'Europe/Berlin').id).toBe('2026-W48');
    expect(periodAt('week', lastInstant + 1, 'America/New_York').id).toBe('2026-W47');
  });

  it.each<[WeekStart, string]>([
    ['monday', '2026-W48'],
    ['sunday', 'week-of-2026-11-22'],
    ['saturday', 'week-of-2026-11-21'],
  ])('that begins on a %s is named %s', (weekStart, id) => {
    const week = periodAt('week', at('2026-11-24T12:00:00Z'), 'America/New_York', weekStart);
    expect(week.id).toBe(id);
    expect(parsePeriod(id, 'America/New_York')).toEqual(week);
  });

  it('has as many days as the calendar, one of them shorter or longer where the clock changes', () => {
    const days = daysOf(parsePeriod('2026-W13', 'Europe/Berlin'));
    expect(days.map(({ id }) => id)).toEqual([
      '2026-03-23',
      '2026-03-24',
      '2026-03-25',
      '2026-03-26',
      '2026-03-27',
      '2026-03-28',
      '2026-03-29',
    ]);
    expect(days.map((day) => durationOf(day) / HOUR_MS)).toEqual([24, 24, 24, 24, 24, 24, 23]);
  });
});

describe('a day', () => {
  it.each<[string, string, string, number, string]>([
    [
      'America/Sao_Paulo',
      '2018-11-04',
      '2018-11-04T03:00:00Z',
      23,
      'midnight does not exist: the clock jumps to 01:00',
    ],
    ['America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00:00Z', 25, 'the clock is put back at its last midnight'],
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00Z', 23, 'midnight does not exist'],
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z', 23, 'midnight does not exist'],
    ['America/Havana', '2026-03-08', '2026-03-08T05:00:00Z', 23, 'midnight does not exist'],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z', 25, 'midnight comes twice; the first counts'],
    ['America/St_Johns', '2010-11-07', '2010-11-07T02:30:00Z', 25, 'a minute after midnight the clock is put back'],
  ])('in %s %s starts at %s and is %d hours long: %s', (timeZone, id, start, hours) => {
    const day = parsePeriod(id, timeZone);
    expect(shown(day)).toEqual([start, expect.any(String), hours]);
    expect(periodAt('day', day.start, timeZone)).toEqual(day);
    expect(periodAt('day', day.end - 1, timeZone)).toEqual(day);
  });

  it('that the zone skipped is in no week, follows none and cannot be named', () => {
    const before = parsePeriod('2011-12-29', 'Pacific/Apia');
    const after = parsePeriod('2011-12-31', 'Pacific/Apia');
    expect(before.end).toBe(after.start);
    expect(nextPeriod(before)).toEqual(after);
    expect(previousPeriod(after)).toEqual(before);
    expect(daysOf(parsePeriod('2011-W52', 'Pacific/Apia')).map(({ id }) => id)).not.toContain('2011-12-30');
    expect(() => parsePeriod('2011-12-30', 'Pacific/Apia')).toThrow(/Pacific\/Apia skipped this day/);
  });
});

describe('the neighbours of a period', () => {
  it.each<[string, string, string]>([
    ['2026-W53', '2026-W52', '2027-W01'],
    ['week-of-2026-12-27', 'week-of-2026-12-20', 'week-of-2027-01-03'],
    ['2026-01', '2025-12', '2026-02'],
    ['2024-02-29', '2024-02-28', '2024-03-01'],
    ['2026-11-17--2026-11-24', '2026-11-10--2026-11-17', '2026-11-24--2026-12-01'],
  ])('%s follows %s and precedes %s', (id, previous, next) => {
    const period = parsePeriod(id, 'Europe/Berlin');
    expect(previousPeriod(period)).toEqual(parsePeriod(previous, 'Europe/Berlin'));
    expect(nextPeriod(period)).toEqual(parsePeriod(next, 'Europe/Berlin'));
  });
});

describe('a month', () => {
  it.each<[string, string, number]>([
    ['2026-02', 'Asia/Kolkata', 28 * 24],
    ['2026-03', 'Europe/Berlin', 31 * 24 - 1],
    ['2026-11', 'America/New_York', 30 * 24 + 1],
    ['2011-12', 'Pacific/Apia', 30 * 24],
  ])('%s in %s is %d hours long', (id, timeZone, hours) => {
    const month = parsePeriod(id, timeZone);
    expect(durationOf(month) / HOUR_MS).toBe(hours);
    expect(periodAt('month', month.end - 1, timeZone)).toEqual(month);
  });
});

describe('text that is no period is refused with what is expected', () => {
  it.each<[string, RegExp, WeekStart?]>([
    ['last week', /"last week" is not a period$/],
    ['2026-W54', /2026 has the weeks W01 to W53/],
    ['2025-W53', /2025 has the weeks W01 to W52/],
    ['2026-W00', /2026 has the weeks W01 to W53/],
    ['2026-13', /there is no 2026-13-01/],
    ['2026-02-30', /there is no 2026-02-30/],
    ['2026-11-24--2026-11-17', /must be later than the first/],
    ['2026-11-17--2026-11-17', /must be later than the first/],
    ['week-of-2026-11-23', /begins on this Monday is 2026-W48/],
    ['week-of-2026-11-24', /a week begins on a Monday, Sunday or Saturday/],
    ['week-of-2026-11-21', /weeks here begin on a Sunday, which this day is not/, 'sunday'],
    ['2026-W47', /weeks here begin on a Sunday/, 'sunday'],
    ['1969-12-31', /the years 1970 to 2999/],
    ['2026-11-17T00:00:00Z', /is not a period/],
    ['', /"" is not a period/],
  ])('%s', (id, message, weekStart?) => {
    const read = () => parsePeriod(id, 'UTC', weekStart);
    expect(read).toThrow(message);
    expect(read).toThrow(ReportError);
  });

  it('and so is a zone that does not exist', () => {
    const kinds: Cadence[] = ['day', 'week', 'month'];
    for (const kind of kinds) expect(() => periodAt(kind, 0, 'Europe/Atlantis')).toThrow(/not an IANA time zone/);
  });
});
