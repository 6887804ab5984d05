import { describe, expect, it } from 'vitest';
import { logOddsZ } from '../../../../src/aggregate/signatures/log-odds.ts';
import { maxSumRun } from '../../../../src/aggregate/signatures/max-sum.ts';
import { withUncertain } from '../../../../src/aggregate/signatures/volume.ts';

describe('log-odds with an informative prior', () => {
  it('is what the formula gives by hand', () => {
    // 600 of 1,000 attack records against 100 of 1,000 before; prior 500 × 700/2,000 = 175.
    // odds: (600+175)/(1,500−775) = 775/725 and (100+175)/(1,500−275) = 275/1,225
    // ln(775/725) − ln(275/1225) = 0.066691 + 1.493925 = 1.560616; √(1/775 + 1/725 + 1/275 + 1/1225) = 0.084394
    expect(logOddsZ(600, 1_000, 100, 1_000)).toBeCloseTo(1.560616 / 0.084394, 2);
  });

  it('is nothing for a value that is as frequent in both, and turns round with the sets', () => {
    expect(logOddsZ(50, 1_000, 50, 1_000)).toBeCloseTo(0, 12);
    expect(logOddsZ(10, 1_000, 90, 1_000)).toBeCloseTo(-logOddsZ(90, 1_000, 10, 1_000), 12);
  });

  it('lets a handful of records prove nothing', () => {
    expect(logOddsZ(3, 1_000, 0, 10_000)).toBeLessThan(5);
    expect(logOddsZ(300, 1_000, 0, 10_000)).toBeGreaterThan(5);
  });

  it('says nothing of a value that is nowhere or everywhere', () => {
    expect(logOddsZ(0, 1_000, 0, 1_000)).toBe(0);
    expect(logOddsZ(1_000, 1_000, 1_000, 1_000)).toBe(0);
    expect(logOddsZ(0, 0, 0, 0)).toBe(0);
  });
});

describe('the run with the largest sum', () => {
  it('holds both ends and bridges a small loss', () => {
    // 4 − 1 + 5 = 8 beats 4 and 5 alone
    expect(maxSumRun([-2, 4, -1, 5, -6, 3])).toEqual({ first: 1, last: 3, sum: 8 });
  });

  it('does not bridge a loss larger than what came before', () => {
    expect(maxSumRun([2, -3, 4])).toEqual({ first: 2, last: 2, sum: 4 });
  });

  it('is the first of equals, and nothing where nothing is above zero', () => {
    expect(maxSumRun([1, -5, 1])).toEqual({ first: 0, last: 0, sum: 1 });
    expect(maxSumRun([-1, 0])).toBeUndefined();
    expect(maxSumRun([])).toBeUndefined();
  });
});

describe('a share of matched records', () => {
  it('is as uncertain as what else may be among them, and what may be missing', () => {
    // 90 of 100 stopped; up to 10 of the 100 may be legitimate, all of them stopped (80/90) or none (90/90).
    expect(withUncertain({ lower: 0.9, upper: 0.9 }, 100, { foreign: 10, unmatched: 0 })).toEqual({
      lower: 80 / 90,
      upper: 1,
    });
    // 10 more of the attack went unmatched, let through (80/100) or stopped (100/100).
    const both = withUncertain({ lower: 0.9, upper: 0.9 }, 100, { foreign: 10, unmatched: 10 });
    expect(both.lower).toBeCloseTo(0.8, 12);
    expect(both.upper).toBeCloseTo(1, 12);
    expect(withUncertain({ lower: 0.5, upper: 0.5 }, 10, { foreign: 12, unmatched: 0 })).toEqual({
      lower: 0,
      upper: 1,
    });
  });

  it('is known as well as it was drawn where nothing else is among them', () => {
    expect(withUncertain({ lower: 0.25, upper: 0.5 }, 100, { foreign: 0, unmatched: 0 })).toEqual({
      lower: 0.25,
      upper: 0.5,
    });
  });
});
