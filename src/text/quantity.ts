import type { Unit } from '../model/measure.ts';
import { type Digits, decimalsFor, NO_BREAK_SPACE } from './digits.ts';

/** How a unit is written: `symbol` joins the SI prefix (`Gbps`), a `noun` stands behind it (`450 k requests`). */
type UnitName =
  | { readonly style: 'symbol'; readonly symbol: string }
  | { readonly style: 'noun'; readonly one: string; readonly many: string };

const UNIT_NAMES = {
  requests: noun('request'),
  packets: noun('packet'),
  connections: noun('connection'),
  queries: { style: 'noun', one: 'query', many: 'queries' },
  events: noun('event'),
  count: { style: 'noun', one: '', many: '' },
  bytes: { style: 'symbol', symbol: 'B' },
  bits: { style: 'symbol', symbol: 'bit' },
  'requests/s': { style: 'symbol', symbol: 'rps' },
  'packets/s': { style: 'symbol', symbol: 'pps' },
  'connections/s': { style: 'symbol', symbol: 'cps' },
  'queries/s': { style: 'symbol', symbol: 'qps' },
  'events/s': { style: 'symbol', symbol: 'eps' },
  'bits/s': { style: 'symbol', symbol: 'bps' },
} as const satisfies Record<ScaledUnit, UnitName>;

/** Units that take SI prefixes; lengths of time and shares have writers of their own. */
export type ScaledUnit = Exclude<Unit, 'ms' | 'share'>;

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

function noun(one: string): UnitName {
  return { style: 'noun', one, many: `${one}s` };
}

/** Whether all digits of a number in this unit mean something to a reader (412,301 requests), or only the leading ones (1.23 Gbps). */
export function isCountUnit(unit: ScaledUnit): boolean {
  return UNIT_NAMES[unit].style === 'noun';
}

/** 10^3n by which values of about `largest` are divided, with its prefix. `largest` is taken as rounded to three digits. */
export function siScale(largest: number): { readonly divisor: number; readonly prefix: string } {
  const rounded = Math.abs(Number(largest.toPrecision(3)));
  let index = 0;
  while (index < PREFIXES.length - 1 && rounded >= 1_000 ** (index + 1)) index += 1;
  return { divisor: 1_000 ** index, prefix: PREFIXES[index] ?? '' };
}

/** The unit with a prefix: `Gbps`, `k requests`, `k`, ``. */
export function unitText(unit: ScaledUnit, prefix: string, singular = false): string {
  const name: UnitName = UNIT_NAMES[unit];
  if (name.style === 'symbol') return `${prefix}${name.symbol}`;
  return [prefix, singular ? name.one : name.many].filter((part) => part !== '').join(NO_BREAK_SPACE);
}

/** The noun of a count, `requests`; for other units the symbol without prefix. */
export function unitNoun(unit: ScaledUnit): string {
  return unitText(unit, '');
}

/**
 * A number with SI prefix, rounded to `significant` digits: `1.23 Gbps`, `412 k requests`, `1 request`. Whole numbers
 * below 1,000 keep to their digits; `padded` keeps the zeros that state the rounding (`1.20 Gbps`).
 */
export function writeScaled(
  digits: Digits,
  value: number,
  unit: ScaledUnit,
  options: { readonly significant?: number; readonly padded?: boolean; readonly noun?: boolean } = {},
): string {
  const significant = options.significant ?? 3;
  const rounded = Number(value.toPrecision(significant));
  const { divisor, prefix } = siScale(rounded);
  const scaled = rounded / divisor;
  const decimals = divisor === 1 && Number.isInteger(value) ? 0 : decimalsFor(scaled, significant);
  const number = options.padded ? digits.fixed(scaled, decimals) : digits.upTo(scaled, decimals);
  const name = options.noun === false && isCountUnit(unit) ? prefix : unitText(unit, prefix, value === 1);
  return name === '' ? number : `${number}${NO_BREAK_SPACE}${name}`;
}

/** Every digit, with separators: `412,301 requests`, `1,234,567,890 bps`. Decimals only below 1,000, at most three. */
export function writeExact(digits: Digits, value: number, unit: ScaledUnit): string {
  const number = digits.upTo(value, Math.abs(value) >= 1_000 ? 0 : Math.min(3, decimalsFor(value, 4)));
  const name = unitText(unit, '', value === 1);
  return name === '' ? number : `${number}${NO_BREAK_SPACE}${name}`;
}
