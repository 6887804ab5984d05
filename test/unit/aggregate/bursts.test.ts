import { describe, expect, it } from 'vitest';
import { findBursts, findChange, findOnset } from '../../../src/aggregate/bursts.ts';
import { followSlope } from '../../../src/aggregate/edges.ts';

const quiet = (count: number, level: number, swing = 0) =>
  Array.from({ length: count }, (_, index) => level + (index % 2 === 0 ? swing : -swing));
const unsampled = (values: readonly (number | null)[]) => ({ values, weights: values.map(() => 1) });

describe('bursts in a series', () => {
  it('finds none in steady traffic', () => {
    expect(findBursts(unsampled(quiet(200, 100, 8))).runs).toEqual([]);
    expect(findBursts(unsampled([])).runs).toEqual([]);
  });

  it('finds a flood and keeps its slopes as long as they stand out', () => {
    // Poisson spread of 100 is 10: enter at 150, hold at 135; 136 exceeds the level by less than 5 % of the peak's 800.
    const values = [...quiet(60, 100), 136, 140, 400, 900, 400, 134, ...quiet(60, 100)];
    expect(findBursts(unsampled(values)).runs).toEqual([{ first: 61, last: 64 }]);
  });

  it('does not call a series of near misses a burst', () => {
    const values = [...quiet(60, 100), 140, 145, 149, 140, ...quiet(60, 100)];
    expect(findBursts(unsampled(values)).runs).toEqual([]);
  });

  it('learns from uneven traffic how uneven it is', () => {
    const values = quiet(120, 1_000, 200);
    values[60] = 1_700;
    const scan = findBursts(unsampled(values));
    expect(scan.dispersion).toBeCloseTo((1.4826 * 200) / Math.sqrt(1_000), 1);
    expect(scan.runs).toEqual([]);
    values[60] = 3_000;
    expect(findBursts(unsampled(values)).runs).toEqual([{ first: 60, last: 60 }]);
  });

  it('does not take an attack in the first minutes for the normal state', () => {
    const values = [...quiet(40, 5_000), ...quiet(160, 100)];
    expect(findBursts(unsampled(values)).runs).toEqual([{ first: 0, last: 39 }]);
  });

  it('follows a level that changes slowly', () => {
    const values = Array.from({ length: 600 }, (_, index) => 100 + index);
    expect(findBursts(unsampled(values)).runs).toEqual([]);
  });

  it('splits at a gap in the data', () => {
    const values = [...quiet(60, 100), 900, 900, null, null, 900, ...quiet(60, 100)];
    expect(findBursts(unsampled(values)).runs).toEqual([
      { first: 60, last: 61 },
      { first: 64, last: 64 },
    ]);
  });

  it('expects single rows of great weight where traffic is sampled', () => {
    const values: number[] = quiet(100, 0);
    values[50] = 10_000; // one row at 1 in 10,000
    expect(findBursts({ values, weights: values.map(() => 10_000) }).runs).toEqual([]);
    values[50] = 60_000;
    expect(findBursts({ values, weights: values.map(() => 10_000) }).runs).toEqual([{ first: 50, last: 50 }]);
  });

  it('lets no bucket that is known to be attacked feed the baseline', () => {
    const values = quiet(100, 5_000);
    expect(findBursts(unsampled(values)).runs).toEqual([]);
    expect(findBursts({ ...unsampled(values), excluded: values.map(() => true) }).runs).toEqual([
      { first: 0, last: 99 },
    ]);
  });

  it('never expects less than the floor', () => {
    const values = [...quiet(60, 0), ...quiet(20, 100), ...quiet(60, 0)];
    const floor = values.map((value) => value * 0.9);
    expect(findBursts(unsampled(values)).runs).toHaveLength(1);
    expect(findBursts({ ...unsampled(values), floor }).runs).toEqual([]);
  });

  it('carries the level of the nearest quiet time through a long burst', () => {
    const values = [...quiet(100, 100), ...quiet(140, 2_000, 300), ...quiet(100, 200)];
    const scan = findBursts(unsampled(values));
    expect(scan.runs).toEqual([{ first: 100, last: 239 }]);
    expect(scan.expected[165]).toBe(100);
    expect(scan.expected[175]).toBe(200);
  });
});

describe('the second at which a level changes', () => {
  it('is found where the counts rise', () => {
    expect(findChange([4, 5, 4, 6, 60, 55, 62], 'rise')).toEqual({ index: 4, earliest: 4, latest: 4 });
  });

  it('is found where the counts fall', () => {
    expect(findChange([60, 55, 62, 4, 5], 'fall')?.index).toBe(3);
  });

  it('is uncertain where rows are few and heavy', () => {
    const change = findChange([0, 0, 1_000, 0, 1_000, 1_000, 1_000], 'rise', 1_000);
    // At 2 the log-likelihood is 26.7 rows, at 6 still 25.6.
    expect(change).toMatchObject({ index: 2, earliest: 0, latest: 6 });
  });

  it('is the edge of the counts when they are high throughout, and nowhere when there are none', () => {
    expect(findChange([5, 5, 5], 'rise')?.index).toBe(0);
    expect(findChange([5, 5, 5], 'fall')?.index).toBe(3);
    expect(findChange([0, 0], 'rise')).toBeUndefined();
    expect(findChange([], 'fall')).toBeUndefined();
  });

  it('reaches on through the slope of the attack', () => {
    expect(followSlope([4, 13, 30, 52], 2, { direction: 'rise', threshold: 12 })).toBe(1);
    expect(followSlope([52, 30, 18, 6], 2, { direction: 'fall', threshold: 12 })).toBe(3);
    expect(followSlope([52, 30], 0, { direction: 'rise', threshold: 12 })).toBe(0);
    expect(followSlope([52, 30], 0, { direction: 'fall', threshold: 12 })).toBe(2);
  });
});

describe('where an attack began that is known by its mitigation', () => {
  const known = { level: 10, rise: 6, weight: 1 };

  it('is where the counts rose by as much as they exceed the usual level later', () => {
    // A count of 10 loses 6 − 10 ln 1.6 = 1.3 of the log-likelihood, one of 16 gains 1.5.
    expect(findOnset([10, 9, 11, 10, 16, 15, 17, 16], known)).toEqual({ index: 4, earliest: 3, latest: 5 });
  });

  it('is not held up by one low count, and not led astray by one high one', () => {
    expect(findOnset([10, 17, 9, 10, 16, 11, 17, 16], known)?.index).toBe(4);
  });

  it('is the end of the counts where they show nothing', () => {
    expect(findOnset([10, 9, 11, 10], known)).toMatchObject({ index: 4, latest: 4 });
    expect(findOnset([], known)?.index).toBe(0);
  });

  it('cannot be told without a usual level or without a rise', () => {
    expect(findOnset([10, 16], { ...known, level: 0 })).toBeUndefined();
    expect(findOnset([10, 16], { ...known, rise: -1 })).toBeUndefined();
  });
});
