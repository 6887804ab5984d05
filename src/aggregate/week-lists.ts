import { largestFirst, type ValueList, type ValueSums } from '../archive/archive.ts';
import type { Dimension } from '../model/dimension.ts';
import { DIMENSIONS } from '../model/dimension.ts';
import type { Measure } from '../model/measure.ts';
import { durationOf } from '../model/time.ts';
import { addTallies, type Gauge, subtractTallies, volumeMeasure } from './measures.ts';
import type { Change, WeekDay, WeekItem, WeekList } from './week-stats.ts';
import { type PeriodTraffic, tallyOfSums } from './week-traffic.ts';

/** Items of a list of a period. */
const MOST_ITEMS = 10;
/** Values of the previous period that are told when they did not come again. */
const MOST_GONE = 3;
/** Told as a part of the day, never compared value by value. */
const UNLISTED: ReadonlySet<Dimension> = new Set(['attack_id', 'mitigation_system']);
/** With less of a period on record than this, its volumes are not compared. */
export const LEAST_COMPARABLE = 0.5;

/** A value over all days of a period. */
interface Joined extends ValueSums {
  /** What it may have besides: on days whose list was cut it may have been among the rest. */
  readonly more: number;
}

interface JoinedList {
  readonly label?: string;
  readonly isExact: boolean;
  readonly values: readonly Joined[];
  readonly rest: ValueList['rest'];
  readonly unknown: ValueList['unknown'];
}

/** The lists of a period beside those of the previous one, in the order of the dimensions. */
export function measureLists(traffic: PeriodTraffic, before: PeriodTraffic | undefined, gauge: Gauge): WeekList[] {
  const rates = ratesOf(traffic, before);
  return DIMENSIONS.filter((dimension) => !UNLISTED.has(dimension)).flatMap((dimension): WeekList[] => {
    const list = joinLists(traffic, dimension);
    if (!list || list.values.length === 0) return [];
    const earlier = before && joinLists(before, dimension);
    const ranks = new Map(list.values.map(({ value }, index) => [value, index + 1]));
    const previous = new Map(earlier?.values.map((one, index) => [one.value, { one, rank: index + 1 }]));
    const items = list.values.slice(0, MOST_ITEMS).map((one): WeekItem => {
      const was = previous.get(one.value);
      return {
        ...itemOf(one, gauge),
        rank: ranks.get(one.value) ?? 0,
        ...(was && { previousRank: was.rank, previous: itemOf(was.one, gauge).total }),
        // A value that the cut list of the previous period lacks may have been in its rest.
        ...(rates &&
          earlier &&
          (was || earlier.isExact) && {
            change: changeOf(one.units * rates.now, (was?.one.units ?? 0) * rates.before),
          }),
      };
    });
    const all = list.values.map(tallyOfSums);
    const others = [...all.slice(MOST_ITEMS), ...(list.rest ? [tallyOfSums(list.rest)] : [])];
    const gone = list.isExact && rates && earlier ? goneOf(earlier, ranks, gauge) : [];
    return [
      {
        dimension,
        ...(list.label !== undefined && { label: list.label }),
        isExact: list.isExact,
        items,
        other: volumeMeasure(gauge, addTallies(others)),
        otherValues: Math.max(0, list.values.length - MOST_ITEMS) + (list.rest?.values ?? 0),
        unknown: volumeMeasure(gauge, list.unknown ? tallyOfSums(list.unknown) : subtractTallies(addTallies([]), [])),
        gone,
      },
    ];
  });
}

/** Factors that turn volumes into means over the time with data; undefined where one of the periods has too little of it. */
function ratesOf(
  traffic: PeriodTraffic,
  before: PeriodTraffic | undefined,
): { readonly now: number; readonly before: number } | undefined {
  const covered = ({ quarters }: PeriodTraffic) => quarters.reduce((sum, { coveredMs }) => sum + coveredMs, 0);
  const isEnough = (one: PeriodTraffic) => covered(one) >= LEAST_COMPARABLE * durationOf(one.period);
  if (!before || !isEnough(traffic) || !isEnough(before)) return undefined;
  return { now: 1 / covered(traffic), before: 1 / covered(before) };
}

/** From `was` to `is`, rates of one kind. Nothing comes from a zero base but new. */
export function changeOf(is: number, was: number): Change {
  if (is === was) return { kind: 'same' };
  if (was === 0) return { kind: 'new' };
  if (is === 0) return { kind: 'gone' };
  return { kind: 'ratio', value: is / was - 1 };
}

function itemOf(one: Joined, gauge: Gauge): WeekItem {
  const total = volumeMeasure(gauge, tallyOfSums(one));
  return {
    value: one.value,
    ...(one.name !== undefined && { name: one.name }),
    total: one.more > 0 ? widened(total, one.more) : total,
    mitigated: volumeMeasure(gauge, { ...tallyOfSums(one), value: one.mitigated }),
  };
}

/** A sum that may be larger by so much. */
function widened(measure: Measure, more: number): Measure {
  return {
    ...measure,
    kind: measure.kind === 'reported' ? 'reported' : 'estimated',
    interval: {
      lower: measure.interval?.lower ?? measure.value,
      upper: (measure.interval?.upper ?? measure.value) + more,
    },
  };
}

function goneOf(earlier: JoinedList, ranks: ReadonlyMap<string, number>, gauge: Gauge): WeekItem[] {
  return earlier.values
    .slice(0, MOST_ITEMS)
    .flatMap((one, index): WeekItem[] =>
      ranks.has(one.value)
        ? []
        : [
            {
              ...itemOf(one, gauge),
              previousRank: index + 1,
              previous: itemOf(one, gauge).total,
              change: { kind: 'gone' },
            },
          ],
    )
    .slice(0, MOST_GONE);
}

/** The lists of all days as one; undefined where no day has any. */
function joinLists({ lists }: PeriodTraffic, dimension: Dimension): JoinedList | undefined {
  const days = lists.flatMap((day) => day.lists.find((list) => list.dimension === dimension) ?? []);
  if (days.length === 0) return undefined;
  const cut = days.flatMap(({ rest }) => rest?.atMost ?? []);
  const joined = new Map<string, Joined>();
  for (const { values, rest } of days)
    for (const one of values) {
      const known = joined.get(one.value);
      const more = (known?.more ?? cut.reduce((sum, atMost) => sum + atMost, 0)) - (rest?.atMost ?? 0);
      joined.set(one.value, known ? { ...known, ...addValues(known, one), more } : { ...one, more });
    }
  const label = days.find((day) => day.label !== undefined)?.label;
  return {
    ...(label !== undefined && { label }),
    isExact: cut.length === 0,
    values: [...joined.values()].sort(largestFirst),
    rest: addRests(days.flatMap(({ rest }) => rest ?? [])),
    unknown: addUnknowns(days.flatMap(({ unknown }) => unknown ?? [])),
  };
}

function addValues(a: ValueSums, b: ValueSums): ValueSums {
  const name = a.name ?? b.name;
  return {
    ...a,
    ...(name !== undefined && { name }),
    units: a.units + b.units,
    sampled: a.sampled + b.sampled,
    variance: a.variance + b.variance,
    bytesVariance: a.bytesVariance + b.bytesVariance,
    mitigated: a.mitigated + b.mitigated,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
  };
}

function addUnknowns(parts: readonly NonNullable<ValueList['unknown']>[]): ValueList['unknown'] {
  const [first, ...others] = parts;
  return (
    first &&
    others.reduce<NonNullable<ValueList['unknown']>>(
      (sum, part) => ({
        units: sum.units + part.units,
        sampled: sum.sampled + part.sampled,
        variance: sum.variance + part.variance,
        bytesVariance: sum.bytesVariance + part.bytesVariance,
        mitigated: sum.mitigated + part.mitigated,
      }),
      first,
    )
  );
}

function addRests(parts: readonly NonNullable<ValueList['rest']>[]): ValueList['rest'] {
  const sums = addUnknowns(parts);
  return (
    sums && {
      ...sums,
      // At least: values of different days may be the same.
      values: Math.max(...parts.map(({ values }) => values)),
      atMost: parts.reduce((sum, { atMost }) => sum + atMost, 0),
    }
  );
}

/** What each system mitigated in a day, largest first. */
export function systemsOf(lists: readonly ValueList[], gauge: Gauge): WeekDay['systems'] {
  const list = lists.find(({ dimension }) => dimension === 'mitigation_system');
  return (list?.values ?? [])
    .filter(({ mitigated }) => mitigated > 0)
    .map((one) => ({
      system: one.value,
      mitigated: volumeMeasure(gauge, { ...tallyOfSums(one), value: one.mitigated }),
    }))
    .sort((a, b) => b.mitigated.value - a.mitigated.value || (a.system < b.system ? -1 : 1));
}
