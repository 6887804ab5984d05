import { describe, expect, it } from 'vitest';
import { createChooser, createRandom, splitByWeight } from '../../../sample-data/generator/random.ts';

/** sfc32 written from its definition with big integers, to check the 32-bit arithmetic of the real one. */
function slowSfc32(a: bigint, b: bigint, c: bigint, counter: bigint): () => bigint {
  const word = (value: bigint) => value & 0xffffffffn;
  return () => {
    const sum = word(a + b + counter);
    counter = word(counter + 1n);
    a = b ^ (b >> 9n);
    b = word(c + word(c << 3n));
    c = word(((c << 21n) | (c >> 11n)) & 0xffffffffn);
    c = word(c + sum);
    return sum;
  };
}

function slowFnv(text: string, basis: bigint): bigint {
  let hash = basis & 0xffffffffn;
  for (const unit of text) hash = ((hash ^ BigInt(unit.charCodeAt(0))) * 0x01000193n) & 0xffffffffn;
  return hash;
}

describe('seeded chance', () => {
  it('is sfc32 seeded by FNV-1a, as documented', () => {
    const seed = 'northwall';
    const a = slowFnv(seed, 0x811c9dc5n);
    const b = slowFnv(seed, a ^ 0x9e3779b9n);
    const c = slowFnv(seed, b ^ 0x85ebca6bn);
    const slow = slowSfc32(a, b, c, slowFnv(seed, c ^ 0xc2b2ae35n) | 1n);
    for (let draw = 0; draw < 16; draw++) slow();
    const random = createRandom(seed);
    for (let draw = 0; draw < 2_000; draw++) expect(random.next()).toBe(Number(slow()) / 2 ** 32);
  });

  it('gives a named stream that does not depend on what was drawn before', () => {
    const untouched = createRandom('seed').fork('bots').hex(32);
    const parent = createRandom('seed');
    for (let draw = 0; draw < 100; draw++) parent.next();
    expect(parent.fork('bots').hex(32)).toBe(untouched);
    expect(parent.fork('shoppers').hex(32)).not.toBe(untouched);
  });

  it.each([0.4, 12, 900])('draws Poisson counts whose mean and variance are %d', (mean) => {
    const random = createRandom(`poisson ${mean}`);
    const draws = Array.from({ length: 20_000 }, () => random.poisson(mean));
    const average = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - average) ** 2, 0) / draws.length;
    // Five standard errors of the mean, and of the variance (which has variance 2·mean² + mean over n).
    expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / draws.length));
    expect(Math.abs(variance - mean)).toBeLessThan(5 * Math.sqrt((2 * mean ** 2 + mean) / draws.length));
  });

  it.each([
    [40, 0.3],
    [5_000, 0.001],
    [5_000, 0.4],
    [5_000, 0.97],
  ])('keeps packets of %d with probability %d as often as a coin would', (trials, probability) => {
    const random = createRandom(`binomial ${trials} ${probability}`);
    const draws = Array.from({ length: 5_000 }, () => random.binomial(trials, probability));
    const average = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const standardError = Math.sqrt((trials * probability * (1 - probability)) / draws.length);
    expect(Math.abs(average - trials * probability)).toBeLessThan(5 * standardError);
    expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0 && draw <= trials)).toBe(true);
  });

  it('splits a total into parts that add up to it', () => {
    const random = createRandom('split');
    for (const total of [0, 1, 7, 100_000]) {
      const parts = splitByWeight(random, total, [5, 0, 3, 2]);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
      expect(parts[1]).toBe(0);
    }
  });

  it('chooses by weight and never what weighs nothing', () => {
    const random = createRandom('chooser');
    const choose = createChooser([
      ['often', 3],
      ['never', 0],
      ['seldom', 1],
    ]);
    const draws = Array.from({ length: 8_000 }, () => choose(random));
    expect(draws).not.toContain('never');
    const seldom = draws.filter((draw) => draw === 'seldom').length;
    expect(Math.abs(seldom - 2_000)).toBeLessThan(5 * Math.sqrt(8_000 * 0.25 * 0.75));
  });

  it('refuses to choose from nothing', () => {
    expect(() => createChooser([])).toThrow(RangeError);
    expect(() => createRandom('x').pick([])).toThrow(RangeError);
  });
});
