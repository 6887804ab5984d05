import type { Measure, MeasureKind, Unit } from '../model/measure.ts';
import { SECOND_MS } from '../model/time.ts';
import { shareInterval, type Tally, volumeInterval } from './intervals.ts';

/** How the tallies of one source become measures. */
export interface Gauge {
  readonly unit: Unit;
  readonly kind: MeasureKind;
  readonly evidence: readonly string[];
  /** False when every weight is 1: then there are no intervals and no sample counts. */
  readonly sampled: boolean;
  /** Largest weight of a row; what a single unseen row could have stood for. */
  readonly heaviest: number;
}

export const EMPTY_TALLY: Tally = { value: 0, sampled: 0, variance: 0, unseen: 0 };

/** An exact number, or one whose source discloses no sampling. */
export function exactTally(value: number): Tally {
  return { value, sampled: 0, variance: 0, unseen: 0 };
}

export function addTallies(tallies: Iterable<Tally>): Tally {
  let value = 0;
  let sampled = 0;
  let variance = 0;
  let left = 0;
  let heaviest: number | undefined;
  for (const tally of tallies) {
    value += tally.value;
    sampled += tally.sampled;
    variance += tally.variance;
    left += tally.unseen * tally.value;
    if (tally.heaviest !== undefined) heaviest = Math.max(heaviest ?? 0, tally.heaviest);
  }
  return {
    value,
    sampled,
    variance,
    unseen: value > 0 ? left / value : 0,
    ...(heaviest !== undefined && { heaviest }),
  };
}

/** What is left of a whole when some of its parts are taken away; never below zero. */
export function subtractTallies(whole: Tally, parts: readonly Tally[]): Tally {
  const taken = addTallies(parts);
  const value = Math.max(0, whole.value - taken.value);
  const left = Math.max(0, whole.unseen * whole.value - taken.unseen * taken.value);
  return {
    value,
    sampled: Math.max(0, whole.sampled - taken.sampled),
    variance: Math.max(0, whole.variance - taken.variance),
    unseen: value > 0 ? Math.min(1, left / value) : 0,
    ...(whole.heaviest !== undefined && { heaviest: whole.heaviest }),
  };
}

/** A volume in the unit of the gauge, or in `unit`. */
export function volumeMeasure(gauge: Gauge, tally: Tally, unit: Unit = gauge.unit): Measure {
  return {
    value: tally.value,
    unit,
    kind: gauge.kind,
    ...(gauge.sampled && {
      sampleCount: Math.round(tally.sampled),
      interval: volumeInterval(tally, tally.heaviest ?? gauge.heaviest),
    }),
    evidence: gauge.evidence,
  };
}

/**
 * Mean per second over `lengthMs`. Bytes become bits. `at` is the start of the window where one instant matters.
 * @throws RangeError when the length is not positive: a rate over nothing is not zero.
 */
export function rateMeasure(
  gauge: Gauge,
  tally: Tally,
  lengthMs: number,
  options: { readonly unit?: Unit; readonly at?: number } = {},
): Measure {
  if (!(lengthMs > 0)) throw new RangeError(`A rate needs a span longer than nothing, not ${lengthMs} ms.`);
  const unit = options.unit ?? gauge.unit;
  const volume = volumeMeasure(gauge, tally, unit);
  // Multiplied before divided, so that a whole rate stays a whole number.
  const perSecond = (value: number) => (value * (unit === 'bytes' ? 8 : 1) * SECOND_MS) / lengthMs;
  return {
    ...volume,
    value: perSecond(volume.value),
    unit: rateUnit(unit),
    windowMs: lengthMs,
    ...(options.at !== undefined && { at: options.at }),
    ...(volume.interval && {
      interval: { lower: perSecond(volume.interval.lower), upper: perSecond(volume.interval.upper) },
    }),
  };
}

/** `part / whole`, or undefined when the whole is empty. */
export function shareMeasure(gauge: Gauge, part: Tally, whole: Tally): Measure | undefined {
  if (whole.value <= 0) return undefined;
  return {
    value: part.value / whole.value,
    unit: 'share',
    kind: gauge.kind,
    ...(gauge.sampled && { sampleCount: Math.round(whole.sampled), interval: shareInterval(part, whole) }),
    evidence: gauge.evidence,
  };
}

export type RateUnit = Extract<Unit, `${string}/s`>;

const RATE_UNITS: Readonly<Partial<Record<Unit, RateUnit>>> = {
  requests: 'requests/s',
  packets: 'packets/s',
  connections: 'connections/s',
  queries: 'queries/s',
  events: 'events/s',
  bytes: 'bits/s',
};

/** The unit per second of a unit of volume; bytes are told as bits. */
export function rateUnit(unit: Unit): RateUnit {
  const rate = RATE_UNITS[unit];
  if (!rate) throw new RangeError(`There is no rate of ${unit}.`);
  return rate;
}

/** Groups that share no row, taken together. Their distances to the bounds add up as independent ones do. */
export function joinMeasures(first: Measure, others: readonly Measure[]): Measure {
  const all = [first, ...others];
  const value = all.reduce((sum, one) => sum + one.value, 0);
  const counted = all.every((one) => one.sampleCount !== undefined);
  const away = (bound: 'lower' | 'upper') =>
    Math.hypot(...all.map((one) => (one.interval ? one.interval[bound] - one.value : 0)));
  return {
    value,
    unit: first.unit,
    kind: first.kind,
    ...(counted && { sampleCount: all.reduce((sum, one) => sum + (one.sampleCount ?? 0), 0) }),
    ...(first.interval && { interval: { lower: Math.max(0, value - away('lower')), upper: value + away('upper') } }),
    evidence: first.evidence,
  };
}

/** Share of a part in its whole where only the two measures are known; undefined when the whole is empty. */
export function shareOf(part: Measure, whole: Measure): Measure | undefined {
  if (whole.value <= 0) return undefined;
  const value = Math.min(1, part.value / whole.value);
  const base: Measure = { value, unit: 'share', kind: part.kind, evidence: part.evidence };
  const { interval } = part;
  if (!interval || !whole.interval) return base;
  const rest = whole.value - part.value;
  const ofRest = (bound: 'lower' | 'upper') =>
    Math.sqrt(Math.max(0, ((whole.interval?.[bound] ?? 0) - whole.value) ** 2 - (interval[bound] - part.value) ** 2));
  const at = (some: number, remainder: number) => (some + remainder > 0 ? some / (some + remainder) : value);
  const down = Math.hypot(value - at(interval.lower, rest), value - at(part.value, rest + ofRest('upper')));
  const up = Math.hypot(at(interval.upper, rest) - value, at(part.value, Math.max(0, rest - ofRest('lower'))) - value);
  return {
    ...base,
    ...(whole.sampleCount !== undefined && { sampleCount: whole.sampleCount }),
    interval: { lower: Math.max(0, value - down), upper: Math.min(1, value + up) },
  };
}
