import type { Unit } from '../model/measure.ts';
import type { Noun } from '../model/phrase.ts';
import { noun } from '../model/say.ts';
import { decimalsFor, NO_BREAK_SPACE } from './digits.ts';
import { speakerOf } from './speaker.ts';
import type { Voice } from './voice.ts';

/** How a unit is written: `symbol` joins the SI prefix (`Gbps`), a `noun` stands behind it (`450 k requests`). */
type UnitName =
  | { readonly style: 'symbol'; readonly symbol: string }
  | { readonly style: 'noun'; readonly noun?: Noun };

const UNIT_NAMES = {
  requests: { style: 'noun', noun: noun('request', 'requests') },
  packets: { style: 'noun', noun: noun('packet', 'packets') },
  connections: { style: 'noun', noun: noun('connection', 'connections') },
  queries: { style: 'noun', noun: noun('query', 'queries') },
  events: { style: 'noun', noun: noun('event', 'events') },
  count: { style: 'noun' },
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

/** A number that no language counts in another form than most. */
const MANY = 100;

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Whether all digits of a number in this unit mean something to a reader (412,301 requests), or only the leading ones (1.23 Gbps). */
export function isCountUnit(unit: ScaledUnit): boolean {
  return UNIT_NAMES[unit].style === 'noun';
}

/** 10^3n by which values of about `largest` are divided, with its prefix. `largest` is taken as rounded to three voice. */
export function siScale(largest: number): { readonly divisor: number; readonly prefix: string } {
  const rounded = Math.abs(Number(largest.toPrecision(3)));
  let index = 0;
  while (index < PREFIXES.length - 1 && rounded >= 1_000 ** (index + 1)) index += 1;
  return { divisor: 1_000 ** index, prefix: PREFIXES[index] ?? '' };
}

/** The unit of `value` with a prefix: `Gbps`, `k requests`, `k`, ``. */
export function unitText(voice: Voice, unit: ScaledUnit, prefix: string, value: number): string {
  const name: UnitName = UNIT_NAMES[unit];
  if (name.style === 'symbol') return `${prefix}${name.symbol}`;
  const counted = name.noun ? voice.noun(value, name.noun) : '';
  return [prefix, counted].filter((part) => part !== '').join(NO_BREAK_SPACE);
}

/** The noun of a count, `requests`; for other units the symbol without prefix. */
export function unitNoun(voice: Voice, unit: ScaledUnit): string {
  return unitText(voice, unit, '', MANY);
}

/**
 * A number with SI prefix, rounded to `significant` digits: `1.23 Gbps`, `412 k requests`, `1 request`. Whole numbers
 * below 1,000 keep to their digits; `padded` keeps the zeros that state the rounding (`1.20 Gbps`).
 */
export function writeScaled(
  voice: Voice,
  value: number,
  unit: ScaledUnit,
  options: { readonly significant?: number; readonly padded?: boolean; readonly noun?: boolean } = {},
): string {
  const significant = options.significant ?? 3;
  const rounded = Number(value.toPrecision(significant));
  const { divisor, prefix } = siScale(rounded);
  const scaled = rounded / divisor;
  const decimals = divisor === 1 && Number.isInteger(value) ? 0 : decimalsFor(scaled, significant);
  const number = options.padded ? voice.fixed(scaled, decimals) : voice.upTo(scaled, decimals);
  const name = options.noun === false && isCountUnit(unit) ? prefix : unitText(voice, unit, prefix, value);
  return name === '' ? number : `${number}${NO_BREAK_SPACE}${name}`;
}

/** Every digit, with separators: `412,301 requests`, `1,234,567,890 bps`. Decimals only below 1,000, at most three. */
export function writeExact(voice: Voice, value: number, unit: ScaledUnit): string {
  const number = voice.upTo(value, Math.abs(value) >= 1_000 ? 0 : Math.min(3, decimalsFor(value, 4)));
  const name = unitText(voice, unit, '', value);
  return name === '' ? number : `${number}${NO_BREAK_SPACE}${name}`;
}

/** What units are called in a language when they are counted, in any of its forms, by their words. */
export function unitNouns(locale: string): ReadonlyMap<string, Unit> {
  const speaker = speakerOf(locale);
  return new Map(
    Object.entries(UNIT_NAMES).flatMap(([unit, name]: [string, UnitName]) => {
      if (name.style === 'symbol' || !name.noun) return [];
      const { noun: counted } = name;
      return FORMS.map((value) => [speaker.noun(value, counted), unit as Unit] as const);
    }),
  );
}

/** Numbers that between them ask for every form that a language has. */
const FORMS = [0, 1, 2, 3, 5, 11, 100, 1.5, 1_000_000];
