import type { Measure, Unit } from '../model/measure.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import type { CapacityStats, MinuteStats } from './attack-stats.ts';

/** As the customer's profile states it. */
export interface Capacity {
  readonly linkBitsPerSecond?: number | undefined;
  readonly originRequestsPerSecond?: number | undefined;
}

/**
 * Holds each whole minute against what the customer can bear: the link against network traffic, the origin against HTTP requests
 * that were sent to it. Minutes in a gap are not known and count neither way. Undefined without a stated capacity, or where the
 * data does not tell what was let through.
 */
export function measureCapacity(
  layer: Layer,
  minutes: readonly MinuteStats[],
  { linkBitsPerSecond, originRequestsPerSecond }: Capacity,
): CapacityStats | undefined {
  if (layer === 'http') {
    // A minute of the log without a request to the origin is one of no load.
    const asked = minutes.some((minute) => minute.origin);
    const sent = minutes.map((minute) => rateOf([minute.origin, minute.unreachable], minute, 'requests/s'));
    return originRequestsPerSecond !== undefined && asked
      ? holdAgainst('origin', sent, { value: originRequestsPerSecond, unit: 'requests/s' })
      : undefined;
  }
  const passed = minutes.flatMap(
    (minute) => (minute.passedBytes && rateOf([minute.passedBytes], minute, 'bits/s')) || [],
  );
  if (linkBitsPerSecond === undefined || passed.length === 0) return undefined;
  const limit = { value: linkBitsPerSecond, unit: 'bits/s' } as const;
  const arrived = minutes.flatMap((minute) => (minute.bytes ? rateOf([minute.bytes], minute, 'bits/s') : []));
  const link = holdAgainst('link', passed, limit);
  const offered = holdAgainst('link', arrived, limit);
  return link && offered && { ...link, offered: { above: offered.above, highest: offered.highest } };
}

function holdAgainst(
  of: CapacityStats['of'],
  rates: readonly Measure[],
  limit: { readonly value: number; readonly unit: Unit },
): CapacityStats | undefined {
  const [first] = rates;
  if (!first) return undefined;
  const lengthOf = (isAbove: (rate: Measure) => boolean) => rates.filter(isAbove).length * MINUTE_MS;
  const value = lengthOf((rate) => rate.value > limit.value);
  const lower = lengthOf((rate) => (rate.interval?.lower ?? rate.value) > limit.value);
  const upper = lengthOf((rate) => (rate.interval?.upper ?? rate.value) > limit.value);
  const { kind } = first;
  const evidence = [...new Set(rates.flatMap((rate) => rate.evidence))];
  return {
    of,
    limit: { ...limit, kind: 'reported', evidence: [] },
    known: { value: rates.length * MINUTE_MS, unit: 'ms', kind: 'counted', evidence },
    above: { value, unit: 'ms', kind, ...(lower < upper && { interval: { lower, upper } }), evidence },
    highest: rates.reduce((best, rate) => (rate.value > best.value ? rate : best)),
  };
}

/** Mean per second of the parts of one minute, added; bytes become bits. Nothing is zero. */
function rateOf(parts: readonly (Measure | undefined)[], minute: MinuteStats, unit: 'requests/s' | 'bits/s'): Measure {
  const known = parts.filter((part) => part !== undefined);
  const factor = ((unit === 'bits/s' ? 8 : 1) * SECOND_MS) / MINUTE_MS;
  const sum = (of: (part: Measure) => number) => known.reduce((total, part) => total + of(part), 0) * factor;
  const isEstimate = known.some((part) => part.interval);
  return {
    value: sum((part) => part.value),
    unit,
    kind: known[0]?.kind ?? minute.total.kind,
    windowMs: MINUTE_MS,
    at: minute.start,
    ...(isEstimate && {
      interval: {
        lower: sum((part) => part.interval?.lower ?? part.value),
        upper: sum((part) => part.interval?.upper ?? part.value),
      },
      sampleCount: known.reduce((total, part) => total + (part.sampleCount ?? 0), 0),
    }),
    evidence: [...new Set((known[0] ?? minute.total).evidence)],
  };
}
