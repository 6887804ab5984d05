import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brandProperties, contrast } from '../../../src/render/brand-style.ts';

const brand = (primary: string, accent = '#c8553d') => ({ id: 'b', name: 'B', colours: { primary, accent } });

function property(css: string, name: string): string {
  return new RegExp(`${name}:(#[0-9a-f]{6})[;}]`).exec(css)?.[1] ?? '';
}

function rgb(hex: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number]; // three by construction
}

describe('a brand on paper', () => {
  test('has the contrast that WCAG computes: 21 for black on white, 1 for white on white', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast([255, 255, 255], [255, 255, 255])).toBe(1);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2); // the well-known #777
  });

  test('keeps a dark colour as it is, with white words on it', () => {
    const css = brandProperties(brand('#12355b'));
    expect(property(css, '--brand')).toBe('#12355b');
    expect(property(css, '--brand-text')).toBe('#12355b');
    expect(property(css, '--brand-ink')).toBe('#ffffff');
  });

  test('puts dark words on a bright colour and darkens it where it is itself the words', () => {
    const css = brandProperties(brand('#ffd500'));
    expect(property(css, '--brand')).toBe('#ffd500');
    expect(property(css, '--brand-ink')).toBe('#111827');
    expect(contrast(rgb(property(css, '--brand-text')), [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
  });

  test('is readable whatever its colours are', () => {
    const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(colour, colour, (primary, accent) => {
        const css = brandProperties(brand(primary, accent));
        expect(contrast(rgb(property(css, '--brand-text')), [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
        expect(contrast(rgb(property(css, '--accent-text')), [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
        expect(contrast(rgb(property(css, '--brand-ink')), rgb(property(css, '--brand')))).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  test.each(['red', '#fff', '#12345g', 'red;}body{display:none}', '#12355b;x:url(http://192.0.2.9)'])(
    'is refused with a colour written as %s',
    (primary) => {
      expect(() => brandProperties(brand(primary))).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    },
  );
});
