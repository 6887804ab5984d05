import { describe, expect, it } from 'vitest';
import { aggregateWeek } from '../../../src/aggregate/aggregate.ts';
import { daysOf, parsePeriod } from '../../../src/model/period.ts';
import {
  evidentDays,
  httpLayer,
  listOf,
  pastWeek,
  quarters,
  storedIncident,
  WEEK,
  weekFacts,
} from '../../support/week-facts.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe('the sums of a week', () => {
  it('are those of its days, each quarter of an hour once', () => {
    const [layer] = aggregateWeek(weekFacts()).layers;
    expect(layer?.total).toMatchObject({ value: 7 * 96 * 900, unit: 'requests', kind: 'counted' });
    expect(layer?.mitigated?.value).toBe(7 * 96 * 90);
    expect(layer?.passed?.value).toBe(7 * 96 * 810);
    expect(layer?.bytes?.value).toBe(7 * 96 * (90 * 100 + 810 * 1_000));
    expect(layer?.coverage).toEqual({ coveredMs: 168 * HOUR, completeness: 1, gaps: [] });
    expect(layer?.peak).toMatchObject({ value: 1, unit: 'requests/s', windowMs: MINUTE, at: WEEK.start });
  });

  it('hold no quarter of an hour outside of the week, though a day of another zone reaches out of it', () => {
    const berlin = weekFacts();
    const shifted = { ...WEEK, start: WEEK.start + 2 * HOUR, end: WEEK.end };
    const [layer] = aggregateWeek({ ...berlin, period: shifted }).layers;
    expect(layer?.total.value).toBe((7 * 96 - 8) * 900);
  });

  it('count a quarter of an hour once when the days of two zones both hold it', () => {
    const facts = weekFacts();
    const [first] = facts.days;
    if (!first) throw new Error('a week has days');
    const [layer] = aggregateWeek({ ...facts, days: [first, ...facts.days] }).layers;
    expect(layer?.total.value).toBe(7 * 96 * 900);
  });

  it('are of 169 hours when the clocks are put back, and of 167 when they are put forward', () => {
    for (const [id, hours] of [
      ['2026-W43', 169],
      ['2026-W13', 167],
    ] as const) {
      const period = parsePeriod(id, 'Europe/Berlin');
      const [layer] = aggregateWeek(weekFacts({ period })).layers;
      expect(layer?.hours.passed).toHaveLength(hours);
      expect(layer?.coverage.completeness).toBe(1);
      expect(layer?.total.value).toBe(hours * 4 * 900);
      // The mean rate is that of every other week.
      expect(layer?.hours.passed.every((rate) => rate === 810 / 900)).toBe(true);
    }
  });
});

describe('a gap in the data', () => {
  const [monday] = daysOf(WEEK);
  const days = evidentDays(WEEK, (day) =>
    day.id === monday?.id
      ? httpLayer({ quarters: quarters({ start: day.start + 6 * HOUR, end: day.end }) })
      : day.id === '2026-11-19'
        ? undefined
        : httpLayer({ quarters: quarters(day) }),
  );
  const [layer] = aggregateWeek(weekFacts({ days })).layers;

  it('is a gap in the hours, never zero', () => {
    expect(layer?.hours.passed.slice(0, 7)).toEqual([null, null, null, null, null, null, 0.9]);
    expect(layer?.hours.mitigated.slice(72, 96)).toEqual(Array(24).fill(null));
  });

  it('lowers completeness by as much as is missing', () => {
    expect(layer?.coverage.completeness).toBe((168 - 6 - 24) / 168);
    expect(layer?.coverage.gaps).toEqual([
      { start: WEEK.start, end: WEEK.start + 6 * HOUR },
      { start: WEEK.start + 72 * HOUR, end: WEEK.start + 96 * HOUR },
    ]);
    expect(layer?.days.map(({ total }) => total?.value)).toEqual([
      72 * 900,
      86_400,
      86_400,
      undefined,
      86_400,
      86_400,
      86_400,
    ]);
  });
});

describe('time under attack', () => {
  const at = WEEK.start + 10 * HOUR;
  const wave = (from: number, to: number, vectors = ['http-flood']) => ({
    start: at + from * MINUTE,
    end: at + to * MINUTE,
    vectors,
  });

  it('is the union of overlapping incidents, never their sum', () => {
    const incidents = [
      storedIncident('INC-1', { waves: [wave(0, 10)] }),
      storedIncident('INC-2', { waves: [wave(5, 20), wave(30, 35)] }),
    ];
    const stats = aggregateWeek(weekFacts({ incidents }));
    expect(stats.exposure.value).toBe(25 * MINUTE);
    expect(stats.incidents.map(({ exposureMs }) => exposureMs)).toEqual([10 * MINUTE, 20 * MINUTE]);
    expect(stats.vectors).toEqual([{ name: 'http-flood', ms: 25 * MINUTE }]);
  });

  it('is cut to the week, and an incident over its last midnight belongs to both weeks', () => {
    const over = { start: WEEK.end - 10 * MINUTE, end: WEEK.end + 5 * MINUTE, vectors: ['http-flood'] };
    const incidents = [storedIncident('INC-3', { waves: [over] })];
    expect(aggregateWeek(weekFacts({ incidents })).exposure.value).toBe(10 * MINUTE);
    const next = parsePeriod('2026-W48', 'Europe/Berlin');
    expect(aggregateWeek(weekFacts({ period: next, incidents })).exposure.value).toBe(5 * MINUTE);
  });

  it('of an attack that was still running ends with what its report saw', () => {
    const start = at;
    const incidents = [
      storedIncident('INC-4', {
        waves: [{ start, vectors: ['http-flood'] }],
        window: { start: start - HOUR, end: start + 2 * HOUR },
      }),
    ];
    expect(aggregateWeek(weekFacts({ incidents })).exposure.value).toBe(2 * HOUR);
  });

  it('has as usual time the median of the weeks before, those without the vector as none', () => {
    const earlier = (weeks: number, minutes: number) => {
      const start = WEEK.start - weeks * 7 * 24 * HOUR + HOUR;
      return storedIncident(`INC-${weeks}`, {
        waves: [{ start, end: start + minutes * MINUTE, vectors: ['http-flood'] }],
      });
    };
    const past = [3, 2, 1].map((weeks) => ({
      period: parsePeriod(`2026-W${47 - weeks}`, 'Europe/Berlin'),
      days: [],
    }));
    const incidents = [earlier(3, 8), earlier(2, 4), storedIncident('INC-9', { waves: [wave(0, 10)] })];
    expect(aggregateWeek(weekFacts({ past, incidents })).vectors).toEqual([
      { name: 'http-flood', ms: 10 * MINUTE, medianMs: 4 * MINUTE },
    ]);
  });
});

describe('the change from the week before', () => {
  const withHosts = (hosts: Readonly<Record<string, number>>) => (day: (typeof WEEK & object) | undefined) =>
    day && httpLayer({ quarters: quarters(day), lists: [listOf('host', hosts)] });
  const listNow = (now: Record<string, number>, before: Record<string, number>) =>
    aggregateWeek(weekFacts({ days: evidentDays(WEEK, withHosts(now)), past: pastWeek(withHosts(before)) })).layers[0]
      ?.lists[0];

  it('of a value with a zero base is new and never a percentage', () => {
    const list = listNow({ 'a.example': 200, 'b.example': 50 }, { 'a.example': 100 });
    expect(list?.items.map(({ value, change }) => [value, change])).toEqual([
      ['a.example', { kind: 'ratio', value: 1 }],
      ['b.example', { kind: 'new' }],
    ]);
  });

  it('tells what was among the largest and did not come again', () => {
    const list = listNow({ 'a.example': 100 }, { 'a.example': 100, 'z.example': 70 });
    expect(list?.items[0]?.change).toEqual({ kind: 'same' });
    expect(list?.gone.map(({ value, previous, change }) => [value, previous?.value, change])).toEqual([
      ['z.example', 490, { kind: 'gone' }],
    ]);
  });

  it('compares means over the time with data, and nothing with less than half of a week', () => {
    const half = (covered: number) => (day: typeof WEEK) =>
      httpLayer({
        quarters: quarters({ start: day.start, end: day.start + covered * HOUR }),
        lists: [listOf('host', { 'a.example': covered * 100 })],
      });
    const facts = (covered: number) => weekFacts({ days: evidentDays(WEEK, half(24)), past: pastWeek(half(covered)) });
    expect(aggregateWeek(facts(12)).layers[0]?.lists[0]?.items[0]?.change).toEqual({ kind: 'same' });
    expect(aggregateWeek(facts(11)).layers[0]?.lists[0]?.items[0]?.change).toBeUndefined();
  });

  it('does not exist for the first week on record', () => {
    const stats = aggregateWeek(weekFacts({ past: pastWeek(() => undefined) }));
    expect(stats.past).toEqual([]);
  });

  it('closes every list: items, other and unknown are all traffic', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`h${i}.example`, 30 - i]));
    const list = listNow(many, {});
    const sum = (list?.items ?? []).reduce((total, { total: own }) => total + own.value, 0);
    expect(list?.items).toHaveLength(10);
    expect(sum + (list?.other.value ?? 0) + (list?.unknown.value ?? 0)).toBe((7 * 30 * 31) / 2);
    expect(list?.otherValues).toBe(20);
  });

  it('says that a value may be larger when a day kept fewer values than it had', () => {
    const cut = (day: typeof WEEK) =>
      httpLayer({
        quarters: quarters(day),
        lists: [
          day.id === '2026-11-18'
            ? {
                ...listOf('host', { 'b.example': 40 }),
                rest: { units: 9, sampled: 9, variance: 0, bytesVariance: 0, mitigated: 0, values: 3, atMost: 5 },
              }
            : listOf('host', { 'a.example': 20, 'b.example': 10 }),
        ],
      });
    const [list] = aggregateWeek(weekFacts({ days: evidentDays(WEEK, cut) })).layers[0]?.lists ?? [];
    expect(list?.isExact).toBe(false);
    expect(list?.items.find(({ value }) => value === 'a.example')?.total).toMatchObject({
      value: 120,
      kind: 'estimated',
      interval: { lower: 120, upper: 125 },
    });
    expect(list?.items.find(({ value }) => value === 'b.example')?.total).toMatchObject({
      value: 100,
      kind: 'counted',
    });
  });
});

describe('the largest event that was no incident', () => {
  it('is looked for in quarters of an hour that no wave touches', () => {
    const high = { value: 500, sampled: 500, variance: 0 };
    const days = evidentDays(WEEK, (day) =>
      httpLayer({
        quarters: quarters(day).map((quarter) => {
          if (quarter.start === WEEK.start + HOUR)
            return { ...quarter, mitigatedPeak: { ...high, value: 900, at: quarter.start } };
          if (quarter.start === WEEK.start + 5 * HOUR)
            return { ...quarter, mitigatedPeak: { ...high, at: quarter.start + MINUTE } };
          return quarter;
        }),
      }),
    );
    const [layer] = aggregateWeek(weekFacts({ days, incidents: [storedIncident('INC-1')] })).layers;
    expect(layer?.largestOutside).toMatchObject({ at: WEEK.start + 5 * HOUR + MINUTE, windowMs: MINUTE });
    expect(layer?.largestOutside?.mitigated?.value).toBeCloseTo(500 / 60);
    expect(layer?.largestOutside?.usual?.value).toBe(1);
  });
});
