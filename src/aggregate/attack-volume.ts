import type { Engine } from '../engine/engine.ts';
import type { Measure } from '../model/measure.ts';
import { MINUTE_MS, type TimeWindow } from '../model/time.ts';
import { MITIGATED_DISPOSITIONS } from '../model/traffic.ts';
import { type Account, MITIGATED } from './account.ts';
import type { AttackVolume, PhaseStats } from './attack-stats.ts';
import { clip, coveredMs, gridOver, lengthOf } from './grid.ts';
import { Z95 } from './intervals.ts';
import type { PhaseSpans } from './phases.ts';
import { bucketOf, createBinder, inWindows } from './statement.ts';

/** Whole minutes before the attack that a baseline needs, so that its own unrest is known. */
const FEWEST_MINUTES = 3;
/** The unrest of the baseline is learnt from blocks of at most so many minutes, and from so many blocks where it is long enough. */
const LONGEST_BLOCK = 5;
const FEWEST_BLOCKS = 6;
/** The first minutes after the attack may hold its tail and are left out. */
const SETTLED_AFTER_MS = 2 * MINUTE_MS;
/** The time after counts as quiet when it lies within this share of the level before … */
const MOST_DRIFT = 0.3;
/** … and neither falls on nor has more mitigated than before, by so many standard errors. */
const QUIET_Z = 3;
/** When more of the traffic in the waves than this has no recorded outcome, the leak is not measured. */
const MOST_UNKNOWN = 0.05;

/** A volume with a symmetric 95 % half-width. */
interface Excess {
  readonly value: number;
  readonly half: number;
}

/**
 * Attack traffic in the waves: the surplus over the mean minute around the attack, separately for what was mitigated and what
 * was not. Demand drifts, so the level is interpolated between the time before and the time after, where the latter is long
 * enough and quiet; else it is that before. The interval holds the unrest of those minutes, the error of their level and the
 * sampling error. A surplus below zero is shown as zero. Without a baseline only a source of nothing but mitigated traffic tells
 * the attack volume.
 */
export async function measureAttack(
  engine: Engine,
  account: Account,
  phases: PhaseSpans,
  during: PhaseStats,
): Promise<AttackVolume | undefined> {
  const { gauge, source } = account;
  const unknown = during.byDisposition.find((part) => part.disposition === 'unknown')?.total.value ?? 0;
  const measured = source.knowsDisposition && unknown <= MOST_UNKNOWN * during.total.value;
  if (during.mitigated && during.total.value > 0 && during.mitigated.value === during.total.value)
    return { basis: 'all', total: during.total, mitigated: during.mitigated };
  const before = await readBaseline(engine, account, phases.before);
  if (before.length < FEWEST_MINUTES) return undefined;
  const [afterwards] = phases.after;
  const settled = afterwards && { start: afterwards.start + SETTLED_AFTER_MS, end: afterwards.end };
  const after = settled && settled.end > settled.start ? await readBaseline(engine, account, [settled]) : [];
  const baseline = { before, after: isQuiet(before, after) ? after : [] };
  const waves = phases.during.flatMap((span) => clip(account.covered, span));
  const estimate = ({ value, half }: Excess): Measure => ({
    value: Math.max(0, Math.round(value)),
    unit: gauge.unit,
    kind: 'estimated',
    interval: { lower: Math.max(0, Math.floor(value - half)), upper: Math.max(0, Math.ceil(value + half)) },
    evidence: gauge.evidence,
  });
  const total = excessOver(baseline, waves, during.total, (minute) => minute.total);
  if (!measured || !during.mitigated) return { basis: 'excess', total: estimate(total) };
  const mitigated = excessOver(baseline, waves, during.mitigated, (minute) => minute.mitigated);
  const passedSoFar = during.byDisposition.filter((part) => !isMitigated(part.disposition)).map((part) => part.total);
  const leaked = excessOver(baseline, waves, sumOf(passedSoFar), (minute) => minute.total - minute.mitigated);
  const [stopped, through] = [estimate(mitigated), estimate(leaked)];
  const efficacy = efficacyOf(stopped, through);
  const cleanShare = cleanShareOf(through, sumOf(passedSoFar));
  return {
    basis: 'excess',
    total: estimate({ value: stopped.value + through.value, half: Math.hypot(mitigated.half, leaked.half) }),
    mitigated: stopped,
    leaked: through,
    ...(efficacy && { efficacy }),
    ...(cleanShare && { cleanShare }),
  };
}

function isMitigated(disposition: string): boolean {
  return MITIGATED_DISPOSITIONS.some((name) => name === disposition);
}

/** Values and half-widths of measures of independent groups, added. */
function sumOf(measures: readonly Measure[]): Pick<Measure, 'value' | 'interval'> {
  const value = measures.reduce((sum, measure) => sum + measure.value, 0);
  const half = Math.hypot(...measures.map(halfWidth));
  return { value, interval: { lower: value - half, upper: value + half } };
}

function halfWidth(measure: Pick<Measure, 'interval'>): number {
  return measure.interval ? (measure.interval.upper - measure.interval.lower) / 2 : 0;
}

/** One whole minute without an attack. */
interface Minute {
  readonly middle: number;
  readonly total: number;
  readonly mitigated: number;
}

interface Baseline {
  readonly before: readonly Minute[];
  /** Empty where the time after cannot serve. */
  readonly after: readonly Minute[];
}

type Part = (minute: Minute) => number;

/** Whether the time after the attack can tell the level without it: no tail that falls on, no mitigation that goes on. */
function isQuiet(before: readonly Minute[], after: readonly Minute[]): boolean {
  if (after.length < FEWEST_MINUTES) return false;
  const spread = (minutes: readonly Minute[], part: Part) => {
    const centre = meanOf(minutes.map(part));
    return minutes.reduce((sum, minute) => sum + (part(minute) - centre) ** 2, 0) / Math.max(1, minutes.length - 1);
  };
  const exceeds = (some: readonly Minute[], others: readonly Minute[], part: Part) => {
    // No level is steadier than chance, whatever a few minutes show.
    const unrest = Math.max(1, spread(before, part), meanOf(before.map(part)));
    const error = Math.sqrt(unrest * (1 / some.length + 1 / others.length));
    return meanOf(some.map(part)) - meanOf(others.map(part)) > QUIET_Z * error;
  };
  const total: Part = (minute) => minute.total;
  const half = Math.ceil(after.length / 2);
  const level = meanOf(before.map(total));
  return (
    Math.abs(meanOf(after.map(total)) - level) <= MOST_DRIFT * level &&
    !exceeds(after, before, (minute) => minute.mitigated) &&
    !exceeds(after.slice(0, half), after.slice(half), total)
  );
}

/**
 * Surplus of a volume over what the time of the waves would have brought without an attack. How much demand drifts is learnt from
 * blocks of up to five minutes, and taken not to even out over a longer attack.
 */
function excessOver(
  { before, after }: Baseline,
  waves: readonly TimeWindow[],
  seen: Pick<Measure, 'value' | 'interval'>,
  part: Part,
): Excess {
  const size = Math.max(1, Math.min(LONGEST_BLOCK, Math.floor(before.length / FEWEST_BLOCKS)));
  const sides = [before, after]
    .filter((minutes) => minutes.length >= size)
    .map((minutes) => levelOf(minutes, part, size));
  const [first, last = first] = sides;
  if (!first || !last) return { value: seen.value, half: halfWidth(seen) };
  const blocks = sides.reduce((sum, side) => sum + side.blocks, 0);
  const variance = sides.reduce((sum, side) => sum + side.squares, 0) / Math.max(1, blocks - sides.length);
  const length = lengthOf(waves) / MINUTE_MS;
  const middle = waves.reduce((sum, { start, end }) => sum + ((end - start) * (start + end)) / 2, 0) / lengthOf(waves);
  /** How near the attack lies to the time after: 0 without one. */
  const share = last === first ? 0 : (middle - first.centre) / (last.centre - first.centre);
  const level = first.mean + share * (last.mean - first.mean);
  const error = (1 - share) ** 2 / first.blocks + (last === first ? 0 : share ** 2 / last.blocks);
  const expected = Z95 * length * Math.sqrt(variance * (1 + error));
  return { value: seen.value - level * length, half: Math.hypot(expected, halfWidth(seen)) };
}

/** Mean minute of one side of the attack, the middle of its time, and how far its blocks lie from their mean. */
function levelOf(minutes: readonly Minute[], part: Part, size: number) {
  const blocks = Array.from({ length: Math.floor(minutes.length / size) }, (_, index) =>
    meanOf(minutes.slice(index * size, (index + 1) * size).map(part)),
  );
  const centre = meanOf(blocks);
  return {
    mean: meanOf(minutes.map(part)),
    centre: meanOf(minutes.map(({ middle }) => middle)),
    blocks: blocks.length,
    squares: blocks.reduce((sum, value) => sum + (value - centre) ** 2, 0),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mitigated / (mitigated + leaked); undefined when both are zero. */
function efficacyOf(mitigated: Measure, leaked: Measure): Measure | undefined {
  const whole = mitigated.value + leaked.value;
  if (whole <= 0 || !mitigated.interval || !leaked.interval) return undefined;
  const share = (stopped: number, through: number) => (stopped + through > 0 ? stopped / (stopped + through) : 0);
  return {
    value: mitigated.value / whole,
    unit: 'share',
    kind: 'estimated',
    interval: {
      lower: share(mitigated.interval.lower, leaked.interval.upper),
      upper: share(mitigated.interval.upper, leaked.interval.lower),
    },
    evidence: mitigated.evidence,
  };
}

/** 1 − leaked / not mitigated; undefined when everything was mitigated. */
function cleanShareOf(leaked: Measure, passed: Pick<Measure, 'value' | 'interval'>): Measure | undefined {
  const { lower, upper } = leaked.interval ?? { lower: leaked.value, upper: leaked.value };
  if (passed.value <= 0) return undefined;
  const share = (through: number) => Math.min(1, Math.max(0, 1 - through / passed.value));
  return {
    value: share(leaked.value),
    unit: 'share',
    kind: 'estimated',
    interval: { lower: share(upper), upper: share(lower) },
    evidence: leaked.evidence,
  };
}

/** Volumes of the whole, fully covered minutes of a span; empty ones count. Longer buckets are spread over their minutes. */
async function readBaseline(engine: Engine, account: Account, spans: readonly TimeWindow[]): Promise<Minute[]> {
  const [span] = spans;
  if (!span) return [];
  const stepMs = MINUTE_MS % account.grainMs === 0 ? MINUTE_MS : account.grainMs;
  const grid = gridOver(span, stepMs, account.offsetMs % stepMs);
  const binder = createBinder();
  const rows = await engine.query<{ t: number; total: number | null; mitigated: number | null }>(
    `select ${bucketOf(stepMs, account.offsetMs % stepMs)} as t, sum(${account.quantity}) as total,
            sum(${account.quantity}) filter (where ${MITIGATED}) as mitigated
       from ${account.buckets} where ${inWindows(binder, [span])} group by 1`,
    binder.values,
  );
  const byStart = new Map(rows.map((row) => [row.t, row]));
  const perMinute = MINUTE_MS / stepMs;
  return coveredMs(grid, clip(account.covered, span)).flatMap((length, index) => {
    if (length < stepMs) return [];
    const row = byStart.get(grid.start + index * stepMs);
    return [
      {
        middle: grid.start + (index + 0.5) * stepMs,
        total: (row?.total ?? 0) * perMinute,
        mitigated: (row?.mitigated ?? 0) * perMinute,
      },
    ];
  });
}
