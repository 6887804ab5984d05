import { describe, expect, it } from 'vitest';
import { firstMatch, slopeOnset } from '../../../../src/aggregate/signatures/onset.ts';
import type { MatchedSecond } from '../../../../src/aggregate/signatures/sharpen.ts';

/** Seconds of records at these times, in ms, each of which stands for so many. */
function secondsOf(times: readonly number[], weight = 1): MatchedSecond[] {
  const seconds = new Map<number, MatchedSecond>();
  for (const at of times) {
    const t = at - (at % 1_000);
    const known = seconds.get(t) ?? { t, rows: 0, units: 0, first: at, last: at };
    seconds.set(t, { ...known, rows: known.rows + 1, units: known.units + weight, last: at });
  }
  return [...seconds.values()];
}

/** Times of a rise from nothing at `start` to `rate` a second after `length` s, then level: the n-th where n are expected. */
function rising(start: number, length: number, rate: number, level: number): number[] {
  const risen = Math.floor((rate * length) / 2);
  return [
    ...Array.from({ length: risen }, (_, n) =>
      Math.round(1_000 * (start + Math.sqrt((2 * (n + 0.5) * length) / rate))),
    ),
    ...Array.from({ length: level * rate }, (_, n) => Math.round(1_000 * (start + length + n / rate))),
  ];
}

const context = { usual: 0, notBefore: 0, sampled: false };

describe('the first attack record', () => {
  it('is followed back from the edge through records that come ever more seldom', () => {
    const seconds = secondsOf([80_000, 93_500, 95_200, 96_100, 96_800, ...rising(97, 20, 40, 20)]);
    const edge = seconds.find(({ t }) => t === 100_000);
    expect(edge && firstMatch(seconds, edge, context)).toEqual({ at: 93_500, uncertaintyMs: 1_000 });
  });

  it('is not a stray match that a silence cuts off from the attack', () => {
    const seconds = secondsOf([60_000, 85_000, ...rising(100, 2, 20, 60)]);
    const edge = seconds.find(({ t }) => t === 101_000);
    expect(edge && firstMatch(seconds, edge, context).at).toBe(100_316);
  });

  it('is not looked for across a silence in which everyday traffic matches anyway', () => {
    const seconds = secondsOf([98_500, ...rising(100, 2, 20, 60)]);
    const edge = seconds.find(({ t }) => t === 101_000);
    expect(edge && firstMatch(seconds, edge, context).at).toBe(98_500);
    expect(edge && firstMatch(seconds, edge, { ...context, usual: 0.05 }).at).toBe(100_316);
  });

  it('is not a stray match that comes sooner than the attack would have fallen silent', () => {
    // Thirty a second from 100 s on; everyday traffic matches once in two minutes, and did half a second before.
    const attack = Array.from({ length: 600 }, (_, n) => 100_000 + Math.round((n * 1_000) / 30));
    const seconds = secondsOf([99_500, ...attack]);
    const edge = seconds.find(({ t }) => t === 100_000);
    expect(edge && firstMatch(seconds, edge, context).at).toBe(99_500);
    expect(edge && firstMatch(seconds, edge, { ...context, usual: 1 / 120 }).at).toBe(100_000);
  });

  it('lies after the end of the wave before', () => {
    const seconds = secondsOf([99_500, ...rising(100, 2, 20, 60)]);
    const edge = seconds.find(({ t }) => t === 101_000);
    expect(edge && firstMatch(seconds, edge, { ...context, notBefore: 99_800 }).at).toBe(100_316);
  });

  it('is less certain where few of many packets were seen', () => {
    const seconds = secondsOf([100_000, 102_000, 104_000, 106_000, 108_000, 110_000, 112_000, 114_000, 116_000]);
    const [edge] = seconds;
    expect(edge && firstMatch(seconds, edge, { ...context, sampled: true })).toEqual({
      at: 100_000,
      uncertaintyMs: 6_000,
    });
  });
});

describe('the edge of a slow rise', () => {
  it('is where its slope passes 5 % of the peak, to the second', () => {
    const seconds = secondsOf(rising(1_000, 200, 80, 120));
    const onset = slopeOnset(seconds, seconds[0]?.first ?? 0, { rate: 80, deviation: 0.03 });
    expect((onset?.zero.at ?? 0) / 1_000).toBeCloseTo(1_000, 0);
    expect(Math.abs((onset?.edge.at ?? 0) - 1_010_000)).toBeLessThan(500);
    expect(onset?.edge.uncertaintyMs).toBeGreaterThanOrEqual(1_000);
    expect(onset?.edge.uncertaintyMs).toBeLessThan(2_500);
  });

  it('is found through a sample that thins out as the load grows', () => {
    const all = rising(1_000, 200, 800, 120);
    const [early, late] = [all.filter((at) => at < 1_060_000), all.filter((at) => at >= 1_060_000)];
    const kept = (times: readonly number[], weight: number) =>
      secondsOf(
        times.filter((_, index) => index % weight === Math.floor(weight / 2)),
        weight,
      );
    const seconds = [...kept(early, 10), ...kept(late, 100)];
    const onset = slopeOnset(seconds, seconds[0]?.first ?? 0, { rate: 800, deviation: 0.05 });
    expect(Math.abs((onset?.edge.at ?? 0) - 1_010_000)).toBeLessThan(1_500);
  });

  it('is not worked out where the attack sets in at once or rises in steps', () => {
    const sudden = secondsOf(rising(1_000, 4, 80, 300));
    expect(slopeOnset(sudden, 1_000_000, { rate: 80, deviation: 0.03 })).toBeUndefined();
    const late = Array.from({ length: 80 * 60 }, (_, n) => 1_100_000 + Math.round((n * 1_000) / 80));
    const steps = secondsOf([...Array.from({ length: 500 }, (_, n) => 1_000_000 + n * 200), ...late]);
    expect(slopeOnset(steps, 1_000_000, { rate: 80, deviation: 0.03 })).toBeUndefined();
  });
});
