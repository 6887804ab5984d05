import { describe, expect, it } from 'vitest';
import type { CapacityStats, Peak } from '../../../src/aggregate/aggregate.ts';
import { capacityWords } from '../../../src/insight/capacity.ts';
import type { Measure } from '../../../src/model/measure.ts';
import { createWriter } from '../../../src/text/text.ts';

const T0 = Date.UTC(2026, 10, 19, 19, 4);
const rate = (value: number, more: Partial<Measure> = {}): Measure => ({
  value,
  unit: 'bits/s',
  kind: 'counted',
  evidence: ['in1'],
  ...more,
});
const none: Measure = { value: 0, unit: 'ms', kind: 'counted', evidence: ['in1'] };
const line: CapacityStats = {
  of: 'link',
  limit: rate(2e9, { kind: 'reported' }),
  known: none,
  above: none,
  highest: rate(1e8, { at: T0 }),
  offered: { above: none, highest: rate(1.9e9, { at: T0 }) },
};
const peak = (windowMs: number, value: number, lower = value): Peak => ({
  metric: 'bits/s',
  headline: false,
  measure: rate(value, { windowMs, at: T0, ...(lower < value && { interval: { lower, upper: value } }) }),
});
const say = (peaks: readonly Peak[]) =>
  createWriter({ locale: 'en', timeZone: 'UTC' }).phrase(capacityWords(line, peaks)).replaceAll('\u00A0', ' ');

describe('the words on a capacity', () => {
  it('tell a peak above it that no whole minute shows', () => {
    expect(say([peak(1_000, 4e9), peak(10_000, 2.5e9), peak(60_000, 1.9e9)])).toContain(
      'Over 10 s it reached 2.50 Gbps at 19:04:00, more than it carries.',
    );
  });

  it('tell of one that samples leave open that it may have been, and none below it', () => {
    expect(say([peak(10_000, 2.5e9, 1.9e9)])).toContain('Over 10 s it may have been more than it carries: ');
    expect(say([peak(10_000, 1.95e9)])).not.toContain('Over 10 s');
  });

  it('say of a minute near the limit that it may hide more', () => {
    const words = (highest: number) =>
      createWriter({ locale: 'en', timeZone: 'UTC' }).phrase(
        capacityWords({ ...line, highest: rate(highest, { at: T0 }) }, []),
      );
    expect(words(1.1e9)).toContain('Within a minute it may have been more.');
    expect(words(0.9e9)).not.toContain('Within a minute');
  });
});
