import { normalCdf } from './intervals.ts';

/** An estimated volume of one window. */
export interface EstimatedWindow {
  readonly value: number;
  readonly variance: number;
}

/** A window is thought of as the highest one when it is less than so many standard deviations (of the difference) below it. */
const RIVAL_Z = 3;
/** The distribution of the highest one is added up in so many steps … */
const STEPS = 128;
/** … between so many standard deviations below and above. */
const TAIL_Z = 6;

/**
 * How much too high the highest of several estimated volumes is on average, because chance helped to choose it; zero where it was
 * counted or has no rival. Bias of the maximum by the parametric bootstrap, worked out instead of drawn: were the volumes the ones
 * below, the highest of new samples of them would exceed the highest of them by this much. The volumes are those seen, drawn
 * towards the mean of the rivals by as much as chance explains of their spread (empirical Bayes, Efron and Morris 1975): flat
 * traffic loses all of it, a single high window nothing. After Simon and Simon, On Estimating Many Means, Selection Bias, and the
 * Bootstrap (2013).
 */
export function biasOfHighest(windows: readonly EstimatedWindow[]): number {
  const highest = windows.reduce<EstimatedWindow | undefined>(
    (best, window) => (best && best.value >= window.value ? best : window),
    undefined,
  );
  if (!highest || highest.variance <= 0) return 0;
  const rivals = windows.filter(
    ({ value, variance }) => variance > 0 && highest.value - value <= RIVAL_Z * Math.sqrt(variance + highest.variance),
  );
  if (rivals.length < 2) return 0;
  const centre = meanOf(rivals.map(({ value }) => value));
  const noise = meanOf(rivals.map(({ variance }) => variance));
  const spread = rivals.reduce((sum, { value }) => sum + (value - centre) ** 2, 0) / (rivals.length - 1);
  const real = Math.max(0, spread - noise);
  const shrunk = rivals.map(({ value, variance }) => {
    const volume = centre + (real / (real + noise)) * (value - centre);
    return { volume, deviation: Math.sqrt((variance * volume) / value) };
  });
  const truth = shrunk.reduce((most, { volume }) => Math.max(most, volume), 0);
  return Math.max(0, expectedHighest(shrunk) - truth);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of the highest of independent normal variables. */
function expectedHighest(variables: readonly { readonly volume: number; readonly deviation: number }[]): number {
  const least = Math.max(...variables.map(({ volume, deviation }) => volume - TAIL_Z * deviation));
  const most = Math.max(...variables.map(({ volume, deviation }) => volume + TAIL_Z * deviation));
  const step = (most - least) / STEPS;
  let mean = least;
  for (let index = 0; index < STEPS; index += 1) {
    const at = least + (index + 0.5) * step;
    let below = 1;
    for (const { volume, deviation } of variables) {
      below *= normalCdf((at - volume) / deviation);
      if (below < 1e-9) break;
    }
    mean += step * (1 - below);
  }
  return mean;
}
