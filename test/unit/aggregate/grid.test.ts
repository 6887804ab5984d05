import { describe, expect, it } from 'vitest';
import {
  clip,
  coveredMs,
  fitStep,
  gridOver,
  joinTouching,
  lengthOf,
  widen,
  without,
} from '../../../src/aggregate/grid.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

describe('the length of a bucket', () => {
  it.each([
    { span: 3 * MINUTE, grain: SECOND, step: SECOND },
    { span: HOUR, grain: SECOND, step: 10 * SECOND },
    { span: 3 * HOUR, grain: SECOND, step: 30 * SECOND },
    { span: 3 * HOUR + SECOND, grain: SECOND, step: MINUTE },
    { span: HOUR, grain: MINUTE, step: MINUTE },
    { span: DAY, grain: 15 * MINUTE, step: 15 * MINUTE },
    { span: 7 * DAY, grain: SECOND, step: 30 * MINUTE },
    { span: HOUR, grain: 7 * SECOND, step: 14 * SECOND },
    { span: 400 * DAY, grain: SECOND, step: 2 * DAY },
    { span: 10 * DAY, grain: 2 * DAY, step: 2 * DAY },
  ])('is $step ms for a span of $span ms in points of $grain ms', ({ span, grain, step }) => {
    expect(fitStep(span, grain, 360)).toBe(step);
  });
});

describe('windows on a grid', () => {
  it('widens a window to the buckets that it touches and no further', () => {
    expect(widen([{ start: 1_500, end: 2_000 }], SECOND)).toEqual([{ start: 1_000, end: 2_000 }]);
    expect(widen([{ start: 1_500, end: 2_001 }], SECOND)).toEqual([{ start: 1_000, end: 3_000 }]);
  });

  it('keeps buckets that do not begin on a whole minute where they are', () => {
    expect(widen([{ start: 70_000, end: 80_000 }], MINUTE, 7_000)).toEqual([{ start: 67_000, end: 127_000 }]);
  });

  it('joins windows that come to touch', () => {
    expect(
      widen(
        [
          { start: 0, end: 1_200 },
          { start: 1_900, end: 3_000 },
        ],
        SECOND,
      ),
    ).toEqual([{ start: 0, end: 3_000 }]);
    expect(
      joinTouching([
        { start: 5, end: 6 },
        { start: 0, end: 5 },
        { start: 8, end: 9 },
      ]),
    ).toEqual([
      { start: 0, end: 6 },
      { start: 8, end: 9 },
    ]);
  });

  it('cuts holes out of windows', () => {
    const holes = [
      { start: 2, end: 4 },
      { start: 3, end: 5 },
      { start: 9, end: 12 },
      { start: 20, end: 30 },
    ];
    expect(without([{ start: 0, end: 10 }], holes)).toEqual([
      { start: 0, end: 2 },
      { start: 5, end: 9 },
    ]);
    expect(without([{ start: 3, end: 4 }], holes)).toEqual([]);
  });

  it('clips windows to a frame', () => {
    expect(
      clip(
        [
          { start: 0, end: 5 },
          { start: 8, end: 20 },
          { start: 30, end: 40 },
        ],
        { start: 3, end: 10 },
      ),
    ).toEqual([
      { start: 3, end: 5 },
      { start: 8, end: 10 },
    ]);
    expect(
      lengthOf([
        { start: 3, end: 5 },
        { start: 8, end: 10 },
      ]),
    ).toBe(4);
  });

  it('knows how much of each bucket has data', () => {
    const grid = gridOver({ start: 5, end: 35 }, 10);
    expect(grid).toEqual({ start: 0, stepMs: 10, count: 4 });
    expect(
      coveredMs(grid, [
        { start: 5, end: 12 },
        { start: 33, end: 60 },
      ]),
    ).toEqual([5, 2, 0, 7]);
  });

  it('has no bucket for an empty window', () => {
    expect(gridOver({ start: 10, end: 10 }, 10).count).toBe(0);
  });
});
