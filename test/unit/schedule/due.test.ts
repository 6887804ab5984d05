import { describe, expect, it } from 'vitest';
import type { Schedule, ScheduledCustomer } from '../../../src/config/config.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/model/time.ts';
import { dueAtOf, findOverdue, periodOf } from '../../../src/schedule/due.ts';
import { ACME, customerIn, Scheduler, weekly } from './scheduler-fixture.ts';

function dueOf(schedule: Schedule, customer: ScheduledCustomer, instant: string): string {
  const period = periodOf(schedule, customer, Date.parse(instant));
  return `${period.id} ${new Date(dueAtOf(schedule, customer, period)).toISOString()}`;
}

describe('a report is due', () => {
  it.each<[string, Partial<Schedule>, string, string]>([
    ['Europe/Berlin', {}, '2026-11-18T12:00:00Z', '2026-W47 2026-11-23T05:00:00.000Z'],
    ['Europe/Berlin', {}, '2026-03-25T12:00:00Z', '2026-W13 2026-03-30T04:00:00.000Z'],
    ['Asia/Kolkata', {}, '2026-11-18T12:00:00Z', '2026-W47 2026-11-23T00:30:00.000Z'],
    ['Pacific/Apia', {}, '2011-12-28T12:00:00Z', '2011-W52 2012-01-01T16:00:00.000Z'],
    ['Australia/Lord_Howe', {}, '2026-10-01T12:00:00Z', '2026-W40 2026-10-04T19:00:00.000Z'],
    ['Europe/Berlin', {}, '2026-12-31T12:00:00Z', '2026-W53 2027-01-04T05:00:00.000Z'],
    ['Europe/Berlin', {}, '2027-01-05T12:00:00Z', '2027-W01 2027-01-11T05:00:00.000Z'],
    [
      'Europe/Berlin',
      { dueAt: { day: 2, minutesOfDay: 450 } },
      '2026-11-18T12:00:00Z',
      '2026-W47 2026-11-24T06:30:00.000Z',
    ],
    ['Europe/Berlin', { latenessMs: 12 * HOUR_MS }, '2026-11-18T12:00:00Z', '2026-W47 2026-11-23T11:00:00.000Z'],
    ['Europe/Berlin', { cadence: 'daily' }, '2026-11-18T12:00:00Z', '2026-11-18 2026-11-19T05:00:00.000Z'],
    [
      'Europe/Berlin',
      { cadence: 'daily', dueAt: { minutesOfDay: 150 } },
      '2026-03-28T12:00:00Z',
      '2026-03-28 2026-03-29T01:00:00.000Z',
    ],
    [
      'Europe/Berlin',
      { cadence: 'monthly', dueAt: { day: 3, minutesOfDay: 360 } },
      '2026-11-18T12:00:00Z',
      '2026-11 2026-12-03T05:00:00.000Z',
    ],
  ])('in %s with %j for the period at %s: %s', (timeZone, changes, instant, expected) => {
    expect(dueOf(weekly(changes), customerIn(timeZone), instant)).toBe(expected);
  });

  it('after a week that begins on another day than Monday', () => {
    const instant = '2026-11-18T12:00:00Z';
    expect(dueOf(weekly(), customerIn('America/New_York', 'sunday'), instant)).toBe(
      'week-of-2026-11-15 2026-11-22T11:00:00.000Z',
    );
    expect(dueOf(weekly(), customerIn('America/New_York', 'saturday'), instant)).toBe(
      'week-of-2026-11-14 2026-11-21T11:00:00.000Z',
    );
  });

  it('by the clock of another zone where the schedule says so, but never before its period is over', () => {
    const instant = '2026-11-18T12:00:00Z';
    const inBerlin = (timeZone: string) => ({ ...customerIn(timeZone), dueZone: 'Europe/Berlin' });
    const schedule = weekly({ dueAt: { minutesOfDay: 7 * 60 }, latenessMs: 0 });
    expect(dueOf(schedule, inBerlin('Asia/Kolkata'), instant)).toBe('2026-W47 2026-11-23T06:00:00.000Z');
    expect(dueOf(schedule, inBerlin('America/New_York'), instant)).toBe('2026-W47 2026-11-23T06:00:00.000Z');
    expect(dueOf(schedule, inBerlin('Pacific/Honolulu'), instant)).toBe('2026-W47 2026-11-24T06:00:00.000Z');
    const onMonday = weekly({ dueAt: { day: 1, minutesOfDay: 7 * 60 }, latenessMs: 0 });
    expect(dueOf(onMonday, inBerlin('Pacific/Honolulu'), instant)).toBe('2026-W47 2026-11-23T10:00:00.000Z');
  });

  it('at a part of the jitter that stays the same, and differs between customers', () => {
    const schedule = weekly({ jitterMs: HOUR_MS });
    const period = periodOf(schedule, ACME, Date.parse('2026-11-18T12:00:00Z'));
    const early = Date.parse('2026-11-23T05:00:00Z');
    const parts = Array.from({ length: 200 }, (_, n) => dueAtOf(schedule, { ...ACME, id: `c-${n}` }, period) - early);
    expect(parts.every((part) => part >= 0 && part < HOUR_MS)).toBe(true);
    expect(new Set(parts).size).toBe(200);
    expect(Math.max(...parts) - Math.min(...parts)).toBeGreaterThan(55 * MINUTE_MS);
    expect(dueAtOf(schedule, { ...ACME, id: 'c-7' }, period) - early).toBe(parts[7]);
  });
});

describe('a schedule that is run often', () => {
  it('makes each week once, when it is due and not before', () => {
    const scheduler = new Scheduler(weekly());
    expect(scheduler.run('2026-11-23T04:59:59Z')).toEqual([]);
    expect(scheduler.run('2026-11-23T05:00:00Z')).toEqual(['2026-W47']);
    expect(scheduler.run('2026-11-23T05:15:00Z')).toEqual([]);
    expect(scheduler.run('2026-11-30T05:00:00Z')).toEqual(['2026-W48']);
  });

  it('makes in a hundred runs what it makes in one', () => {
    const once = new Scheduler(weekly());
    const often = new Scheduler(weekly());
    const now = '2026-11-23T09:00:00Z';
    once.run(now);
    for (let run = 0; run < 100; run++) often.run(now);
    expect(often.made).toEqual(once.made);
    expect(often.records).toEqual(once.records);
  });

  it('makes every week of a year once, whatever the zone does to its clock', () => {
    for (const timeZone of [
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    ]) {
      const scheduler = new Scheduler(weekly({ customers: [customerIn(timeZone)], maxAgeMs: 10 * DAY_MS }));
      scheduler.run('2026-01-06T00:00:00Z');
      for (let now = Date.parse('2026-01-06T00:00:00Z'); now < Date.parse('2027-01-13T00:00:00Z'); now += DAY_MS)
        scheduler.run(now);
      expect(scheduler.made).toEqual([
        ...Array.from({ length: 53 }, (_, week) => `2026-W${String(week + 1).padStart(2, '0')}`),
        '2027-W01',
      ]);
    }
  });

  it('makes nothing twice when the clock is set back two hours', () => {
    const scheduler = new Scheduler(weekly());
    const due = Date.parse('2026-11-23T05:00:00Z');
    expect(scheduler.run(due + HOUR_MS)).toEqual(['2026-W47']);
    for (let now = due - HOUR_MS; now < due + 3 * HOUR_MS; now += 15 * MINUTE_MS)
      expect(scheduler.run(now)).toEqual([]);
    expect(scheduler.run('2026-11-30T05:00:00Z')).toEqual(['2026-W48']);
  });

  it('begins with the last finished week, however far back it might reach', () => {
    const scheduler = new Scheduler(weekly({ catchUp: 'all' }));
    expect(scheduler.run('2026-11-25T12:00:00Z')).toEqual(['2026-W47']);
    expect(scheduler.run('2026-11-25T12:00:00Z')).toEqual([]);
  });
});

describe('after three weeks in which nothing ran', () => {
  const BEFORE = '2026-10-26T06:00:00Z';
  const AFTER = '2026-11-18T12:00:00Z';

  it.each<[Schedule['catchUp'], string[], string[]]>([
    ['all', ['2026-W44', '2026-W45', '2026-W46'], []],
    ['latest', ['2026-W46'], ['2026-W44', '2026-W45']],
    ['none', [], ['2026-W44', '2026-W45', '2026-W46']],
  ])('a schedule that catches up %s makes %j and skips %j', (catchUp, made, skipped) => {
    const scheduler = new Scheduler(weekly({ catchUp }));
    expect(scheduler.run(BEFORE)).toEqual(['2026-W43']);
    expect(scheduler.plan(Date.parse(AFTER)).skipped.map(({ period }) => period.id)).toEqual(skipped);
    expect(scheduler.run(AFTER)).toEqual(made);
    expect(scheduler.run(AFTER)).toEqual([]);
    expect(scheduler.run('2026-11-23T05:00:00Z')).toEqual(['2026-W47']);
  });

  it('what is older than the maximum age is skipped, and nothing else', () => {
    const scheduler = new Scheduler(weekly({ maxAgeMs: 11 * DAY_MS }));
    scheduler.run(BEFORE);
    const { due, skipped } = scheduler.plan(Date.parse(AFTER));
    expect(due.map(({ period }) => period.id)).toEqual(['2026-W45', '2026-W46']);
    expect(skipped.map(({ period, reason }) => [period.id, reason])).toEqual([['2026-W44', 'too-old']]);
  });
});

describe('a schedule that catches up nothing', () => {
  it('still makes what is late by no more than its lateness and an hour', () => {
    const due = Date.parse('2026-11-23T05:00:00Z');
    expect(new Scheduler(weekly({ catchUp: 'none' })).run(due + 3 * HOUR_MS)).toEqual(['2026-W47']);
    expect(new Scheduler(weekly({ catchUp: 'none' })).run(due + 3 * HOUR_MS + 1)).toEqual([]);
  });
});

describe('a report that failed', () => {
  const DUE = Date.parse('2026-11-23T05:00:00Z');
  const always = () => true;

  it('is tried again after 15 minutes, then after twice as long each time, at most after six hours', () => {
    const scheduler = new Scheduler(weekly());
    const tries: number[] = [];
    for (let now = DUE; now < DUE + DAY_MS; now += 5 * MINUTE_MS) {
      if (scheduler.plan(now).due.length > 0) tries.push((now - DUE) / MINUTE_MS);
      scheduler.run(now, always);
    }
    expect(tries).toEqual([0, 15, 45, 105, 225, 465, 825, 1185]);
    expect(scheduler.run(DUE + 2 * DAY_MS)).toEqual(['2026-W47']);
  });

  it('does not keep other customers and other weeks from being made', () => {
    const scheduler = new Scheduler(weekly({ customers: [ACME, { ...ACME, id: 'globex' }] }));
    scheduler.run(DUE, always);
    expect(scheduler.run(DUE + 15 * MINUTE_MS, (period) => period === '2026-W46')).toEqual([
      'acme 2026-W47',
      'globex 2026-W47',
    ]);
  });

  it.each<[Schedule['catchUp'], string[]]>([
    ['all', ['2026-W47', '2026-W48']],
    ['latest', ['2026-W48']],
    ['none', ['2026-W48']],
  ])('is given up by a schedule that catches up %s when the next is due, or not', (catchUp, made) => {
    const scheduler = new Scheduler(weekly({ catchUp }));
    scheduler.run(DUE, always);
    expect(scheduler.run(DUE + 7 * DAY_MS)).toEqual(made);
  });

  it('is tried at once when the clock was set back since', () => {
    const scheduler = new Scheduler(weekly());
    scheduler.run(DUE + 3 * HOUR_MS, always);
    expect(scheduler.run(DUE + HOUR_MS)).toEqual(['2026-W47']);
  });
});

describe('a report in the middle of which a run was cut off', () => {
  const DUE = Date.parse('2026-11-23T05:00:00Z');
  const cut = (attempts: number) => {
    const scheduler = new Scheduler(weekly({ customers: [ACME, { ...ACME, id: 'globex' }] }));
    scheduler.records.set('weekly/acme/2026-W47', { state: 'begun', attempts, at: DUE });
    return scheduler;
  };

  it('is made by the next run, after all others', () => {
    expect(cut(1).run(DUE)).toEqual(['globex 2026-W47', 'acme 2026-W47']);
    expect(cut(4).run(DUE)).toEqual(['globex 2026-W47', 'acme 2026-W47']);
  });

  it('five times waits like one that failed', () => {
    expect(cut(5).run(DUE + 15 * MINUTE_MS - 1)).toEqual(['globex 2026-W47']);
    expect(cut(5).run(DUE + 15 * MINUTE_MS)).toEqual(['globex 2026-W47', 'acme 2026-W47']);
    expect(cut(6).run(DUE + 29 * MINUTE_MS)).toEqual(['globex 2026-W47']);
  });
});

describe('a report is overdue', () => {
  const DUE = Date.parse('2026-11-23T05:00:00Z');
  const overdue = (scheduler: Scheduler, now: number) =>
    findOverdue({
      schedules: scheduler.schedules,
      now,
      firstSeen: () => DUE - 7 * DAY_MS,
      recordOf: (schedule, customer, period) => scheduler.records.get(`${schedule.id}/${customer.id}/${period}`),
    }).map(({ period, record }) => [period.id, record?.state]);

  it('when more than its lateness and an hour have passed, whether it failed or was never tried', () => {
    const scheduler = new Scheduler(weekly());
    scheduler.run('2026-11-16T05:00:00Z');
    expect(overdue(scheduler, DUE + 3 * HOUR_MS)).toEqual([]);
    expect(overdue(scheduler, DUE + 3 * HOUR_MS + 1)).toEqual([['2026-W47', undefined]]);
    scheduler.run(DUE, () => true);
    expect(overdue(scheduler, DUE + 4 * HOUR_MS)).toEqual([['2026-W47', 'failed']]);
  });

  it('no longer once it was made or skipped', () => {
    const scheduler = new Scheduler(weekly({ catchUp: 'none' }));
    scheduler.run('2026-11-16T05:00:00Z');
    scheduler.run(DUE + 5 * HOUR_MS);
    expect(overdue(scheduler, DUE + 6 * HOUR_MS)).toEqual([]);
  });
});
