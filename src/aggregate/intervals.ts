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
}

/** Two-sided 95 %. */
export const Z95 = 1.959963984540054;

/**
 * Score interval of an estimated volume: k (n + z'/2 ± z √q √(n + z'/4)) with q = 1 − 1/k and z' = z² q. For one weight k it
 * is that formula; for mixed weights n and k are the ones that give the Horvitz–Thompson variance, so that it passes into the
 * Horvitz–Thompson interval as n grows. Exact (both bounds equal) when nothing was sampled.
 *
 * Where no row was seen the bounds are 0 and the volume that would still be missed 5 % of the time at weight `heaviest`.
 */
export function volumeInterval(tally: Tally, heaviest: number, z = Z95): Interval {
  if (tally.value === 0) return { lower: 0, upper: heaviest > 1 ? z * z * (heaviest - 1) : 0 };
  if (tally.variance <= 0) return { lower: tally.value, upper: tally.value };
  const rows = (tally.unseen * tally.value * tally.value) / tally.variance;
  const shift = (z * z * tally.unseen) / 2;
  const half = z * Math.sqrt(tally.unseen) * Math.sqrt(rows + shift / 2);
  const perRow = tally.value / rows;
  return { lower: Math.max(0, perRow * (rows + shift - half)), upper: perRow * (rows + shift + half) };
}

/**
 * Wilson interval of a share, with the finite population correction. The effective number of rows follows from the variance
 * of the ratio, so that parts that were sampled differently are weighed rightly. Exact when nothing was sampled; 0 to 1 when
 * the whole is empty. `part` must be contained in `whole`.
 */
export function shareInterval(part: Tally, whole: Tally, z = Z95): Interval {
  if (whole.value <= 0) return { lower: 0, upper: 1 };
  const share = Math.min(1, Math.max(0, part.value / whole.value));
  if (whole.variance <= 0) return { lower: share, upper: share };
  const rest = Math.max(0, whole.variance - part.variance);
  const spread = ((1 - share) ** 2 * part.variance + share ** 2 * rest) / whole.value ** 2;
  const even = (whole.unseen * whole.value ** 2) / whole.variance;
  const rows = spread > 0 ? (whole.unseen * share * (1 - share)) / spread : even;
  const z2 = (z * z * whole.unseen) / rows;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = Math.sqrt(z2 * share * (1 - share) + (z2 * z2) / 4) / (1 + z2);
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
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
