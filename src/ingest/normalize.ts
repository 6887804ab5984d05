import { tzOffset } from '@date-fns/tz';
import ipaddr from 'ipaddr.js';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { Disposition, Layer, MitigationSystem } from '../model/traffic.ts';
import { foldName, HTTP_ACTIONS, NETWORK_OUTCOMES, SYSTEMS, TRANSPORTS } from './vocabulary.ts';

/** Texts that stand for "not known" in one source or another. Zero is not among them: whether 0 is a value depends on the field. */
const BLANK_TEXTS: ReadonlySet<string> = new Set(['', '-', 'n/a', 'null', 'none', 'undefined', 'unknown']);

/** Trimmed text, or undefined when the source wrote one of its words for "not known" (`''`, `-`, `unknown`, …). Numbers become text. */
export function toText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  return BLANK_TEXTS.has(text.toLowerCase()) ? undefined : text;
}

/**
 * What an action or outcome did, never what a system thought. `source` is the product that acted: a block by a rate limiting
 * product is `rate_limited`. Blank and unlisted words are `unknown`.
 */
export function toDisposition(
  action: string | undefined,
  context: { readonly layer: Layer; readonly source?: string | undefined },
): Disposition {
  const words = context.layer === 'http' ? HTTP_ACTIONS : NETWORK_OUTCOMES;
  const disposition = lookUp(words, action) ?? 'unknown';
  return disposition === 'blocked' && toSystem(context.source) === 'rate-limiting' ? 'rate_limited' : disposition;
}

/** The product that acted; `other` for a name that is not in the table, undefined when no name is given. */
export function toSystem(source: string | undefined): MitigationSystem | undefined {
  return toText(source) === undefined ? undefined : (lookUp(SYSTEMS, source) ?? 'other');
}

function lookUp<T>(table: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  const key = foldName(name ?? '');
  // Own keys only: `constructor` is a word like any other.
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Names that the list of region names does not have in this form. */
const COUNTRY_NAMES: Readonly<Record<string, string>> = {
  unitedstatesofamerica: 'US',
  usa: 'US',
  uk: 'GB',
  greatbritain: 'GB',
  russianfederation: 'RU',
  koreasouth: 'KR',
  korearepublicof: 'KR',
  republicofkorea: 'KR',
  koreanorth: 'KP',
  iranislamicrepublicof: 'IR',
  vietnam: 'VN',
  czechrepublic: 'CZ',
  hongkong: 'HK',
  macau: 'MO',
  macao: 'MO',
  taiwanprovinceofchina: 'TW',
  moldovarepublicof: 'MD',
  syrianarabrepublic: 'SY',
  tanzaniaunitedrepublicof: 'TZ',
  venezuelabolivarianrepublicof: 'VE',
  boliviaplurinationalstateof: 'BO',
  laopeoplesdemocraticrepublic: 'LA',
  turkey: 'TR',
  myanmar: 'MM',
  burma: 'MM',
  ivorycoast: 'CI',
  palestine: 'PS',
  swaziland: 'SZ',
  thenetherlands: 'NL',
};

/** Codes that name a region or nothing. */
const NO_COUNTRIES: ReadonlySet<string> = new Set(['ZZ', 'XX', 'XA', 'XB', 'EU', 'EZ', 'UN', 'QO']);

let regionCodes: ReadonlyMap<string, string> | undefined;

/** English name → code, for every ISO 3166-1 alpha-2 code that the runtime knows. Built once; it depends on nothing of a case. */
function codesByName(): ReadonlyMap<string, string> {
  if (regionCodes) return regionCodes;
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = new Map<string, string>(Object.entries(COUNTRY_NAMES));
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    if (currentRegion(code) !== code) continue; // East Germany is called Germany too
    const name = names.of(code);
    if (name !== undefined && !NO_COUNTRIES.has(code) && !codes.has(foldName(name))) codes.set(foldName(name), code);
  }
  regionCodes = codes;
  return codes;
}

/** The code in force for a code that was withdrawn or is only customary: `DD` is `DE`, `UK` is `GB`. */
function currentRegion(code: string): string {
  return new Intl.Locale(`und-${code}`).region ?? code.toUpperCase();
}

/** Two letters that stand for another country than they say, or for none (null): `UK` is `GB`, `EU` is no country. */
export function changedCountryCodes(): ReadonlyMap<string, string | null> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return new Map(
    codes.flatMap((code) => {
      const country = toCountry(code) ?? null;
      return country === code ? [] : [[code, country] as const];
    }),
  );
}

/**
 * ISO 3166-1 alpha-2 code in upper case, from a code in any case or an English name (`us`, `IR`, `United States`).
 * Undefined for blanks, for codes of no country (`XX`, `T1`) and for names that are not known.
 */
export function toCountry(value: unknown): string | undefined {
  const text = toText(value);
  if (text === undefined) return undefined;
  if (text.length === 2)
    return /^[A-Za-z]{2}$/.test(text) && !NO_COUNTRIES.has(text.toUpperCase()) ? currentRegion(text) : undefined;
  return codesByName().get(foldName(text));
}

/** Number of an autonomous system as decimal text, from `64500`, `"64500"` or `AS64500`. AS 0 is reserved: not known. */
export function toAsn(value: unknown): string | undefined {
  const digits = /^(?:AS\s*)?(\d{1,10})$/i.exec(toText(value) ?? '')?.[1];
  const number = digits === undefined ? 0 : Number(digits);
  return number >= 1 && number <= 0xffff_ffff ? String(number) : undefined;
}

/** Port 1 to 65535 as text; 0 and anything else is not known. */
export function toPort(value: unknown): string | undefined {
  const text = toText(value);
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
    ? String(Number(text))
    : undefined;
}

/** Address in its canonical form (RFC 5952 for IPv6, IPv4 in four decimals); undefined when it is not an address. */
export function toAddress(value: unknown): string | undefined {
  const text = toText(value);
  if (text === undefined) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString();
  if (!ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** Protocol name in lower case from a name or an IANA number: `TCP`, `6` → `tcp`. */
export function toTransport(value: unknown): string | undefined {
  const text = toText(value);
  return text === undefined ? undefined : (lookUp(TRANSPORTS, text) ?? text.toLowerCase());
}

/** Non-negative integer of at most 2^53 − 1 from a number or decimal text; undefined for anything else. */
export function toCount(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d{1,16}$/.test(value.trim())) return undefined;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** An instant as a source wrote it. */
export interface ReadTime {
  /** Epoch ms, UTC. */
  readonly at: number;
  /** How exact it was written: 1, 1 000, 60 000 or 86 400 000 ms. */
  readonly precisionMs: number;
  /** True when neither the text nor the input named a zone, so that UTC was assumed. */
  readonly assumedZone: boolean;
  /** A local time that the clocks skipped or showed twice; `at` is then the instant under the earlier offset. */
  readonly clock?: 'skipped' | 'ambiguous';
}

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const ISO_TIME =
  /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * Reads a time as number or text: RFC 3339 with any fraction, offsets with or without colon, `2022-05-07 18:53:12`, unix time
 * in s, ms, µs or ns (told apart by size) as integer, fraction or text. A time without a zone is in `timeZone`, else UTC.
 * Undefined when it cannot be read or lies outside 2000–2099, so that epoch 0 and other sentinels are not known.
 */
export function toEpochMs(
  value: unknown,
  options: { readonly timeZone?: string | undefined } = {},
): ReadTime | undefined {
  if (value instanceof Date) return checked({ at: value.getTime(), precisionMs: 1, assumedZone: false });
  if (typeof value === 'bigint') return fromUnix(value.toString());
  if (typeof value === 'number') return Number.isFinite(value) ? fromUnix(plainDigits(value)) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return /^\d/.test(text) && !text.includes('-') && !text.includes('/')
    ? fromUnix(text)
    : fromText(text, options.timeZone);
}

/** Decimal digits of a number without exponent; times fit well below 1e21. */
function plainDigits(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

function fromUnix(text: string): ReadTime | undefined {
  const parts = /^(\d{9,20})(?:\.(\d{1,9})\d*)?$/.exec(text);
  if (!parts) return undefined;
  const digits = parts[1] ?? '';
  const fraction = (parts[2] ?? '').padEnd(3, '0').slice(0, 3);
  // 10 digits are seconds until the year 2286; each three digits more is the next smaller unit.
  if (digits.length <= 10) {
    return checked({
      at: Number(digits) * SECOND_MS + Number(fraction),
      precisionMs: parts[2] === undefined ? SECOND_MS : 1,
      assumedZone: false,
    });
  }
  const surplus = digits.length <= 13 ? 0 : digits.length <= 16 ? 3 : 6;
  return checked({ at: Number(digits.slice(0, digits.length - surplus)), precisionMs: 1, assumedZone: false });
}

function fromText(text: string, timeZone: string | undefined): ReadTime | undefined {
  const parts = ISO_TIME.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = parts;
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
    Number((fraction ?? '').padEnd(3, '0').slice(0, 3)),
  );
  if (!isCalendarTime(parts)) return undefined;
  const precisionMs =
    fraction !== undefined ? 1 : second !== undefined ? SECOND_MS : hour !== undefined ? MINUTE_MS : DAY_MS;
  if (zone !== undefined) return checked({ at: at - offsetOf(zone), precisionMs, assumedZone: false });
  if (timeZone === undefined) return checked({ at, precisionMs, assumedZone: true });
  return checked({ ...fromLocal(at, timeZone), precisionMs, assumedZone: false });
}

/** `Date.UTC` rolls 31 February over; a log that says so is wrong. Second 60 is a leap second and rolls on purpose. */
function isCalendarTime(parts: RegExpExecArray): boolean {
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth &&
    Number(parts[4] ?? 0) <= 23 &&
    Number(parts[5] ?? 0) <= 59 &&
    Number(parts[6] ?? 0) <= 60
  );
}

function offsetOf(zone: string): number {
  if (/^[a-z]/i.test(zone)) return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}

/** The instant of a wall clock reading, given as if it were UTC. */
function fromLocal(wall: number, timeZone: string): Pick<ReadTime, 'at' | 'clock'> {
  const offsetAt = (instant: number) => tzOffset(timeZone, new Date(instant)) * MINUTE_MS;
  // Offsets change at most once within a day of the reading; the two sides give every candidate.
  const before = offsetAt(wall - DAY_MS);
  const after = offsetAt(wall + DAY_MS);
  const candidates = [...new Set([before, after])].filter((offset) => offsetAt(wall - offset) === offset);
  const clock = candidates.length === 0 ? 'skipped' : candidates.length > 1 ? 'ambiguous' : undefined;
  return { at: wall - (candidates[0] ?? before), ...(clock && { clock }) };
}

function checked(time: ReadTime): ReadTime | undefined {
  return time.at >= EARLIEST && time.at < LATEST ? time : undefined;
}
