/** Volume of equal buckets; `null` where there is no data. */
export interface BurstInput {
  readonly values: readonly (number | null)[];
  /** Weight of a typical row of each bucket: its variance per unit. 1 when nothing is sampled. */
  readonly weights: readonly number[];
  /** Level below which nothing is expected anyway; the expected level is never taken lower. */
  readonly floor?: readonly number[];
  /** Buckets that are known to hold attack traffic and may not feed the baseline. */
  readonly excluded?: readonly boolean[];
}

/** A run of buckets, both ends included. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

export interface BurstScan {
  readonly runs: readonly Run[];
  /** Expected volume of each bucket. */
  readonly expected: readonly number[];
  /** Overdispersion: standard deviation of quiet traffic in units of what chance alone would give; at least 1. */
  readonly dispersion: number;
}

/** A burst begins where a bucket exceeds its baseline by this many standard deviations … */
const ENTER_Z = 5;
/** … and reaches as far as its neighbours exceed it by this many. */
const HOLD_Z = 3.5;
/** Part of its own peak above which traffic belongs to a burst. */
export const OWN_PEAK_SHARE = 0.05;
/** Buckets on each side that feed the rolling median. */
const REACH = 60;
/** A baseline rests on at least so many quiet buckets. */
const FEWEST_QUIET = 12;
const MOST_ROUNDS = 8;
/** Scale of the median absolute deviation of normal noise. */
const MAD_TO_SIGMA = 1.4826;

/**
 * Bursts: runs of buckets far above the rolling median of the quiet buckets around them, with hysteresis. The spread is
 * learnt from the quiet buckets (median absolute deviation), so that traffic that is naturally uneven is not called a burst.
 * Empty or constant series have none.
 */
export function findBursts(input: BurstInput): BurstScan {
  const { values } = input;
  const { level: start, dispersion: unrest } = startingState(input);
  let marked = values.map((_, index) => input.excluded?.[index] ?? false);
  let dispersion = unrest;
  let expected = floored(input, followLevel(input, start, unrest));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = hysteresis(input, expected, dispersion);
    const settled = round > 0 && next.every((value, index) => value === marked[index]);
    marked = next;
    if (settled) break;
    dispersion = dispersionOf(input, expected, marked);
    expected = floored(input, rollingMedian(input, marked, start));
  }
  return { runs: runsOf(marked, values), expected, dispersion };
}

function floored(input: BurstInput, levels: readonly number[]): number[] {
  return levels.map((level, index) => Math.max(level, input.floor?.[index] ?? 0));
}

/** Standard deviation that chance gives to a bucket with this expectation; at least that of one row. */
function chance(level: number, weight: number): number {
  return Math.sqrt(Math.max(level, weight) * weight);
}

function zScores(input: BurstInput, expected: readonly number[], dispersion: number): (number | null)[] {
  return input.values.map((value, index) => {
    if (value === null) return null;
    const level = expected[index] ?? 0;
    return (value - level) / (dispersion * chance(level, input.weights[index] ?? 1));
  });
}

/**
 * Marks runs that reach ENTER_Z somewhere and stay above HOLD_Z, and of them the buckets with at least 5 % of the run's own
 * peak: what is left of a new level after an attack is not part of the attack. A gap in the data ends a run.
 */
function hysteresis(input: BurstInput, expected: readonly number[], dispersion: number): boolean[] {
  const scores = zScores(input, expected, dispersion);
  const excess = input.values.map((value, index) => (value ?? 0) - (expected[index] ?? 0));
  const marked = new Array<boolean>(scores.length).fill(false);
  let from = -1;
  let entered = false;
  for (let index = 0; index <= scores.length; index += 1) {
    const score = scores[index] ?? null;
    if (score !== null && score >= HOLD_Z) {
      if (from < 0) from = index;
      entered ||= score >= ENTER_Z;
      continue;
    }
    if (from >= 0 && entered) {
      const least = OWN_PEAK_SHARE * excess.slice(from, index).reduce((best, value) => Math.max(best, value), 0);
      for (let inside = from; inside < index; inside += 1) marked[inside] = (excess[inside] ?? 0) >= least;
    }
    from = -1;
    entered = false;
  }
  return marked;
}

function dispersionOf(input: BurstInput, expected: readonly number[], marked: readonly boolean[]): number {
  const residuals: number[] = [];
  for (const [index, value] of input.values.entries()) {
    if (value === null || marked[index]) continue;
    const level = expected[index] ?? 0;
    residuals.push(Math.abs(value - level) / chance(level, input.weights[index] ?? 1));
  }
  return residuals.length < FEWEST_QUIET ? 1 : Math.max(1, MAD_TO_SIGMA * median(residuals));
}

/**
 * Level and unrest to begin with: those of the quarter of the series whose median explains most of the rest, so that an attack
 * in the first minutes is not taken for the normal state. Of equals the earlier quarter.
 */
function startingState(input: BurstInput): { level: number; dispersion: number } {
  const quiet = input.values.map((value, index) => (input.excluded?.[index] ? null : value));
  const size = Math.ceil(quiet.length / 4);
  const distance = (value: number, level: number, index: number) =>
    Math.abs(value - level) / chance(level, input.weights[index] ?? 1);
  let best = { level: 0, dispersion: 1, explained: -1 };
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const from = quarter * size;
    const part = quiet.slice(from, from + size);
    const values = known(part);
    if (values.length === 0) continue;
    const level = median(values);
    const explained = quiet.filter((value, index) => value !== null && distance(value, level, index) < HOLD_Z).length;
    if (explained <= best.explained) continue;
    const residuals = part.flatMap((value, index) => (value === null ? [] : [distance(value, level, from + index)]));
    best = { level, explained, dispersion: Math.max(1, MAD_TO_SIGMA * median(residuals)) };
  }
  return best;
}

/** First guess: the median of the last quiet buckets before each one, so that a slow change of level is followed. */
function followLevel(input: BurstInput, start: number, dispersion: number): number[] {
  const recent: number[] = new Array<number>(FEWEST_QUIET).fill(start);
  return input.values.map((value, index) => {
    const level = median(recent);
    const reach = ENTER_Z * dispersion * chance(level, input.weights[index] ?? 1);
    if (value !== null && !input.excluded?.[index] && Math.abs(value - level) < reach) {
      recent.push(value);
      if (recent.length > REACH) recent.shift();
    }
    return level;
  });
}

/** Median of the quiet buckets within REACH on both sides; where there are too few, the level of the nearest that had enough. */
function rollingMedian(input: BurstInput, marked: readonly boolean[], start: number): number[] {
  const quiet = input.values.map((value, index) => (marked[index] || input.excluded?.[index] ? null : value));
  const levels = quiet.map((_, index) => {
    const around = known(quiet.slice(Math.max(0, index - REACH), index + REACH + 1));
    return around.length < FEWEST_QUIET ? undefined : median(around);
  });
  const filled = new Array<number>(levels.length).fill(start);
  const nearest = new Array<number>(levels.length).fill(Number.POSITIVE_INFINITY);
  const sweep = (indices: Iterable<number>) => {
    let level: number | undefined;
    let distance = 0;
    for (const index of indices) {
      const own = levels[index];
      distance = own === undefined ? distance + 1 : 0;
      level = own ?? level;
      if (level !== undefined && distance < (nearest[index] ?? 0)) {
        nearest[index] = distance;
        filled[index] = level;
      }
    }
  };
  sweep(levels.keys());
  sweep([...levels.keys()].reverse());
  return filled;
}

function runsOf(marked: readonly boolean[], values: readonly (number | null)[]): Run[] {
  const runs: Run[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null || !marked[index]) continue;
    const last = runs.at(-1);
    if (last && last.last === index - 1) runs[runs.length - 1] = { first: last.first, last: index };
    else runs.push({ first: index, last: index });
  }
  return runs;
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

/** 0 for nothing. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Where a level changes within a series of counts. */
export interface ChangePoint {
  /** Index of the first count of the new level; 0 to the length of the series. */
  readonly index: number;
  /** Smallest and largest index that explain the counts nearly as well (within 2 of the log-likelihood). */
  readonly earliest: number;
  readonly latest: number;
}

/** Log-likelihood that a change point may lose against the best one and still be believed. */
const LIKELIHOOD_LOSS = 2;

/**
 * Most likely place where counts pass from one constant level to a higher (`rise`) or lower one. `weight` is the weight of a
 * row times the square of the dispersion, so that noise is judged rightly. Counts that are on the higher level throughout change
 * at their first (fall: after their last) one. Undefined for no counts and for zeros.
 */
export function findChange(counts: readonly number[], direction: 'rise' | 'fall', weight = 1): ChangePoint | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const gains: number[] = [];
  let before = 0;
  for (let index = 0; index <= counts.length; index += 1) {
    const left = index === 0 ? 0 : before / index;
    const right = index === counts.length ? 0 : (total - before) / (counts.length - index);
    const allowed = direction === 'rise' ? right > left : left > right;
    gains.push(
      allowed
        ? (likelihood(before, index) + likelihood(total - before, counts.length - index)) / weight
        : Number.NEGATIVE_INFINITY,
    );
    before += counts[index] ?? 0;
  }
  const best = Math.max(...gains);
  if (!Number.isFinite(best)) return undefined;
  const believed = gains.flatMap((gain, index) => (gain >= best - LIKELIHOOD_LOSS ? [index] : []));
  return { index: gains.indexOf(best), earliest: believed[0] ?? 0, latest: believed.at(-1) ?? counts.length };
}

/**
 * Most likely place from which on counts are `rise` above their usual `level`, up to the end of the series: where a small attack
 * began before anything was done about it; the end of the series where nothing shows of it. Undefined without a level or a rise.
 * `weight` as in `findChange`.
 */
export function findOnset(
  counts: readonly number[],
  { level, rise, weight }: { readonly level: number; readonly rise: number; readonly weight: number },
): ChangePoint | undefined {
  if (!(level > 0 && rise > 0)) return undefined;
  const surprise = Math.log(1 + rise / level);
  const gains = new Array<number>(counts.length + 1).fill(0);
  for (let index = counts.length - 1; index >= 0; index -= 1)
    gains[index] = (gains[index + 1] ?? 0) + ((counts[index] ?? 0) * surprise - rise) / weight;
  const best = gains.reduce((most, gain) => Math.max(most, gain), 0);
  const believed = gains.flatMap((gain, index) => (gain >= best - LIKELIHOOD_LOSS ? [index] : []));
  return { index: gains.lastIndexOf(best), earliest: believed[0] ?? 0, latest: believed.at(-1) ?? counts.length };
}

/** Log-likelihood of counts with this sum over so many buckets at their own mean, without the terms that never change. */
function likelihood(sum: number, buckets: number): number {
  return sum > 0 ? sum * Math.log(sum / buckets) : 0;
}
