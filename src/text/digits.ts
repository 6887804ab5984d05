import { ReportError } from '../errors.ts';

/** Writes numbers with the separators of one locale, always in Latin digits. */
export interface Digits {
  /** With exactly so many decimals (0 to 9). */
  fixed(value: number, decimals: number): string;
  /** With at most so many decimals, trailing zeros dropped. */
  upTo(value: number, decimals: number): string;
}

export const NO_BREAK_SPACE = '\u00A0';
export const MINUS = '\u2212';
export const NARROW_NO_BREAK_SPACE = '\u202F';

/** Throws `config-invalid` for a locale that is not a BCP 47 tag. */
export function createDigits(locale: string): Digits {
  const tag = latinLocale(locale);
  const formats = new Map<string, Intl.NumberFormat>();
  const format = (value: number, least: number, most: number): string => {
    if (!Number.isFinite(value)) throw new ReportError('section-failed', `${value} cannot be written as a number`);
    const key = `${least}-${most}`;
    let known = formats.get(key);
    if (!known) {
      known = new Intl.NumberFormat(tag, { minimumFractionDigits: least, maximumFractionDigits: most });
      formats.set(key, known);
    }
    const text = known.format(value === 0 ? 0 : value); // -0 has no meaning to a reader
    return value < 0 ? text.replace('-', MINUS) : text;
  };
  return {
    fixed: (value, decimals) => format(value, decimals, decimals),
    upTo: (value, decimals) => format(value, 0, decimals),
  };
}

/** The locale with Latin digits, so that a number in any language can be read by every colleague and checked by a program. */
export function latinLocale(locale: string): string {
  try {
    return new Intl.Locale(locale, { numberingSystem: 'latn' }).toString();
  } catch (cause) {
    throw new ReportError('config-invalid', `locale "${locale}" is not a BCP 47 language tag such as en-GB`, { cause });
  }
}

/** Number of decimals that leaves `significant` digits of `value` (0 to 9); no decimals for zero. */
export function decimalsFor(value: number, significant: number): number {
  if (value === 0) return 0;
  const exponent = Number(
    Math.abs(value)
      .toExponential(significant - 1)
      .split('e')[1],
  );
  return Math.min(9, Math.max(0, significant - 1 - exponent));
}

/** Rounded to `significant` digits: to the nearest, or outward as the bound of an interval. Zero stays zero. */
export function roundTo(value: number, significant: number, direction: 'nearest' | 'down' | 'up' = 'nearest'): number {
  const nearest = Number(value.toPrecision(significant));
  if (direction === 'nearest' || value === 0) return nearest;
  if (direction === 'down' ? nearest <= value : nearest >= value) return nearest;
  const step = 10 ** (Number(value.toExponential(significant - 1).split('e')[1]) - significant + 1);
  return Number((direction === 'down' ? nearest - step : nearest + step).toPrecision(significant));
}
