import { describe, expect, it } from 'vitest';
import {
  normalQuantile,
  shareInterval,
  simultaneousZ,
  type Tally,
  volumeInterval,
  Z95,
} from '../../../src/aggregate/intervals.ts';

/** Rows of each weight as a tally. */
function tallyOf(...strata: readonly (readonly [weight: number, rows: number])[]): Tally {
  const value = strata.reduce((sum, [weight, rows]) => sum + weight * rows, 0);
  const sampled = strata.reduce((sum, [, rows]) => sum + rows, 0);
  const variance = strata.reduce((sum, [weight, rows]) => sum + weight * (weight - 1) * rows, 0);
  return { value, sampled, variance, unseen: value > 0 ? 1 - sampled / value : 0 };
}

/** Small deterministic generator (mulberry32): tests never depend on unseeded chance. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many of `population` are kept when each is kept with this probability. */
function thin(random: () => number, population: number, probability: number): number {
  let kept = 0;
  let position = 0;
  const scale = Math.log(1 - probability);
  while (true) {
    position += Math.floor(Math.log(random() || Number.MIN_VALUE) / scale) + 1;
    if (position > population) return kept;
    kept += 1;
  }
}

describe('the interval of an estimated volume', () => {
  it('is exact when every row was seen', () => {
    expect(volumeInterval({ value: 1_234, sampled: 0, variance: 0, unseen: 0 }, 1)).toEqual({
      lower: 1_234,
      upper: 1_234,
    });
  });

  it('is the score interval worked out by hand for 30 rows at 1 in 10', () => {
    // q = 0.9, z² q = 3.4573, so 10 (30 + 1.7287 ± 1.95996 √0.9 √(30 + 0.8643)) = 317.287 ± 103.298
    const interval = volumeInterval(tallyOf([10, 30]), 10);
    expect(interval.lower).toBeCloseTo(213.99, 1);
    expect(interval.upper).toBeCloseTo(420.58, 1);
  });

  it('passes into the Horvitz–Thompson interval for many rows of mixed weights', () => {
    const tally = tallyOf([1, 40_000], [10, 20_000], [100, 9_000]);
    const interval = volumeInterval(tally, 100);
    expect(interval.lower / (tally.value - Z95 * Math.sqrt(tally.variance))).toBeCloseTo(1, 3);
    expect(interval.upper / (tally.value + Z95 * Math.sqrt(tally.variance))).toBeCloseTo(1, 3);
  });

  it('still leaves room for what no sampled row happened to show', () => {
    const interval = volumeInterval(tallyOf(), 1_000);
    expect(interval.lower).toBe(0);
    expect(interval.upper).toBeCloseTo(Z95 ** 2 * 999, 6);
    expect(volumeInterval(tallyOf(), 1)).toEqual({ lower: 0, upper: 0 });
  });

  it.each([
    { weight: 10, rows: 10 },
    { weight: 10, rows: 30 },
    { weight: 100, rows: 100 },
    { weight: 1_000, rows: 40 },
  ])('covers the truth in 93 to 98.5 % of samples of $rows rows at 1 in $weight', ({ weight, rows }) => {
    const random = randomFrom(4_821);
    const truth = weight * rows;
    const trials = 4_000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const { lower, upper } = volumeInterval(tallyOf([weight, thin(random, truth, 1 / weight)]), weight);
      if (lower <= truth && truth <= upper) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.985);
  });

  it('covers the truth as often when the weights are mixed', () => {
    const random = randomFrom(7);
    const trials = 4_000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const tally = tallyOf([1, 200], [10, thin(random, 1_000, 1 / 10)], [100, thin(random, 4_000, 1 / 100)]);
      const { lower, upper } = volumeInterval(tally, 100);
      if (lower <= 5_200 && 5_200 <= upper) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.985);
  });
});

describe('an interval with next to no rows of the heaviest weight', () => {
  /** Strata of a population: weight, and units of the part and of the rest in it. */
  const POPULATIONS = [
    {
      name: 'one heavy row to be expected',
      strata: [
        [1, 200, 100],
        [10, 1_000, 500],
        [1_000, 1_000, 400],
      ],
    },
    {
      name: 'two heavy rows to be expected',
      strata: [
        [1, 200, 100],
        [10, 1_000, 500],
        [1_000, 2_000, 900],
      ],
    },
    {
      name: 'half a heavy row to be expected',
      strata: [
        [10, 4_000, 2_000],
        [5_000, 2_500, 5_000],
      ],
    },
    {
      name: 'a fifth of the volume in two heavy rows',
      strata: [
        [100, 40_000, 20_000],
        [5_000, 10_000, 5_000],
      ],
    },
    {
      name: 'many light rows and one heavy',
      strata: [
        [1, 20_000, 20_000],
        [100, 90_000, 30_000],
        [10_000, 10_000, 10_000],
      ],
    },
  ] as const;

  it.each(POPULATIONS)('covers volume and share in at least 93 % of samples: $name', ({ strata }) => {
    const random = randomFrom(20_261_125);
    const heaviest = Math.max(...strata.map(([weight]) => weight));
    const truePart = strata.reduce((sum, [, part]) => sum + part, 0);
    const trueShare = truePart / strata.reduce((sum, [, part, rest]) => sum + part + rest, 0);
    const trials = 4_000;
    const covered = { volume: 0, share: 0 };
    for (let trial = 0; trial < trials; trial += 1) {
      const draw = (weight: number, units: number) => (weight === 1 ? units : thin(random, units, 1 / weight));
      const parts = strata.map(([weight, units]) => [weight, draw(weight, units)] as const);
      const rests = strata.map(([weight, , units]) => [weight, draw(weight, units)] as const);
      const part = { ...tallyOf(...parts), heaviest };
      const whole = { ...tallyOf(...parts, ...rests), heaviest };
      const volume = volumeInterval(part, heaviest);
      const share = shareInterval(part, whole);
      if (volume.lower <= truePart && truePart <= volume.upper) covered.volume += 1;
      if (share.lower <= trueShare && trueShare <= share.upper) covered.share += 1;
    }
    expect(covered.volume / trials).toBeGreaterThanOrEqual(0.93);
    expect(covered.share / trials).toBeGreaterThanOrEqual(0.93);
  });

  it('is the same as ever where every row has that weight', () => {
    const tally = tallyOf([10, 30]);
    expect(volumeInterval({ ...tally, heaviest: 10 }, 10)).toEqual(volumeInterval(tally, 10));
    const [part, whole] = [tallyOf([100, 40]), tallyOf([100, 90])];
    const told = shareInterval({ ...part, heaviest: 100 }, { ...whole, heaviest: 100 });
    expect(told.lower).toBeCloseTo(shareInterval(part, whole).lower, 12);
    expect(told.upper).toBeCloseTo(shareInterval(part, whole).upper, 12);
  });
});

describe('the interval of a share', () => {
  it('is exact when every row was seen', () => {
    const exact = (value: number): Tally => ({ value, sampled: 0, variance: 0, unseen: 0 });
    expect(shareInterval(exact(3), exact(4))).toEqual({ lower: 0.75, upper: 0.75 });
  });

  it('says nothing about a part of nothing', () => {
    expect(shareInterval(tallyOf(), tallyOf())).toEqual({ lower: 0, upper: 1 });
  });

  it('is the Wilson interval for 90 of 100 rows at 1 in a million', () => {
    // Wilson without correction: centre (0.9 + 0.0192) / 1.0384, half width 0.0599: 0.8256 to 0.9448
    const interval = shareInterval(tallyOf([1e6, 90]), tallyOf([1e6, 100]));
    expect(interval.lower).toBeCloseTo(0.8256, 3);
    expect(interval.upper).toBeCloseTo(0.9448, 3);
  });

  it('does not pretend certainty when all sampled rows agree', () => {
    const interval = shareInterval(tallyOf([100, 50]), tallyOf([100, 50]));
    expect(interval.upper).toBe(1);
    expect(interval.lower).toBeCloseTo(50 / (50 + Z95 ** 2 * 0.99), 6);
  });

  it.each([
    { share: 0.99, rows: 5_000, weight: 100 },
    { share: 0.95, rows: 2_000, weight: 10 },
    { share: 0.5, rows: 60, weight: 10 },
  ])('covers a true share of $share in 93 to 98 % of samples of $rows rows', ({ share, rows, weight }) => {
    const random = randomFrom(99);
    const population = rows * weight;
    const part = Math.round(population * share);
    const trials = 1_500;
    let covered = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const seen = thin(random, part, 1 / weight);
      const rest = thin(random, population - part, 1 / weight);
      const { lower, upper } = shareInterval(tallyOf([weight, seen]), tallyOf([weight, seen + rest]));
      if (lower <= share && share <= upper) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.98);
  });

  it('is only as sure as the coarser part when part and rest were sampled differently', () => {
    const part = tallyOf([1_000, 20]);
    const uneven = shareInterval(part, tallyOf([1_000, 20], [1, 20_000]));
    expect(uneven.lower).toBeLessThan(0.45);
    expect(uneven.upper).toBeGreaterThan(0.55);
  });
});

describe('normal quantiles', () => {
  it.each([
    [0.5, 0],
    [0.6, 0.2533471031],
    [0.975, 1.9599639845],
    [0.995, 2.5758293035],
    [0.9999, 3.7190164855],
    [1 - 1e-7, 5.1993375822],
    [0.025, -1.9599639845],
  ])('%f lies at z = %f', (probability, z) => {
    expect(normalQuantile(probability)).toBeCloseTo(z, 7);
  });

  it('refuses certainty', () => {
    expect(() => normalQuantile(1)).toThrow(RangeError);
    expect(() => normalQuantile(0)).toThrow(RangeError);
  });

  it('needs a larger z to speak of many windows at once', () => {
    expect(simultaneousZ(1)).toBeCloseTo(Z95, 9);
    expect(simultaneousZ(1_080)).toBeCloseTo(4.0736, 3);
    expect(simultaneousZ(0)).toBeCloseTo(Z95, 9);
  });
});
