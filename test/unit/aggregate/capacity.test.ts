import { describe, expect, it } from 'vitest';
import type { MinuteStats } from '../../../src/aggregate/aggregate.ts';
import { measureAvailability } from '../../../src/aggregate/availability.ts';
import { measureCapacity } from '../../../src/aggregate/capacity.ts';
import type { Measure, Unit } from '../../../src/model/measure.ts';

const T0 = Date.UTC(2026, 10, 17, 13);
const MINUTE = 60_000;

function measure(value: number, unit: Unit, more: Partial<Measure> = {}): Measure {
  return { value, unit, kind: 'counted', evidence: ['in1'], ...more };
}

function minute(index: number, parts: Partial<MinuteStats>): MinuteStats {
  return { start: T0 + index * MINUTE, total: measure(1_000, 'requests'), ...parts };
}

describe('minutes above the capacity of the origin', () => {
  const minutes = [
    minute(0, { origin: measure(600, 'requests'), unreachable: measure(0, 'requests') }),
    // 2,700 answered and 300 not delivered: 3,000 in 60 s are 50 a second.
    minute(1, { origin: measure(2_700, 'requests'), unreachable: measure(300, 'requests') }),
    minute(2, { origin: measure(2_700, 'requests') }),
    minute(3, {}),
  ];

  it('counts a minute whose requests to the origin, answered or not, exceed it', () => {
    const found = measureCapacity('http', minutes, { originRequestsPerSecond: 45 });
    expect(found?.above).toEqual(measure(MINUTE, 'ms'));
    expect(found?.known.value).toBe(4 * MINUTE);
    expect(found?.highest).toEqual(measure(50, 'requests/s', { windowMs: MINUTE, at: T0 + MINUTE }));
    expect(found?.limit).toEqual({ value: 45, unit: 'requests/s', kind: 'reported', evidence: [] });
  });

  it('tells between how many minutes where samples leave some open', () => {
    const sampled = (value: number, lower: number, upper: number) =>
      measure(value, 'requests', { kind: 'estimated', interval: { lower, upper }, sampleCount: 30 });
    const found = measureCapacity(
      'http',
      [
        minute(0, { origin: sampled(3_600, 3_000, 4_200) }), // 50 to 70 a second: above for certain
        minute(1, { origin: sampled(2_760, 2_400, 3_120) }), // 40 to 52: open, 46 is the estimate
        minute(2, { origin: sampled(2_400, 2_100, 2_760) }), // 35 to 46: open
        minute(3, { origin: sampled(600, 480, 720) }),
      ],
      { originRequestsPerSecond: 45 },
    );
    expect(found?.above.value).toBe(2 * MINUTE);
    expect(found?.above.interval).toEqual({ lower: MINUTE, upper: 3 * MINUTE });
  });

  it('says nothing without a stated capacity or without requests to the origin in the data', () => {
    expect(measureCapacity('http', minutes, {})).toBeUndefined();
    expect(measureCapacity('http', minutes, { linkBitsPerSecond: 1 })).toBeUndefined();
    expect(measureCapacity('http', [minute(0, {})], { originRequestsPerSecond: 45 })).toBeUndefined();
  });
});

describe('minutes above the capacity of the line', () => {
  it('holds what was let through against it, and what arrived beside it', () => {
    // 75 MB in 60 s are 10 Mbps.
    const minutes = [
      minute(0, { bytes: measure(75_000_000, 'bytes'), passedBytes: measure(75_000_000, 'bytes') }),
      minute(1, { bytes: measure(7_500_000_000, 'bytes'), passedBytes: measure(150_000_000, 'bytes') }),
    ];
    const found = measureCapacity('network', minutes, { linkBitsPerSecond: 100_000_000 });
    expect(found?.of).toBe('link');
    expect(found?.above.value).toBe(0);
    expect(found?.highest.value).toBe(20_000_000);
    expect(found?.offered?.above.value).toBe(MINUTE);
    expect(found?.offered?.highest).toMatchObject({ value: 1_000_000_000, unit: 'bits/s', at: T0 + MINUTE });
  });

  it('is not measured where the source does not know what was done', () => {
    expect(
      measureCapacity('network', [minute(0, { bytes: measure(1, 'bytes') })], { linkBitsPerSecond: 1 }),
    ).toBeUndefined();
  });
});

describe('availability of the origin', () => {
  const window = { start: T0, end: T0 + 10 * MINUTE };
  const share = (value: number, more: Partial<Measure> = {}) => measure(value, 'share', more);

  it('takes a minute for down when half of the requests sent to the origin failed', () => {
    const minutes = Array.from({ length: 10 }, (_, index) =>
      minute(index, { failedShare: share(index === 3 ? 0.5 : 0.499) }),
    );
    const found = measureAvailability(minutes, window);
    expect(found?.down).toEqual(measure(MINUTE, 'ms'));
    expect(found?.share).toEqual(measure(0.9, 'share'));
  });

  it('takes minutes in which nothing was sent for unknown: down and up in the bounds', () => {
    const minutes = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => minute(index, index < 6 ? { failedShare: share(0) } : {}));
    const found = measureAvailability(minutes, window);
    // Six of ten minutes are known and up; the other four may have been down.
    expect(found?.known.value).toBe(6 * MINUTE);
    expect(found?.share).toEqual(measure(1, 'share', { kind: 'estimated', interval: { lower: 0.6, upper: 1 } }));
  });

  it('leaves a minute open whose interval holds one half, and one of fewer than ten sampled rows unknown', () => {
    const sampled = (value: number, lower: number, upper: number, sampleCount: number) =>
      share(value, { kind: 'estimated', interval: { lower, upper }, sampleCount });
    const found = measureAvailability(
      [
        minute(0, { failedShare: sampled(0.9, 0.8, 0.95, 50) }),
        minute(1, { failedShare: sampled(0.45, 0.3, 0.6, 40) }),
        minute(2, { failedShare: sampled(1, 0.6, 1, 9) }),
        ...[3, 4, 5, 6, 7, 8, 9].map((index) => minute(index, { failedShare: sampled(0, 0, 0.1, 30) })),
      ],
      window,
    );
    expect(found?.down.value).toBe(MINUTE);
    expect(found?.down.interval).toEqual({ lower: MINUTE, upper: 2 * MINUTE });
    // Down for certain: one of ten; at most: one, one open and one unknown.
    expect(found?.share.interval).toEqual({ lower: 0.7, upper: 0.9 });
  });

  it('is unknown where no minute tells of the origin', () => {
    expect(measureAvailability([minute(0, {})], window)).toBeUndefined();
  });
});
