import { describe, expect, it } from 'vitest';
import { containedAt, peakOf, peaksOf, percentile, toTop } from '../../../sample-data/generator/tally.ts';

const bySecond = (...counts: (readonly [second: number, count: number])[]) => new Map(counts);

describe('counting the truth', () => {
  it('takes the earliest of two equal peaks and divides by the window', () => {
    const seconds = bySecond([5, 40], [12, 20], [13, 20], [29, 3]);
    expect(peakOf(seconds, 10_000)).toEqual({ windowMs: 10_000, at: 0, count: 40, perSecond: 4 });
    expect(peaksOf(seconds)).toEqual([
      { windowMs: 1_000, at: 5_000, count: 40, perSecond: 40 },
      { windowMs: 10_000, at: 0, count: 40, perSecond: 4 },
      { windowMs: 60_000, at: 0, count: 83, perSecond: 83 / 60 },
    ]);
    expect(peakOf(new Map(), 1_000)).toBeUndefined();
  });

  it('calls a wave contained only when 95 % is stopped and stays stopped for a minute', () => {
    const wave = { start: 2_000, end: 100_000 };
    const attack = bySecond([2, 100], [10, 100], [20, 100], [30, 100], [95, 100]);
    // Bucket 10 is good but bucket 30 falls back to 94; from bucket 40 on only bucket 90 has attack, and it is stopped.
    const stopped = bySecond([10, 95], [20, 100], [30, 94], [95, 100]);
    expect(containedAt(wave, attack, stopped)).toBe(40_000);
    expect(containedAt(wave, attack, bySecond([10, 95], [20, 100], [30, 95], [95, 100]))).toBe(10_000);
    expect(containedAt(wave, attack, bySecond([10, 95]))).toBeUndefined();
  });

  it('uses the nearest rank for percentiles', () => {
    expect(percentile([15, 20, 35, 40, 50], 0.3)).toBe(20);
    expect(percentile([15, 20, 35, 40, 50], 0.95)).toBe(50);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([], 0.5)).toBe(0);
  });

  it('cuts top lists but tells how many values there were, names in order on ties', () => {
    expect(
      toTop(
        new Map([
          ['b', 2],
          ['a', 2],
          ['c', 9],
          ['__proto__', 1],
        ]),
        3,
      ),
    ).toEqual({
      distinct: 4,
      top: [
        ['c', 9],
        ['a', 2],
        ['b', 2],
      ],
    });
  });
});
