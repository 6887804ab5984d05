import type { Predicate } from '../../model/signature.ts';
import { readNetwork } from './address.ts';
import { type Obstacle, rangesOf, valuesOf } from './language.ts';

// The expression language that Cloudflare's custom rules and Magic Firewall share.

/** A field of the language. `texts` has several values (a header may be sent twice); one that fits is enough. */
export type Field =
  | { readonly kind: 'text' | 'texts' | 'address' | 'country'; readonly name: string }
  | { readonly kind: 'number'; readonly name: string; readonly most: number };

/**
 * What cannot be seen could not be reviewed, and what stands for a lost byte (U+FFFD) would never match: controls, format and
 * bidi characters, lone surrogates, private use, line separators. `${` is shown broken everywhere, since a log on the way may
 * run it; a rule copied from the page would match something else.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\uFFFD]|\$\{/u;

/** A longer value is no name of anything; an equal one will hardly come again. */
const LONGEST_VALUE = 1_000;

/** A quoted string; `"` and `\` are the only characters that mean anything in it. */
export function quote(text: string): string | Obstacle {
  if (text.length > LONGEST_VALUE) return 'too-long';
  return UNSAFE.test(text) ? 'unsafe-value' : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** One condition as an expression, or why it cannot be one. */
export function compare(field: Field, condition: Predicate): string | Obstacle {
  switch (field.kind) {
    case 'text':
      return compareText(field.name, condition);
    case 'texts':
      return compareTexts(field.name, condition);
    case 'number':
      return compareNumber(field, condition);
    case 'address':
      return compareAddress(field.name, condition);
    case 'country':
      return compareCountry(field.name, condition);
    default:
      return field satisfies never;
  }
}

/** An absent text is the empty one. */
function compareText(name: string, condition: Predicate): string | Obstacle {
  if (condition.op === 'range') return 'no-comparison';
  const quoted = quoteAll(valuesOf(condition));
  if (typeof quoted === 'string') return quoted;
  const [value = '""'] = quoted;
  switch (condition.op) {
    case 'in':
      return quoted.length === 0 ? 'impossible-value' : `${name} in {${quoted.join(' ')}}`;
    case 'contains':
      return value === '""' ? 'impossible-value' : `${name} contains ${value}`;
    case 'startsWith':
      return value === '""' ? 'impossible-value' : `starts_with(${name}, ${value})`;
    default:
      return `${name} ${condition.op} ${value}`;
  }
}

/** A comparison with what is not there is false, so "absent or empty" is "none that is not empty". */
function compareTexts(name: string, condition: Predicate): string | Obstacle {
  if (condition.op === 'range') return 'no-comparison';
  const quoted = quoteAll(valuesOf(condition));
  if (typeof quoted === 'string') return quoted;
  const [value = '""'] = quoted;
  const isEmpty = value === '""';
  switch (condition.op) {
    case 'eq':
      return isEmpty ? `not any(${name}[*] ne "")` : `any(${name}[*] eq ${value})`;
    case 'ne':
      return isEmpty ? `any(${name}[*] ne "")` : `not any(${name}[*] eq ${value})`;
    case 'in':
      // An empty value in a set would have to match what is absent, too.
      return quoted.length === 0 || quoted.includes('""')
        ? 'impossible-value'
        : `any(${name}[*] in {${quoted.join(' ')}})`;
    case 'contains':
      return isEmpty ? 'impossible-value' : `any(${name}[*] contains ${value})`;
    case 'startsWith':
      return isEmpty ? 'impossible-value' : `any(starts_with(${name}[*], ${value}))`;
    default:
      return condition satisfies never;
  }
}

function compareNumber(field: Extract<Field, { kind: 'number' }>, condition: Predicate): string | Obstacle {
  const ranges = rangesOf(condition, field.most);
  if (typeof ranges === 'string') return ranges;
  const texts = ranges.map(([low, high]) => (low === high ? String(low) : `${low}..${high}`));
  const [first = ''] = texts;
  if (condition.op === 'ne') return `${field.name} ne ${first}`;
  return texts.length === 1 && !first.includes('..')
    ? `${field.name} eq ${first}`
    : `${field.name} in {${texts.join(' ')}}`;
}

/** `eq` takes one address; prefixes stand in a set. */
function compareAddress(name: string, condition: Predicate): string | Obstacle {
  if (condition.op !== 'eq' && condition.op !== 'ne' && condition.op !== 'in') return 'no-comparison';
  const networks = valuesOf(condition).map((value) => readNetwork(String(value)));
  if (networks.length === 0 || networks.some((network) => network === undefined)) return 'impossible-value';
  const texts = networks.flatMap((network) => network?.text ?? []);
  const [first = ''] = texts;
  const isOne = texts.length === 1 && !first.includes('/');
  if (condition.op === 'ne') return isOne ? `${name} ne ${first}` : `not ${name} in {${first}}`;
  return isOne ? `${name} eq ${first}` : `${name} in {${texts.join(' ')}}`;
}

/** Logs of requests write countries in small letters, the language in capitals. */
function compareCountry(name: string, condition: Predicate): string | Obstacle {
  if (condition.op !== 'eq' && condition.op !== 'ne' && condition.op !== 'in') return 'no-comparison';
  const codes = valuesOf(condition).map((value) => String(value).toUpperCase());
  if (codes.length === 0 || codes.some((code) => !/^[A-Z][A-Z0-9]$/.test(code))) return 'impossible-value';
  return condition.op === 'in'
    ? `${name} in {${codes.map((code) => `"${code}"`).join(' ')}}`
    : `${name} ${condition.op} "${codes[0]}"`;
}

function quoteAll(values: readonly (string | number | null)[]): string[] | Obstacle {
  const quoted: string[] = [];
  for (const value of values) {
    const text = quote(value === null ? '' : String(value));
    if (!text.startsWith('"')) return text as Obstacle; // the only other thing that quote returns
    quoted.push(text);
  }
  return quoted;
}

/** Longest expression that the place takes, in characters. */
const LONGEST_EXPRESSION = 4096;

/** Conditions one below the other, so that a long expression is read and reviewed line by line. */
export function conjunction(parts: readonly string[]): readonly string[] | Obstacle {
  const lines = parts.map(
    (part, index) => `${index === 0 ? '(' : ' and '}${part}${index === parts.length - 1 ? ')' : ''}`,
  );
  return lines.join('\n').length > LONGEST_EXPRESSION ? 'too-long' : lines;
}
