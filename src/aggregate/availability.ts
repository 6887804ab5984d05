import type { Measure } from '../model/measure.ts';
import { FEWEST_SAMPLED_ROWS } from '../model/measure.ts';
import { ceilTo, floorTo, MINUTE_MS, type TimeWindow } from '../model/time.ts';
import type { AvailabilityStats, MinuteStats } from './attack-stats.ts';

/** Share of failed requests from which on a minute is down. */
const DOWN_SHARE = 0.5;

/**
 * A minute is down when at least half of the requests sent to the origin got a 5xx answer or none. Minutes in which nothing was
 * sent, or from which fewer than ten sampled rows are known, are not known. Undefined when no minute is.
 */
export function measureAvailability(
  minutes: readonly MinuteStats[],
  window: TimeWindow,
): AvailabilityStats | undefined {
  const known = minutes.flatMap(({ failedShare }) =>
    failedShare && (failedShare.sampleCount ?? FEWEST_SAMPLED_ROWS) >= FEWEST_SAMPLED_ROWS ? failedShare : [],
  );
  const [first] = known;
  if (!first) return undefined;
  const all = (ceilTo(window.end, MINUTE_MS) - floorTo(window.start, MINUTE_MS)) / MINUTE_MS;
  const unknown = Math.max(0, all - known.length);
  const down = known.filter((share) => share.value >= DOWN_SHARE).length;
  const surely = known.filter((share) => (share.interval?.lower ?? share.value) >= DOWN_SHARE).length;
  const possibly = known.filter((share) => (share.interval?.upper ?? share.value) >= DOWN_SHARE).length;
  const evidence = [...new Set(known.flatMap((share) => share.evidence))];
  const length = (count: number, bounds?: { readonly lower: number; readonly upper: number }): Measure => ({
    value: count * MINUTE_MS,
    unit: 'ms',
    kind: bounds ? first.kind : 'counted',
    ...(bounds &&
      bounds.lower < bounds.upper && {
        interval: { lower: bounds.lower * MINUTE_MS, upper: bounds.upper * MINUTE_MS },
      }),
    evidence,
  });
  const isExact = unknown === 0 && surely === possibly;
  return {
    window: length(all),
    known: length(known.length),
    down: length(down, { lower: surely, upper: possibly }),
    share: {
      value: 1 - down / known.length,
      unit: 'share',
      kind: isExact ? first.kind : 'estimated',
      ...(!isExact && { interval: { lower: 1 - (possibly + unknown) / all, upper: 1 - surely / all } }),
      evidence,
    },
  };
}
