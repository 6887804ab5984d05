import type { Engine } from '../engine/engine.ts';
import type { TimeWindow } from '../model/time.ts';
import type { Account, Quantity } from './account.ts';
import type { Distribution, Peak } from './attack-stats.ts';
import { coveredMs, gridOver } from './grid.ts';
import { exactTally, rateMeasure } from './measures.ts';
import { windowStart } from './peaks.ts';
import { createBinder, inWindows } from './statement.ts';

/**
 * Mean and nearest-rank percentiles of the bucket means over `span`, in buckets as long as the window of the headline peak.
 * Buckets of covered time without traffic count as zero, gaps do not count at all. Undefined when nothing is covered.
 * Percentiles of estimated buckets carry no interval: they describe the estimates.
 */
export async function findDistribution(
  engine: Engine,
  account: Account,
  headline: Peak,
  span: TimeWindow,
): Promise<Distribution | undefined> {
  const bucketMs = headline.measure.windowMs ?? account.grainMs;
  const quantity: Quantity = headline.metric === 'bits/s' ? 'bytes' : 'units';
  const grid = gridOver(span, bucketMs, account.offsetMs % bucketMs);
  const covered = coveredMs(grid, account.covered).filter((length) => length > 0).length;
  const binder = createBinder();
  const rows = await engine.query<{ volume: number }>(
    `select sum(${quantity}) as volume from ${account.buckets} where ${inWindows(binder, [span])}
      group by ${windowStart(account, bucketMs)} having sum(${quantity}) is not null order by 1`,
    binder.values,
  );
  const volumes = [...new Array<number>(Math.max(0, covered - rows.length)).fill(0), ...rows.map((row) => row.volume)];
  if (volumes.length === 0) return undefined;
  const gauge = { ...account.gauge, sampled: false };
  const rate = (volume: number) =>
    rateMeasure(gauge, exactTally(volume), bucketMs, { unit: quantity === 'bytes' ? 'bytes' : account.gauge.unit });
  return {
    metric: headline.metric,
    bucketMs,
    mean: rate(volumes.reduce((sum, volume) => sum + volume, 0) / volumes.length),
    p50: rate(nearestRank(volumes, 0.5)),
    p95: rate(nearestRank(volumes, 0.95)),
    p99: rate(nearestRank(volumes, 0.99)),
  };
}

/** Smallest value of a sorted, non-empty list with at least `share` of the values not above it. */
function nearestRank(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length - 1e-9));
  return sorted[Math.min(rank, sorted.length) - 1] ?? 0;
}
