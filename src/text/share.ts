import type { Interval } from '../model/measure.ts';
import { say } from '../model/say.ts';
import { type Digits, NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE } from './digits.ts';
import type { Voice } from './voice.ts';

const PERCENT = `${NARROW_NO_BREAK_SPACE}%`;

/**
 * A share of 0 to 1 as per cent with one decimal: `91.3 %`. Only a true 0 and a true 1 are `0 %` and `100 %`: what would
 * round there is written `< 0.1 %`, `99.96 %` or `> 99.99 %`. Values above 1 (a growth) are written like any other.
 */
export function writeShare(digits: Digits, value: number): string {
  if (value < 0) return value > -0.001 ? above(digits.fixed(-0.1, 1)) : percent(digits, value, 1);
  if (value === 0 || value === 1) return percent(digits, value, 0);
  if (value < 0.001) return below(digits.fixed(0.1, 1));
  if (value > 1 && value < 1.001) return above(digits.fixed(100, 0));
  if (value < 0.999 || value > 1) return percent(digits, value, 1);
  return value > 0.9999 ? above(digits.fixed(99.99, 2)) : percent(digits, value, 2);
}

/** `< 0.1 %` and `> 99.99 %` as running text says them: `less than 0.1 %`, `more than 99.99 %`. */
export function inWords(voice: Voice, share: string): string {
  const [, sign, bound] = /^([<>])\u00A0(.*)$/u.exec(share) ?? [];
  if (bound === undefined) return share;
  return voice.say(sign === '<' ? say`less than ${[bound]}` : say`more than ${[bound]}`);
}

/** An interval that says no more than "hardly any" or "nearly all", by its outer bound; undefined for every other one. */
export function writeExtreme(digits: Digits, { lower, upper }: Interval): string | undefined {
  if (upper < 0.001) return below(digits.fixed(0.1, 1));
  if (lower >= 0.9999) return above(digits.fixed(99.99, 2));
  return lower >= 0.999 ? above(digits.fixed(99.9, 1)) : undefined;
}

function below(number: string): string {
  return `<${NO_BREAK_SPACE}${number}${PERCENT}`;
}

function above(number: string): string {
  return `>${NO_BREAK_SPACE}${number}${PERCENT}`;
}

/** A share with up to four decimals of a per cent, for tables of exact values. */
export function writeExactShare(digits: Digits, value: number): string {
  const text = digits.upTo(value * 100, 4);
  const lost = (value !== 0 && text === digits.upTo(0, 4)) || (value !== 1 && text === digits.upTo(100, 4));
  return lost ? writeShare(digits, value) : `${text}${PERCENT}`;
}

/**
 * The bounds of an interval, rounded outward by at most a fifth of its width (one to four decimals of a per cent), so that
 * what is printed holds what was computed. As bounds, `0 %` and `100 %` claim nothing.
 */
export function writeShareBounds(digits: Digits, { lower, upper }: Interval): readonly [string, string] {
  const width = (upper - lower) * 100;
  const decimals = width > 0 ? Math.min(4, Math.max(1, Math.ceil(-Math.log10(width / 5)))) : 1;
  const outward = (share: number, round: (scaled: number) => number): string => {
    if (share === 0 || share === 1) return percent(digits, share, 0);
    const factor = 10 ** (decimals + 2);
    return percent(digits, round(tidy(share * factor)) / factor, decimals);
  };
  return [outward(lower, Math.floor), outward(upper, Math.ceil)];
}

/** Twelve digits: 0.29 times 100 is 28.999999999999996 in binary, and rounding down must not make 28 of it. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function percent(digits: Digits, value: number, decimals: number): string {
  return `${digits.fixed(tidy(value * 100), decimals)}${PERCENT}`;
}
