import type { Brand } from '../config/config.ts';
import { ReportError } from '../errors.ts';

type Rgb = readonly [number, number, number];

/** WCAG 2 contrast that small text must have against its ground. */
const TEXT_CONTRAST = 4.5;
const WHITE: Rgb = [255, 255, 255];
/** Words on a bright band, best looking first; on any colour either white or black has a contrast of 4.5. */
const WORDS: readonly Rgb[] = [WHITE, [17, 24, 39], [0, 0, 0]];

/**
 * The brand as CSS custom properties, and nothing else of it: a brand never brings its own rules. Colours that would be
 * unreadable are darkened step by step until they are; a colour that is not `#rrggbb` is refused.
 */
export function brandProperties(brand: Brand): string {
  const primary = parseColour(brand, 'primary');
  const accent = parseColour(brand, 'accent');
  const properties: readonly (readonly [string, Rgb])[] = [
    ['--brand', primary],
    ['--brand-ink', WORDS.find((words) => contrast(primary, words) >= TEXT_CONTRAST) ?? WHITE],
    ['--brand-text', darkenUntilReadable(primary)],
    ['--brand-tint', mix(primary, WHITE, 0.94)],
    ['--accent', accent],
    ['--accent-text', darkenUntilReadable(accent)],
  ];
  return `:root{${properties.map(([name, colour]) => `${name}:${toHex(colour)}`).join(';')}}`;
}

function parseColour(brand: Brand, role: 'primary' | 'accent'): Rgb {
  const match = /^#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})$/.exec(brand.colours[role]);
  if (!match)
    throw new ReportError('config-invalid', `brand ${brand.id}: the ${role} colour is not written like #0a3d62`, {
      where: { field: `colours.${role}` },
    });
  return [channel(match[1]), channel(match[2]), channel(match[3])];
}

function channel(hex: string | undefined): number {
  return Number.parseInt(hex ?? '0', 16);
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [bright, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((bright ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function darkenUntilReadable(colour: Rgb): Rgb {
  let readable = colour;
  while (contrast(readable, WHITE) < TEXT_CONTRAST) readable = mix(readable, [0, 0, 0], 0.08);
  return readable;
}

/** `share` of `b` mixed into `a`, 0 to 1. */
function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const blend = (i: 0 | 1 | 2) => Math.round(a[i] * (1 - share) + b[i] * share);
  return [blend(0), blend(1), blend(2)];
}

function toHex(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
