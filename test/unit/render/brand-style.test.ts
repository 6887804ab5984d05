import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contrast } from '../../../src/model/colour.ts';
import { brandProperties } from '../../../src/render/brand-style.ts';

const brand = (primary: string, accent = '#c8553d') => ({ id: 'b', name: 'B', colours: { primary, accent } });

type Properties = ReturnType<typeof brandProperties>;

function property(properties: Properties, name: `--${string}`): string {
  return properties.get(name) ?? '';
}

describe('a brand on paper', () => {
  test('keeps a dark colour as it is, with white words on it', () => {
    const properties = brandProperties(brand('#12355b'));
    expect(property(properties, '--brand')).toBe('#12355b');
    expect(property(properties, '--brand-text')).toBe('#12355b');
    expect(property(properties, '--brand-ink')).toBe('#ffffff');
  });

  test('puts dark words on a bright colour and darkens it where it is itself the words', () => {
    const properties = brandProperties(brand('#ffd500'));
    expect(property(properties, '--brand')).toBe('#ffd500');
    expect(property(properties, '--brand-ink')).toBe('#111827');
    expect(contrast(property(properties, '--brand-text'), '#ffffff')).toBeGreaterThanOrEqual(4.5);
  });

  test('is readable whatever its colours are', () => {
    const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(colour, colour, (primary, accent) => {
        const properties = brandProperties(brand(primary, accent));
        expect(contrast(property(properties, '--brand-text'), '#ffffff')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(property(properties, '--brand-ink'), property(properties, '--brand'))).toBeGreaterThanOrEqual(
          4.5,
        );
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
