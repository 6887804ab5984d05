import type { Predicate } from '../../model/signature.ts';
import { logOddsZ } from './log-odds.ts';
import { maxSumRun } from './max-sum.ts';
import { type Feature, isTellable, type Sample } from './sample.ts';

/** How volumes of the sample become volumes of the waves. */
export interface Scale {
  /** Volume in the waves for a volume of the attack sample, and the one expected there for a volume of the baseline (train). */
  readonly perAttack: number;
  readonly perTrain: number;
  /** Volume of the whole baseline sample (train), and records of both. */
  readonly train: number;
  readonly attackRows: number;
  readonly trainRows: number;
}

/** A condition on one feature and what it matches of the records it was made for. */
export interface Condition {
  readonly feature: Feature;
  readonly predicate: Predicate;
  /** 1 for each value that meets it. */
  readonly codes: Uint8Array;
  /** Volume in the waves, and how much of it exceeds the expected one. */
  readonly attack: number;
  readonly excess: number;
  /** Share of the whole baseline. */
  readonly baseline: number;
  /** Records of the attack sample that meet it, and by how many standard deviations more often than before. */
  readonly records: number;
  readonly z: number;
}

/** Volumes and records of attack and baseline by value of a feature. */
export interface Tallies {
  readonly attack: Float64Array;
  readonly train: Float64Array;
  readonly attackRows: Uint32Array;
  readonly trainRows: Uint32Array;
}

/** Standard deviations that a value has to stand out. */
const LEAST_Z = 5;
/** A value of a set has at least so many records and stands out by so many standard deviations. */
const FEWEST_OF_VALUE = 10;
const LEAST_VALUE_Z = 3;
/** Part of what a value of a set brought in the waves that exceeds the expected volume. */
const PURE = 0.85;
/** More values than this are no rule but a list. */
const MOST_VALUES = 50;
/** How much more the expected volume weighs than the excess when a range is looked for. */
const RANGE_COSTS = [0, 3, 30];

export function tallyCodes(
  feature: Feature,
  rows: { readonly attack: Int32Array; readonly train: Int32Array },
  sample: Sample,
): Tallies {
  const size = feature.values.length;
  const tallies = {
    attack: new Float64Array(size),
    train: new Float64Array(size),
    attackRows: new Uint32Array(size),
    trainRows: new Uint32Array(size),
  };
  add(rows.attack, feature.codes, sample.volumes, tallies.attack, tallies.attackRows);
  add(rows.train, feature.codes, sample.volumes, tallies.train, tallies.trainRows);
  return tallies;
}

function add(
  rows: Int32Array,
  codes: Int32Array,
  volumes: Float64Array,
  sums: Float64Array,
  counts: Uint32Array,
): void {
  for (const row of rows) {
    const code = codes[row] ?? 0;
    sums[code] = (sums[code] ?? 0) + (volumes[row] ?? 0);
    counts[code] = (counts[code] ?? 0) + 1;
  }
}

/** What may be said of a feature: single values, sets of values, ranges, and that there is none or one. */
export function conditionsOf(feature: Feature, tallies: Tallies, scale: Scale): Condition[] {
  const { telling, volumes, make } = readingOf(feature, tallies, scale);
  const conditions = valueConditions(feature, tallies, scale);
  if (feature.sets) {
    // Many rare values come once in the waves and never before, by chance: each has to stand out for itself.
    const standing = telling.filter((code) => {
      const records = tallies.attackRows[code] ?? 0;
      const z = logOddsZ(records, scale.attackRows, tallies.trainRows[code] ?? 0, scale.trainRows);
      return records >= FEWEST_OF_VALUE && z >= LEAST_VALUE_Z;
    });
    conditions.push(...setOf(feature, standing, volumes, make));
  }
  if (feature.ranges) conditions.push(...rangesOf(feature, tallies, volumes, make));
  if (feature.absence) {
    conditions.push(...make([0], { field: feature.field, op: 'eq', value: null }));
    const present = Array.from({ length: feature.values.length - 1 }, (_, index) => index + 1);
    conditions.push(...make(present, { field: feature.field, op: 'ne', value: null }));
  }
  return conditions;
}

/** Single values that stand out, the largest excess first. */
export function valueConditions(feature: Feature, tallies: Tallies, scale: Scale): Condition[] {
  const { telling, make } = readingOf(feature, tallies, scale);
  return telling.slice(0, MOST_VALUES).flatMap((code) => make([code], feature.tells(feature.values[code] ?? null)));
}

interface FeatureVolumes {
  readonly attack: (code: number) => number;
  readonly expected: (code: number) => number;
  readonly excess: (code: number) => number;
}

function readingOf(
  feature: Feature,
  tallies: Tallies,
  scale: Scale,
): { readonly telling: readonly number[]; readonly volumes: FeatureVolumes; readonly make: Make } {
  const expected = (code: number) => (tallies.train[code] ?? 0) * scale.perTrain;
  const attack = (code: number) => (tallies.attack[code] ?? 0) * scale.perAttack;
  const make: Make = (chosen, predicate) => {
    if (!predicate) return [];
    const codes = new Uint8Array(feature.values.length);
    let [volume, usual, before, records, recordsBefore] = [0, 0, 0, 0, 0];
    for (const code of chosen) {
      codes[code] = 1;
      volume += attack(code);
      usual += expected(code);
      before += tallies.train[code] ?? 0;
      records += tallies.attackRows[code] ?? 0;
      recordsBefore += tallies.trainRows[code] ?? 0;
    }
    const z = logOddsZ(records, scale.attackRows, recordsBefore, scale.trainRows);
    if (z < LEAST_Z) return [];
    return [
      { feature, predicate, codes, attack: volume, excess: volume - usual, baseline: before / scale.train, records, z },
    ];
  };
  const excess = (code: number) => attack(code) - expected(code);
  const telling = valueOrder(feature)
    .filter((code) => excess(code) > 0 && isTellable(feature.values[code] ?? null))
    .sort((a, b) => excess(b) - excess(a));
  return { telling, volumes: { attack, expected, excess }, make };
}

type Make = (codes: Iterable<number>, predicate: Predicate | undefined) => Condition[];

/** Known values in their own order, so that ties fall the same way each time. */
function valueOrder(feature: Feature): number[] {
  const order = [...feature.values.keys()].slice(1);
  return order.sort((a, b) => compare(feature.values[a], feature.values[b]));
}

function compare(a: string | number | null | undefined, b: string | number | null | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

/** The values that the attack brought almost all of. Nothing when they are more than a rule can list. */
function setOf(feature: Feature, telling: readonly number[], volumes: FeatureVolumes, make: Make): Condition[] {
  const pure = telling.filter((code) => volumes.excess(code) >= PURE * volumes.attack(code));
  const listed = pure.slice(0, MOST_VALUES);
  const sum = (codes: readonly number[]) => codes.reduce((total, code) => total + volumes.excess(code), 0);
  // Rare values that only chance brought are left out: what remains carries all but a little of the set.
  const whole = sum(listed);
  let carried = 0;
  const kept = listed.filter((code) => {
    const isNeeded = carried < 0.999 * whole;
    carried += volumes.excess(code);
    return isNeeded;
  });
  const values = kept.flatMap((code) => feature.values[code] ?? []).sort(compare);
  // A list that is cut short tells of a wide spread, not of the attack.
  if (values.length < 2 || sum(kept) < 0.9 * sum(pure)) return [];
  return make(kept, { field: feature.field, op: 'in', value: values });
}

/** Ranges that hold much of the attack and little of what is expected, at different prices. */
function rangesOf(feature: Feature, tallies: Tallies, volumes: FeatureVolumes, make: Make): Condition[] {
  const order = valueOrder(feature).filter(
    (code) => (tallies.attackRows[code] ?? 0) + (tallies.trainRows[code] ?? 0) > 0,
  );
  const seen = new Set<string>();
  return RANGE_COSTS.flatMap((cost) => {
    const run = maxSumRun(order.map((code) => volumes.attack(code) - (1 + cost) * volumes.expected(code)));
    if (!run || run.first === run.last || seen.has(`${run.first} ${run.last}`)) return [];
    seen.add(`${run.first} ${run.last}`);
    const codes = order.slice(run.first, run.last + 1);
    const [from, to] = [feature.values[codes[0] ?? 0], feature.values[codes.at(-1) ?? 0]];
    if (typeof from !== 'number' || typeof to !== 'number') return [];
    return make(codes, { field: feature.field, op: 'range', value: [from, to] });
  });
}
