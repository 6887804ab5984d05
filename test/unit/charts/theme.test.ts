import { describe, expect, it } from 'vitest';
import { createTheme } from '../../../src/charts/theme.ts';
import { distance, lightnessOf, mix } from '../../../src/model/colour.ts';

describe('colours', () => {
  it('measure lightness as it looks', () => {
    expect(lightnessOf('#000000')).toBeCloseTo(0, 3);
    expect(lightnessOf('#ffffff')).toBeCloseTo(1, 3);
    expect(lightnessOf('#777777')).toBeCloseTo(0.568, 2);
    expect(mix('#000000', '#ffffff', 0)).toBe('#000000');
    expect(mix('#12355b', '#ffffff', 1)).toBe('#ffffff');
  });

  it.each([
    ['#12355b', '#c8553d'],
    ['#ffd500', '#ffb000'],
    ['#ffffff', '#ffffff'],
    ['#000000', '#111111'],
    ['#d55e00', '#0072b2'],
  ])('of the brand %s and %s stay apart on paper without colour', (primary, accent) => {
    const theme = createTheme({ primary, accent });
    const [mitigated = '', passed = '', unknown = ''] = theme.series(['mitigated', 'passed', 'unknown']);
    expect(Math.abs(lightnessOf(mitigated) - lightnessOf(passed))).toBeGreaterThan(0.13);
    expect(Math.abs(lightnessOf(mitigated) - lightnessOf(unknown))).toBeGreaterThan(0.13);
    for (const colour of [mitigated, passed, theme.actor('soc'), theme.actor('attacker')])
      expect(lightnessOf(colour)).toBeLessThan(0.72);
  });

  it('give twelve series twelve colours, none like the one for what passed', () => {
    const theme = createTheme({ primary: '#12355b', accent: '#d55e00' });
    const ranked = theme.series(Array.from({ length: 12 }, () => 'ranked' as const));
    const [passed = ''] = theme.series(['passed']);
    expect(new Set(ranked).size).toBe(12);
    for (const colour of ranked) expect(distance(colour, passed)).toBeGreaterThan(0.1);
  });

  it('tell two series of the same role apart', () => {
    const [first = '', second = '', third = ''] = createTheme({ primary: '#12355b', accent: '#c8553d' }).series([
      'health',
      'health',
      'health',
    ]);
    expect(distance(first, second)).toBeGreaterThan(0.1);
    expect(distance(first, third)).toBeGreaterThan(0.1);
    expect(distance(second, third)).toBeGreaterThan(0.1);
  });

  it('darken step by step in a heat map', () => {
    const ramp = createTheme({ primary: '#12355b', accent: '#c8553d' }).ramp(5).map(lightnessOf);
    expect(ramp).toEqual([...ramp].sort((a, b) => b - a));
    expect((ramp[0] ?? 0) - (ramp[4] ?? 1)).toBeGreaterThan(0.4);
  });
});
