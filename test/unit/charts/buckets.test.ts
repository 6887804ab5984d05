import { describe, expect, it } from 'vitest';
import { columnsOf, gapsOf, linePoints, stackSteps, sumAt } from '../../../src/charts/buckets.ts';

const SECOND = { start: 1_000_000, intervalMs: 1_000 };

describe('thinning to what paper shows', () => {
  it('keeps every bucket while there is a px for two of them', () => {
    expect(columnsOf([[5, 7, 6]], SECOND, 600)).toEqual([
      { start: 1_000_000, end: 1_001_000, index: 0 },
      { start: 1_001_000, end: 1_002_000, index: 1 },
      { start: 1_002_000, end: 1_003_000, index: 2 },
    ]);
  });

  it('keeps the one-second peak and the one-second dip of a quiet day', () => {
    const values = Array.from({ length: 86_400 }, () => 100);
    values[43_210] = 9_999;
    values[70_001] = 1;
    const kept = columnsOf([values], SECOND, 600).map(({ index }) => values[index]);
    expect(kept).toContain(9_999);
    expect(kept).toContain(1);
    expect(kept.length).toBeLessThanOrEqual(1_200);
  });

  it('keeps the peak of a small part that hides under the whole', () => {
    const mitigated = Array.from({ length: 10_000 }, (_, index) => 1_000 + (index % 7));
    const passed = mitigated.map((_, index) => (index === 5_555 ? 40 : 0));
    expect(columnsOf([passed, mitigated], SECOND, 300).map(({ index }) => passed[index])).toContain(40);
  });

  it('covers the axis without a hole', () => {
    const columns = columnsOf([Array.from({ length: 5_003 }, (_, index) => index % 13)], SECOND, 640);
    expect(columns[0]?.start).toBe(1_000_000);
    expect(columns.at(-1)?.end).toBe(1_000_000 + 5_003_000);
    columns.slice(1).forEach((column, index) => {
      expect(column.start).toBe(columns[index]?.end);
    });
  });

  it('keeps a gap of one bucket among ten thousand', () => {
    const values: (number | null)[] = Array.from({ length: 10_000 }, () => 3);
    values[777] = null;
    expect(columnsOf([values], SECOND, 600).filter(({ index }) => values[index] === null)).toHaveLength(1);
  });

  it('is empty for no buckets', () => {
    expect(columnsOf([[]], SECOND, 600)).toEqual([]);
    expect(columnsOf([], SECOND, 600)).toEqual([]);
  });
});

describe('gaps', () => {
  it('joins neighbours and counts a bucket that lacks one part', () => {
    const gaps = gapsOf(
      [
        [1, null, null, 4, 5],
        [1, 2, null, 4, null],
      ],
      SECOND,
    );
    expect(gaps).toEqual([
      { start: 1_001_000, end: 1_003_000 },
      { start: 1_004_000, end: 1_005_000 },
    ]);
  });

  it('are no zero in a sum', () => {
    expect(
      [0, 1, 2].map((index) =>
        sumAt(
          [
            [1, null, null],
            [2, 3, null],
          ],
          index,
        ),
      ),
    ).toEqual([3, 3, null]);
  });
});

describe('steps of a stack', () => {
  it('put each layer on what lies below and break where a layer has nothing', () => {
    const columns = columnsOf([[1, 1]], SECOND, 600);
    expect(stackSteps([{ values: [10, 20] }, { values: [0, 5] }], columns)).toEqual([
      [
        { x: 1_000_000, y: 10 },
        { x: 1_001_000, y: 10 },
        { x: 1_001_000, y: 20 },
        { x: 1_002_000, y: 20 },
      ],
      [
        { x: 1_000_000, y: null },
        { x: 1_001_000, y: 25 },
        { x: 1_002_000, y: 25 },
      ],
    ]);
  });
});

describe('lines', () => {
  it('run through the middle of their buckets', () => {
    expect(linePoints([4, 6], SECOND, 600)).toEqual([
      { x: 1_000_500, y: 4 },
      { x: 1_001_500, y: 6 },
    ]);
  });

  it('show a value between two gaps as a dash of its bucket', () => {
    expect(linePoints([null, 6, null], SECOND, 600)).toEqual([
      { x: 1_000_500, y: null },
      { x: 1_001_000, y: 6 },
      { x: 1_002_000, y: 6 },
      { x: 1_002_500, y: null },
    ]);
  });
});
