import type { Message } from '../../model/phrase.ts';
import type { Predicate } from '../../model/signature.ts';
import type { Layer } from '../../model/traffic.ts';

/** More values than this are no signature but a list, and belong into one. */
export const LARGEST_SET = 50;

/** Why a condition cannot be said in a language. A rule that cannot be said whole is not proposed at all: it would match more. */
export type Obstacle =
  /** The language has no such field. */
  | 'no-field'
  /** It has the field, but not this comparison of it. */
  | 'no-comparison'
  | 'too-many-values'
  /** A character that cannot be shown, or that was lost when the log was written. */
  | 'unsafe-value'
  /** Not of the form that the field has: an address that is none, a port above 65535. */
  | 'impossible-value'
  /** Zero and "other than" are also true of packets that have no such field; the rule must name the protocol. */
  | 'needs-protocol'
  | 'mixed-families'
  | 'too-long'
  /** Nothing says whose traffic it is about. */
  | 'no-scope'
  /** It is about nothing but the target: it would stop everybody. */
  | 'only-target';

export interface Refusal {
  /** Field of the source. Absent when the rule as a whole is at fault. */
  readonly field?: string;
  readonly obstacle: Obstacle;
}

/** What a language is asked to say. */
interface RuleRequest {
  /** `INC-4821-S1`: letters, digits, dots, underscores, hyphens. */
  readonly name: string;
  /** All must hold, the scope among them. */
  readonly conditions: readonly Predicate[];
}

/** The same rule twice: one that only watches, to begin with, and one that acts. Lines, without line breaks in them. */
export interface RuleText {
  readonly watch: readonly string[];
  readonly enforce: readonly string[];
}

type Rendering = RuleText | { readonly refusals: readonly Refusal[] };

/** A place that rules go to. */
export interface RuleLanguage {
  readonly id: 'cloudflare' | 'magic-firewall' | 'nftables' | 'iptables' | 'flowspec';
  /** `Cloudflare custom rule`. */
  readonly name: Message;
  readonly layer: Layer;
  /** File of the report folder: `rules/cloudflare.txt`. */
  readonly file: string;
  /** How a comment begins. */
  readonly comment: string;
  /** Whether the place takes one rule at a time, or the whole file. */
  readonly takes: 'rule' | 'file';
  /** What stands before and after the rules of a file. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** How to put it in place, watching first. Our own words; no numbers. */
  readonly advice: Message;
  render(request: RuleRequest): Rendering;
}

/** Translates every condition, or says of every one that cannot be why. */
export function translateAll<T>(
  conditions: readonly Predicate[],
  translate: (condition: Predicate) => T | Obstacle,
): { readonly parts: readonly T[] } | { readonly refusals: readonly Refusal[] } {
  const parts: T[] = [];
  const refusals: Refusal[] = [];
  for (const condition of conditions) {
    const obstacle = valuesOf(condition).length > LARGEST_SET ? 'too-many-values' : translate(condition);
    if (isObstacle(obstacle)) refusals.push({ field: condition.field, obstacle });
    else parts.push(obstacle);
  }
  return refusals.length > 0 ? { refusals } : { parts };
}

const OBSTACLES: ReadonlySet<unknown> = new Set<Obstacle>([
  'no-field',
  'no-comparison',
  'too-many-values',
  'unsafe-value',
  'impossible-value',
  'needs-protocol',
  'mixed-families',
  'too-long',
  'no-scope',
  'only-target',
]);

export function isObstacle(value: unknown): value is Obstacle {
  return OBSTACLES.has(value);
}

/** The values of a condition as a list. */
export function valuesOf({ value }: Predicate): readonly (string | number | null)[] {
  return isList(value) ? value : [value];
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: Predicate['value']): value is readonly (string | number)[] {
  return Array.isArray(value);
}

/** A whole number within bounds, also where the log wrote it as text. */
export function wholeNumber(value: string | number | null, most: number): number | undefined {
  if (value === null || (typeof value === 'string' && !/^(?:0|[1-9]\d{0,9})$/.test(value))) return undefined;
  const number = Number(value);
  return Number.isInteger(number) && number >= 0 && number <= most ? number : undefined;
}

/** Whole numbers as the ranges (both ends included) that a condition allows: one for each value of a set. */
export function rangesOf(condition: Predicate, most: number): readonly (readonly [number, number])[] | Obstacle {
  if (condition.op === 'contains' || condition.op === 'startsWith') return 'no-comparison';
  if (condition.value === null) return 'no-comparison';
  const numbers: number[] = [];
  for (const value of valuesOf(condition)) {
    const number = wholeNumber(value, most);
    if (number === undefined) return 'impossible-value';
    numbers.push(number);
  }
  if (numbers.length === 0) return 'impossible-value';
  if (condition.op !== 'range') return [...new Set(numbers)].map((number) => [number, number] as const);
  const [low = 0, high = 0] = numbers;
  return low <= high ? [[low, high]] : 'impossible-value';
}
