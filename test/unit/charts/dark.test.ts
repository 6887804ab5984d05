import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DARK_PAPER, onDark } from '../../../src/charts/dark.ts';
import { contrast } from '../../../src/model/colour.ts';

const WHITE = '#ffffff';
const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
/** The contrast of white to dark paper: what is darker than that on white has no counterpart that stands out as much. */
const MOST = contrast(WHITE, DARK_PAPER);

describe('a colour on dark paper', () => {
  test('has the contrast that WCAG computes: 21 for black on white, 4.48 for the well-known #777777', () => {
    expect(contrast('#000000', WHITE)).toBeCloseTo(21, 5);
    expect(contrast('#777777', WHITE)).toBeCloseTo(4.48, 2);
  });

  test('is dark paper for white, and nearly white for black', () => {
    expect(onDark(WHITE)).toBe(DARK_PAPER);
    expect(contrast(onDark('#000000'), WHITE)).toBeLessThan(1.05);
  });

  test('is as readable as the colour was on white, whatever it is', () => {
    fc.assert(
      fc.property(colour, (one) => {
        const wanted = Math.min(MOST, contrast(one, WHITE));
        // A saturated colour reaches the edge of what a screen shows, eight bits round, and nearly black is white.
        expect(contrast(onDark(one), DARK_PAPER)).toBeGreaterThan(wanted * 0.93);
        expect(contrast(onDark(one), DARK_PAPER)).toBeLessThan(wanted * 1.17);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps two colours as far apart as they were', () => {
    for (const [a, b] of [
      ['#0072b2', '#e69f00'],
      ['#123a5c', '#d05f3d'],
      ['#e69f00', '#009e73'],
    ] as const)
      expect(contrast(onDark(a), onDark(b)) / contrast(a, b)).toBeCloseTo(1, 1);
  });
});
