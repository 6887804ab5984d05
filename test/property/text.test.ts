import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measure, Unit } from '../../src/model/measure.ts';
import type { Inline } from '../../src/model/phrase.ts';
import { createWriter, defang, visible } from '../../src/text/text.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'Europe/Berlin' });

/** What must never reach a reader, written again from the Unicode tables and not from our own expression. */
const FORBIDDEN_RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xffff],
  [0xe0000, 0x10ffff],
];
const forbidden = (text: string): string[] =>
  [...text].filter((character) => {
    const point = character.codePointAt(0) ?? 0;
    return FORBIDDEN_RANGES.some(([from, to]) => point >= from && point <= to);
  });

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom('\u202E', '\uD800', '\uDC00', '.', 'a', 'evil', 'http', '://', '$', '{', 'jndi', '\n', '7', '@'),
      {
        maxLength: 60,
      },
    )
    .map((parts) => parts.join('')),
);

const PREFIXES = new Map([...' kMGTPE'].map((prefix, index) => [prefix.trim(), 1_000 ** index]));

/** Reads `1.23 Gbps` back. */
function read(text: string, symbol: string): number {
  const match = /^(-?[\d.,]+)(?:\u00A0(.*))?$/u.exec(text);
  const prefix = (match?.[2] ?? '').replace(new RegExp(`${symbol}$`, 'u'), '').trim();
  return Number((match?.[1] ?? '').replaceAll(',', '')) * (PREFIXES.get(prefix) ?? Number.NaN);
}

const positive = fc.double({ min: 1e-3, max: 1e17, noNaN: true });
const counted = (value: number, unit: Unit): Measure => ({ value, unit, kind: 'counted', evidence: [] });

describe('numbers', () => {
  it('come back from a compact text within half a unit of the third digit', () => {
    fc.assert(
      fc.property(positive, (value) => {
        const back = read(writer.measure(counted(value, 'bits/s'), 'compact'), 'bps');
        expect(Math.abs(back - value)).toBeLessThanOrEqual(value * 0.005 * (1 + 1e-9));
      }),
    );
  });

  it('come back exactly when every digit is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e15 }), (value) => {
        expect(read(writer.measure(counted(value, 'count')), '')).toBe(value);
        expect(Number(writer.integer(value).replaceAll(',', ''))).toBe(value);
      }),
    );
  });

  it('keep their order as quantities', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(read(writer.quantity(low, 'packets/s'), 'pps')).toBeLessThanOrEqual(
          read(writer.quantity(high, 'packets/s'), 'pps'),
        );
      }),
    );
  });

  it('lie inside the range that is printed for them', () => {
    const bounds = fc.tuple(positive, positive).map(([a, b]) => ({ lower: Math.min(a, b), upper: Math.max(a, b) }));
    fc.assert(
      fc.property(bounds, (interval) => {
        fc.pre(interval.lower < interval.upper);
        const text = writer.measure(
          { value: interval.lower, unit: 'count', kind: 'estimated', sampleCount: 50, interval, evidence: [] },
          'range',
        );
        const [lower, upper] = text
          .replace('between ', '')
          .split(' and ')
          .map((part) => read(part, ''));
        expect(lower).toBeLessThanOrEqual(interval.lower);
        expect(upper).toBeGreaterThanOrEqual(interval.upper);
      }),
    );
  });

  it('as shares never claim all or nothing falsely and keep their order', () => {
    const rank = (text: string): number => {
      const number = Number(text.replace(/[^\d.]/gu, ''));
      return text.startsWith('<') ? number - 0.05 : text.startsWith('>') ? number + 0.005 : number;
    };
    const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1e-3, noNaN: true }));
    fc.assert(
      fc.property(share, share, (a, b) => {
        for (const value of [a, 1 - b]) {
          const text = writer.share(value);
          if (value !== 0) expect(text).not.toMatch(/^0(\.0+)?\u202F%$/u);
          if (value !== 1) expect(text).not.toMatch(/^100/u);
        }
        expect(rank(writer.share(Math.min(a, b)))).toBeLessThanOrEqual(rank(writer.share(Math.max(a, b))));
      }),
    );
  });
});

describe('text from input', () => {
  it('never shows a forbidden code point, as a label of any role or as wording', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('name', 'indicator', 'code'), (value, role) => {
        const pieces: readonly Inline[] = [
          { kind: 'label', value, role },
          value,
          { kind: 'missing', reason: value },
          { kind: 'count', value: 2, one: value, many: value },
        ];
        expect(forbidden(writer.phrase(pieces))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is never longer than 160 characters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(text).length).toBeLessThanOrEqual(160);
      }),
    );
  });

  it('is unchanged when shown a second time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(visible(text))).toBe(visible(text));
        expect(defang(defang(text))).toBe(defang(text));
      }),
      { numRuns: 300 },
    );
  });

  it('holds no live link and no lookup once defanged', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = writer.label(text, 'indicator');
        expect(shown).not.toMatch(/https?:\/\//iu);
        expect(shown).not.toContain('$' + '{');
        expect(shown).not.toMatch(/(?<![\d.\p{L}])(?<!\p{L}\/)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.\p{L}])/u);
      }),
      { numRuns: 300 },
    );
  });
});
