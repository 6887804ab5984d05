/**
 * Seeded chance: sfc32 (small fast counter, 128 bits of state, by Chris Doty-Humphrey), seeded by four rounds of FNV-1a over
 * the UTF-16 units of the seed text and warmed up by 16 draws. The same seed gives the same numbers on every machine;
 * `fork` gives an independent stream by name, so that adding a draw in one place does not move the draws of another.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, below). */
  int(below: number): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** Standard normal, Box–Muller. */
  normal(): number;
  /** `median · e^(sigma·z)`. */
  logNormal(median: number, sigma: number): number;
  /** Poisson count; by multiplication up to a mean of 30, above that the rounded normal, never below 0. */
  poisson(mean: number): number;
  /** Successes in `trials`; drawn one by one up to 64 trials, else by the Poisson or normal limit, within [0, trials]. */
  binomial(trials: number, probability: number): number;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  fork(label: string): Random;
}

function fnv1a(text: string, basis: number): number {
  let hash = basis >>> 0;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

export function createRandom(seed: string): Random {
  let a = fnv1a(seed, 0x811c9dc5);
  let b = fnv1a(seed, a ^ 0x9e3779b9);
  let c = fnv1a(seed, b ^ 0x85ebca6b);
  let counter = fnv1a(seed, c ^ 0xc2b2ae35) | 1;

  function uint32(): number {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  }
  for (let draw = 0; draw < 16; draw++) uint32();

  const next = () => uint32() / 0x100000000;
  const int = (below: number) => Math.floor(next() * below);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const chance = (probability: number) => next() < probability;

  function poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const floor = Math.exp(-mean);
    let count = 0;
    for (let product = next(); product > floor; product *= next()) count++;
    return count;
  }

  function binomial(trials: number, probability: number): number {
    if (trials <= 0 || probability <= 0) return 0;
    if (probability >= 1) return trials;
    if (probability > 0.5) return trials - binomial(trials, 1 - probability);
    if (trials <= 64) {
      let hits = 0;
      for (let trial = 0; trial < trials; trial++) if (chance(probability)) hits++;
      return hits;
    }
    const mean = trials * probability;
    const drawn = mean <= 30 ? poisson(mean) : Math.round(mean + Math.sqrt(mean * (1 - probability)) * normal());
    return Math.min(trials, Math.max(0, drawn));
  }

  return {
    next,
    int,
    between: (low, high) => low + next() * (high - low),
    chance,
    pick: (items) => {
      const item = items[int(items.length)];
      if (item === undefined) throw new RangeError('cannot pick from an empty list');
      return item;
    },
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    poisson,
    binomial,
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += uint32().toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}

/** A chooser of items by weight, for many draws. Weights need not add up to 1. @throws RangeError on an empty list. */
export function createChooser<T>(items: readonly (readonly [item: T, weight: number])[]): (random: Random) => T {
  const last = items.at(-1);
  if (last === undefined) throw new RangeError('cannot choose from an empty list');
  const bounds = new Float64Array(items.length);
  let sum = 0;
  for (const [index, [, weight]] of items.entries()) {
    sum += weight;
    bounds[index] = sum;
  }
  return (random) => {
    const target = random.next() * sum;
    let low = 0;
    let high = items.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((bounds[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return (items[low] ?? last)[0];
  };
}

/** Splits a whole number by weights at random; the parts add up to it exactly. */
export function splitByWeight(random: Random, total: number, weights: readonly number[]): number[] {
  let left = total;
  let weightLeft = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, index) => {
    const part = index === weights.length - 1 ? left : random.binomial(left, weightLeft > 0 ? weight / weightLeft : 0);
    left -= part;
    weightLeft -= weight;
    return part;
  });
}
