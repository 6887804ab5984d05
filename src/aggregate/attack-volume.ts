import type { Engine } from '../engine/engine.ts';
import type { Measure } from '../model/measure.ts';
import { MINUTE_MS, type TimeWindow } from '../model/time.ts';
import { MITIGATED_DISPOSITIONS } from '../model/traffic.ts';
import { type Account, coveredLength, MITIGATED } from './account.ts';
import type { AttackVolume, PhaseStats } from './attack-stats.ts';
import { clip, coveredMs, gridOver } from './grid.ts';
import { Z95 } from './intervals.ts';
import type { PhaseSpans } from './phases.ts';
import { bucketOf, createBinder, inWindows } from './statement.ts';

/** Whole minutes before the attack that a baseline needs, so that its own unrest is known. */
const FEWEST_MINUTES = 3;
/** The unrest of the baseline is learnt from blocks of at most so many minutes, and from so many blocks where it is long enough. */
const LONGEST_BLOCK = 5;
const FEWEST_BLOCKS = 6;
/** When more of the traffic in the waves than this has no recorded outcome, the leak is not measured. */
const MOST_UNKNOWN = 0.05;

/** A volume with a symmetric 95 % half-width. */
interface Excess {
  readonly value: number;
  readonly half: number;
}

/**
 * Attack traffic in the waves: the surplus over the mean minute before the attack, separately for what was mitigated and what
 * was not. The interval holds the unrest of the minutes before, the error of their mean and the sampling error. A surplus
 * below zero is shown as zero. Without a baseline only a source of nothing but mitigated traffic tells the attack volume.
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
  const minutes = await readBaseline(engine, account, phases.before);
  if (minutes.length < FEWEST_MINUTES) return undefined;
  const lengthMs = coveredLength(account, phases.during);
  const estimate = ({ value, half }: Excess): Measure => ({
    value: Math.max(0, Math.round(value)),
    unit: gauge.unit,
    kind: 'estimated',
    interval: { lower: Math.max(0, Math.floor(value - half)), upper: Math.max(0, Math.ceil(value + half)) },
    evidence: gauge.evidence,
  });
  const total = excessOver(
    minutes.map((minute) => minute.total),
    during.total,
    lengthMs,
  );
  if (!measured || !during.mitigated) return { basis: 'excess', total: estimate(total) };
  const mitigated = excessOver(
    minutes.map((minute) => minute.mitigated),
    during.mitigated,
    lengthMs,
  );
  const passedSoFar = during.byDisposition.filter((part) => !isMitigated(part.disposition)).map((part) => part.total);
  const leaked = excessOver(
    minutes.map((minute) => minute.total - minute.mitigated),
    sumOf(passedSoFar),
    lengthMs,
  );
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

/**
 * Surplus of a volume over what as many mean minutes would have brought. Demand drifts: how much is learnt from blocks of up to
 * five minutes, and taken not to even out over a longer attack.
 */
function excessOver(minutes: readonly number[], seen: Pick<Measure, 'value' | 'interval'>, lengthMs: number): Excess {
  const size = Math.max(1, Math.min(LONGEST_BLOCK, Math.floor(minutes.length / FEWEST_BLOCKS)));
  const blocks = Array.from({ length: Math.floor(minutes.length / size) }, (_, index) =>
    meanOf(minutes.slice(index * size, (index + 1) * size)),
  );
  const level = meanOf(minutes);
  const centre = meanOf(blocks);
  const variance = blocks.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (blocks.length - 1);
  const length = lengthMs / MINUTE_MS;
  const expected = Z95 * length * Math.sqrt(variance * (1 + 1 / blocks.length));
  return { value: seen.value - level * length, half: Math.hypot(expected, halfWidth(seen)) };
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

/** Volumes of the whole, fully covered minutes before the attack; empty ones count. Longer buckets are spread over their minutes. */
async function readBaseline(
  engine: Engine,
  account: Account,
  before: readonly TimeWindow[],
): Promise<{ total: number; mitigated: number }[]> {
  const [span] = before;
  if (!span) return [];
  const stepMs = MINUTE_MS % account.grainMs === 0 ? MINUTE_MS : account.grainMs;
  const grid = gridOver(span, stepMs, account.offsetMs % stepMs);
  const binder = createBinder();
  const rows = await engine.query<{ t: number; total: number | null; mitigated: number | null }>(
    `select ${bucketOf(stepMs, account.offsetMs % stepMs)} as t, sum(${account.quantity}) as total,
            sum(${account.quantity}) filter (where ${MITIGATED}) as mitigated
       from ${account.buckets} where ${inWindows(binder, before)} group by 1`,
    binder.values,
  );
  const byStart = new Map(rows.map((row) => [row.t, row]));
  const perMinute = MINUTE_MS / stepMs;
  return coveredMs(grid, clip(account.covered, span)).flatMap((length, index) => {
    if (length < stepMs) return [];
    const row = byStart.get(grid.start + index * stepMs);
    return [{ total: (row?.total ?? 0) * perMinute, mitigated: (row?.mitigated ?? 0) * perMinute }];
  });
}
