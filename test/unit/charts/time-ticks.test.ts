import { describe, expect, it } from 'vitest';
import { timeTicks, zoneTitle } from '../../../src/charts/time-ticks.ts';
import { createWriter } from '../../../src/text/text.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const inZone = (timeZone: string) => createWriter({ locale: 'en-GB', timeZone });
const berlin = inZone('Europe/Berlin');

describe('ticks of a time axis', () => {
  it('stand at round local times, with the date on the first and at midnight', () => {
    const start = Date.UTC(2026, 10, 17, 20, 10);
    const ticks = timeTicks({ start, end: start + 6 * HOUR }, 500, berlin);
    expect(ticks.map(({ label, date }) => (date ? `${label} ${date}` : label))).toEqual([
      '21:30 17 Nov',
      '22:00',
      '22:30',
      '23:00',
      '23:30',
      '00:00 18 Nov',
      '00:30',
      '01:00',
      '01:30',
      '02:00',
      '02:30',
      '03:00',
    ]);
  });

  it('give the day on which Berlin puts its clocks back 25 hours', () => {
    const start = Date.UTC(2026, 9, 24, 22); // midnight of 25 October in Berlin
    const ticks = timeTicks({ start, end: start + 25 * HOUR }, 26 * 42, berlin);
    expect(ticks.map(({ label }) => label).slice(0, 6)).toEqual(['00:00', '01:00', '02:00', '02:00', '03:00', '04:00']);
    expect(ticks).toHaveLength(26);
    expect(ticks.every((tick, index) => tick.at === start + index * HOUR)).toBe(true);
  });

  it('leave out the second of two equal hours where it would stand too close', () => {
    const start = Date.UTC(2026, 9, 24, 22);
    const ticks = timeTicks({ start, end: start + 25 * HOUR }, 560, berlin);
    expect(ticks.map(({ label }) => label)).toEqual(
      ['00', '02', '04', '06', '08', '10', '12', '14', '16', '18', '20', '22', '00'].map((hour) => `${hour}:00`),
    );
    expect((ticks[2]?.at ?? 0) - (ticks[1]?.at ?? 0)).toBe(3 * HOUR);
  });

  it('skip the hour that New York loses in March', () => {
    const start = Date.UTC(2026, 2, 8, 5);
    const ticks = timeTicks({ start, end: start + 5 * HOUR }, 280, inZone('America/New_York'));
    expect(ticks.map(({ label }) => label)).toEqual(['00:00', '01:00', '03:00', '04:00', '05:00', '06:00']);
  });

  it('stand at round local times where the zone is offset by three quarters of an hour', () => {
    const start = Date.UTC(2026, 10, 17, 12);
    const ticks = timeTicks({ start, end: start + 2 * HOUR }, 520, inZone('Asia/Kathmandu'));
    expect(ticks.slice(0, 3).map(({ label }) => label)).toEqual(['17:50', '18:00', '18:10']);
  });

  it('stand at local midnights of a week in which the clocks change', () => {
    const start = Date.UTC(2026, 9, 22, 22);
    const ticks = timeTicks({ start, end: start + 7 * DAY + HOUR }, 400, berlin);
    expect(ticks.map(({ label }) => label)).toEqual(
      ['23', '24', '25', '26', '27', '28', '29', '30'].map((day) => `${day} Oct`),
    );
    expect(ticks.every(({ at }) => berlin.time(at, 'clock') === '00:00:00')).toBe(true);
  });

  it('name quarters over two years', () => {
    const start = Date.UTC(2026, 4, 15);
    const ticks = timeTicks({ start, end: start + 600 * DAY }, 600, berlin);
    expect(ticks.map(({ label }) => label)).toEqual([
      'Jul 2026',
      'Oct 2026',
      'Jan 2027',
      'Apr 2027',
      'Jul 2027',
      'Oct 2027',
      'Jan 2028',
    ]);
  });
});

describe('the title of a time axis', () => {
  it('names zone and offset', () => {
    const start = Date.UTC(2026, 10, 17);
    expect(zoneTitle({ start, end: start + DAY }, berlin)).toBe('Local time, Europe/Berlin (UTC+01:00)');
    expect(zoneTitle({ start, end: start + DAY }, inZone('UTC'))).toBe('Time in UTC');
  });

  it('names both offsets when the clocks change in between', () => {
    const start = Date.UTC(2026, 9, 24, 22);
    expect(zoneTitle({ start, end: start + DAY }, berlin)).toBe(
      'Local time, Europe/Berlin (UTC+02:00, then UTC+01:00)',
    );
  });
});
