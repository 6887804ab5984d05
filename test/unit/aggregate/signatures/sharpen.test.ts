import { describe, expect, it } from 'vitest';
import { edgesOf, type MatchedSecond, matchedPieces } from '../../../../src/aggregate/signatures/sharpen.ts';

/** Seconds with so many matched records each, the first and last of them 100 ms from the ends of the second. */
function seconds(counts: Readonly<Record<number, number>>): MatchedSecond[] {
  return Object.entries(counts).map(([second, rows]) => {
    const t = Number(second) * 1_000;
    return { t, rows, units: rows, first: t + 100, last: t + 900 };
  });
}
const steady = (from: number, to: number, rows: number) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, index) => [from + index, rows]));

describe('edges of a wave as its signature sees them', () => {
  it('are the first and last record that matches', () => {
    const edges = edgesOf(seconds(steady(100, 160, 20)), { start: 103_000, end: 158_000 });
    expect(edges).toMatchObject({ start: 100_100, end: 159_901, uncertaintyMs: 1_000, first: { t: 100_000 } });
  });

  it('are not moved by a stray match before or after', () => {
    const matched = seconds({ 80: 1, ...steady(100, 160, 20), 171: 1 });
    expect(edgesOf(matched, { start: 102_000, end: 158_000 })).toMatchObject({ start: 100_100, end: 159_901 });
  });

  it('leave out what is below 5 % of the peak', () => {
    const matched = seconds({ ...steady(95, 100, 2), ...steady(100, 160, 100), ...steady(160, 175, 3) });
    expect(edgesOf(matched, { start: 101_000, end: 158_000 })).toMatchObject({ start: 99_100, end: 160_901 });
  });

  it('are less certain where records are few', () => {
    const thin = seconds({ 100: 1, 102: 1, 105: 1, 107: 1, 109: 1, 112: 1, 115: 1, 118: 1, 121: 1, 125: 1, 129: 1 });
    expect(edgesOf(thin, { start: 104_000, end: 128_000 })).toMatchObject({ start: 100_100, uncertaintyMs: 10_000 });
  });

  it('cannot be told where nothing matches near the wave', () => {
    expect(edgesOf(seconds(steady(500, 520, 20)), { start: 100_000, end: 160_000 })).toBeUndefined();
    expect(edgesOf([], { start: 100_000, end: 160_000 })).toBeUndefined();
  });
});

describe('where in a wave a signature matches', () => {
  it('is in pieces between silences, without a stray match', () => {
    const matched = seconds({ ...steady(100, 160, 20), 290: 1, ...steady(400, 420, 20) });
    expect(matchedPieces(matched, { start: 100_000, end: 430_000 })).toEqual([
      { start: 100_100, end: 159_901 },
      { start: 400_100, end: 419_901 },
    ]);
  });

  it('is inside the wave, and nowhere without a match', () => {
    expect(matchedPieces(seconds(steady(100, 400, 20)), { start: 100_000, end: 300_000 })).toEqual([
      { start: 100_100, end: 299_901 },
    ]);
    expect(matchedPieces(seconds(steady(400, 420, 20)), { start: 100_000, end: 300_000 })).toEqual([]);
  });
});
