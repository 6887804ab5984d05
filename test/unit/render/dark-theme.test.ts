import { describe, expect, test } from 'vitest';
import { onDark } from '../../../src/charts/charts.ts';
import { contrast } from '../../../src/model/colour.ts';
import { colourProperties, darkRules } from '../../../src/render/dark-theme.ts';
import { readTemplate } from '../../../src/render/templates.ts';

const SVG =
  '<svg><path fill="#123A5C" stroke="none"/><text fill="#52606d">a</text><path stroke="#E4E7EB" fill="none"/></svg>';

describe('the dark theme', () => {
  const base = colourProperties(readTemplate('base.css'));

  test('turns every colour that a chart is drawn in, by choice and by system', () => {
    const rules = darkRules(base, [SVG, SVG]);
    for (const root of [':root[data-theme="dark"]', ':root:not([data-theme="light"])'])
      for (const [attribute, colour] of [
        ['fill', '#123a5c'],
        ['fill', '#52606d'],
        ['stroke', '#e4e7eb'],
      ] as const)
        expect(
          rules.split(`${root} :is(.chart,.trend) [${attribute}="${colour}" i]{${attribute}:${onDark(colour)}}`),
        ).toHaveLength(2);
    expect(rules).toMatch(/^@media screen\{/);
  });

  test('keeps words readable on every ground that they stand on', () => {
    const dark = (name: string) => onDark(base.get(name) ?? '');
    for (const words of ['--ink', '--ink-soft', '--favourable', '--unfavourable', '--caution'])
      for (const ground of ['--paper', '--ground', '--raised'])
        expect(contrast(dark(words), dark(ground))).toBeGreaterThanOrEqual(4.5);
  });

  test('leaves the band of the cover to the brand', () => {
    const rules = darkRules(
      new Map([
        ['--brand', '#12355b'],
        ['--brand-text', '#12355b'],
      ]),
      [],
    );
    expect(rules).not.toContain('--brand:');
    expect(rules).toContain(`--brand-text:${onDark('#12355b')}`);
  });
});
