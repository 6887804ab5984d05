import type { Interval } from '../model/measure.ts';

/**
 * What is known of the volume of a group. A row that stands for `w` units of the population adds `w` to the value, 1 to
 * `sampled` and `w (w − 1)` to the variance (Horvitz–Thompson); rows that were not sampled have no variance.
 */
export interface Tally {
  readonly value: number;
  /** Sampled rows behind the value. */
  readonly sampled: number;
  readonly variance: number;
  /** Share of the population that was left out by sampling, 1 − 1/k for a mean weight k; 0 when nothing was. */
  readonly unseen: number;
  /**
   * Largest weight that a row of the population behind it can have: of a part, that of the whole it was taken from. Absent where
   * it is not known; then no row is taken to weigh more than those that were seen.
   */
  readonly heaviest?: number;
}

/** Two-sided 95 %. */
export const Z95 = 1.959963984540054;

/**
 * Score interval of an estimated volume T with Horvitz–Thompson variance V: T + s z²/2 ± z √(V + s² z²/4), where s = k − 1 for
 * rows of weight k. For one weight it is the score interval of a count; as the rows grow in number it passes into the
 * Horvitz–Thompson interval. Of mixed weights the lower bound takes s = V / T. The upper bound takes the weight that a row can
 * have at most: of a stratum with one or two rows in it none may have been drawn, and what was seen then tells nothing about it.
 * Exact (both bounds equal) when nothing was sampled.
 *
 * Where no row was seen the bounds are 0 and the volume that would still be missed 5 % of the time at weight `heaviest`.
 */
export function volumeInterval(tally: Tally, heaviest: number, z = Z95): Interval {
  if (tally.value === 0) return { lower: 0, upper: heaviest > 1 ? z * z * (heaviest - 1) : 0 };
  const seen = tally.variance / tally.value;
  const step = Math.max(seen, heaviestStep(tally));
  if (step <= 0) return { lower: tally.value, upper: tally.value };
  const lower = tally.value + (seen * z * z) / 2 - z * Math.sqrt(tally.variance + (seen * seen * z * z) / 4);
  return { lower: Math.max(0, lower), upper: upperBound(tally, step, z) };
}

/** Upper score bound when a row adds `step` to the volume beyond what it is itself. */
function upperBound({ value, variance }: Tally, step: number, z: number): number {
  return value + (step * z * z) / 2 + z * Math.sqrt(variance + (step * step * z * z) / 4);
}

/** What the heaviest possible row adds beyond itself: its weight less one, in the unit of the value (bytes of a mean packet). */
function heaviestStep({ value, sampled, unseen, heaviest }: Tally): number {
  if (heaviest === undefined || heaviest <= 1) return 0;
  return (heaviest - 1) * (sampled > 0 ? (value * (1 - unseen)) / sampled : 1);
}

/**
 * Wilson interval of a share, with the finite population correction. The effective number of rows follows from the variance
 * of the ratio, so that parts that were sampled differently are weighed rightly. Exact when nothing was sampled; 0 to 1 when
 * the whole is empty. `part` must be contained in `whole`. Where rows of the whole can weigh more than most that were seen, the
 * bounds are moved out by what such rows of the part, or of the rest, may have been missed.
 */
export function shareInterval(part: Tally, whole: Tally, z = Z95): Interval {
  if (whole.value <= 0) return { lower: 0, upper: 1 };
  const share = Math.min(1, Math.max(0, part.value / whole.value));
  const rest = without(whole, part);
  const step = heaviestStep(whole);
  if (whole.variance <= 0) {
    if (step <= 0) return { lower: share, upper: share };
    const missed = z * z * step;
    return { lower: part.value / (whole.value + missed), upper: (part.value + missed) / (whole.value + missed) };
  }
  const spread = ((1 - share) ** 2 * part.variance + share ** 2 * rest.variance) / whole.value ** 2;
  const even = (whole.unseen * whole.value ** 2) / whole.variance;
  const rows = spread > 0 ? (whole.unseen * share * (1 - share)) / spread : even;
  const z2 = (z * z * whole.unseen) / rows;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = Math.sqrt(z2 * share * (1 - share) + (z2 * z2) / 4) / (1 + z2);
  const wilson = { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
  // Where one weight is all there is, the heaviest row is the mean one.
  if (step <= (whole.variance / whole.value) * (1 + 1e-9)) return wilson;
  const heaviest = whole.heaviest ?? 1;
  const [ofPart, ofRest] = [part, rest].map((tally) => volumeInterval({ ...tally, heaviest }, heaviest, z));
  if (!ofPart || !ofRest) return wilson;
  // Distances of the two volumes, which are drawn independently, taken together (MOVER).
  const at = (upper: number, lower: number) => (upper + lower > 0 ? upper / (upper + lower) : share);
  const down = Math.hypot(share - at(ofPart.lower, rest.value), share - at(part.value, ofRest.upper));
  const up = Math.hypot(at(ofPart.upper, rest.value) - share, at(part.value, ofRest.lower) - share);
  return {
    lower: Math.max(0, Math.min(wilson.lower, share - down)),
    upper: Math.min(1, Math.max(wilson.upper, share + up)),
  };
}

function without(whole: Tally, part: Tally): Tally {
  const value = Math.max(0, whole.value - part.value);
  const unseen = value > 0 ? (whole.unseen * whole.value - part.unseen * part.value) / value : 0;
  return {
    value,
    sampled: Math.max(0, whole.sampled - part.sampled),
    variance: Math.max(0, whole.variance - part.variance),
    unseen: Math.min(1, Math.max(0, unseen)),
  };
}

/** Wilson interval of a share of `count` things that were all seen, as a sample of those to come. */
export function wilsonInterval(share: number, count: number, z = Z95): Interval {
  const z2 = (z * z) / count;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = Math.sqrt(z2 * share * (1 - share) + (z2 * z2) / 4) / (1 + z2);
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}

/** z that a two-sided 95 % statement about each of `count` windows needs so that all of them hold together (Bonferroni). */
export function simultaneousZ(count: number): number {
  return normalQuantile(1 - 0.025 / Math.max(1, count));
}

/** Quantile of the standard normal distribution, by Newton's method on its distribution function; error below 1e-9. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`A quantile needs a probability between 0 and 1, not ${probability}.`);
  if (probability < 0.5) return -normalQuantile(1 - probability);
  const tail = 1 - probability;
  let z = Math.sqrt(Math.max(0, -2 * Math.log(Math.min(0.5, 2 * tail))));
  for (let step = 0; step < 60; step += 1) {
    const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
    const change = (upperTail(z) - tail) / density;
    z += change;
    if (Math.abs(change) < 1e-12) break;
  }
  return z;
}

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}

/** P(Z > z) for z of at least 0: a series near 0, a continued fraction in the tail. */
function upperTail(z: number): number {
  const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
      term *= (z * z) / i;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let i = 60; i >= 1; i -= 1) fraction = z + i / fraction;
  return density / fraction;
}
