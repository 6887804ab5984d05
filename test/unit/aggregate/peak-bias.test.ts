import { describe, expect, it } from 'vitest';
import { biasOfHighest } from '../../../src/aggregate/peak-bias.ts';

/** Small deterministic generator (mulberry32): tests never depend on unseeded chance. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Rows that a sample of mean `rows` happens to hold (Poisson, by the times between them). */
function drawRows(random: () => number, rows: number): number {
  let count = -1;
  let at = 0;
  while (at < rows) {
    at += -Math.log(1 - random());
    count += 1;
  }
  return count;
}

const WEIGHT = 100;
const RUNS = 200;

/** Mean of the highest of sampled windows as a multiple of the true one, as it is seen and less its bias. */
function overstatement(shape: readonly number[], rows: number): { seen: number; corrected: number } {
  const random = randomFrom(shape.length * 1_000 + rows);
  const truth = Math.max(...shape) * rows * WEIGHT;
  let [seen, corrected] = [0, 0];
  for (let run = 0; run < RUNS; run += 1) {
    const windows = shape.map((share) => {
      const drawn = drawRows(random, share * rows);
      return { value: drawn * WEIGHT, variance: drawn * WEIGHT * (WEIGHT - 1) };
    });
    const highest = Math.max(...windows.map(({ value }) => value));
    seen += highest / truth / RUNS;
    corrected += (highest - biasOfHighest(windows)) / truth / RUNS;
  }
  return { seen: 100 * (seen - 1), corrected: 100 * (corrected - 1) };
}

const quiet = new Array<number>(20).fill(0.12);

describe('the bias of the highest of sampled windows', () => {
  it('is zero where nothing was sampled, for one window, and where no other comes near', () => {
    expect(biasOfHighest([])).toBe(0);
    expect(biasOfHighest([{ value: 900, variance: 9_000 }])).toBe(0);
    expect(
      biasOfHighest([
        { value: 900, variance: 0 },
        { value: 899, variance: 0 },
      ]),
    ).toBe(0);
    expect(
      biasOfHighest([
        { value: 90_000, variance: 9_000_000 },
        { value: 9_000, variance: 900_000 },
      ]),
    ).toBe(0);
  });

  it('is what the higher of two equal windows is expected to exceed them by: σ / √π', () => {
    const flat = [
      { value: 10_000, variance: 1_000_000 },
      { value: 10_000, variance: 1_000_000 },
    ];
    expect(biasOfHighest(flat)).toBeCloseTo(1_000 / Math.sqrt(Math.PI), 0);
  });

  it.each([
    ['flat traffic of a quarter of an hour', new Array<number>(15).fill(1)],
    ['flat traffic of an hour', new Array<number>(60).fill(1)],
    ['a plateau whose first and last minute are cut', [...quiet, 0.5, ...new Array<number>(13).fill(1), 0.3, ...quiet]],
    ['a slow rise to a plateau', [...quiet, 0.1, 0.4, 0.7, 0.95, 1, 1, 1, 0.3, ...quiet]],
    ['pulses of different strength', [...quiet, 0.5, 0.8, 0.45, 0.9, 0.6, 1, 0.7, ...quiet]],
    ['one minute far above the others', [...quiet, 0.3, 1, 0.4, ...quiet]],
  ])('leaves the planted peak of %s', (_, shape) => {
    for (const rows of [100, 300, 1_000]) {
      const { corrected } = overstatement(shape, rows);
      expect(Math.abs(corrected), `${rows} rows a window`).toBeLessThan(rows >= 1_000 ? 1 : rows >= 300 ? 2 : 4);
    }
  });

  it('takes away what made the peak of thin flat samples up to a fifth too high', () => {
    const { seen, corrected } = overstatement(new Array<number>(60).fill(1), 100);
    expect(seen).toBeGreaterThan(18);
    expect(Math.abs(corrected)).toBeLessThan(1.5);
  });
});
