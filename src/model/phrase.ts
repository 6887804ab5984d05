import type { Measure } from './measure.ts';

/**
 * A piece of running text. Our own wording is a `message`, which every language has its own text of; everything that comes
 * from input is a `label`, everything that is a number, an instant or a length of time is typed, so that it can be written in
 * any locale and traced back. A plain string is said as it is, in every language: signs, and what a message was made of.
 */
export type Inline =
  | string
  | Message
  | { readonly kind: 'measure'; readonly measure: Measure; readonly form?: MeasureForm }
  | { readonly kind: 'count'; readonly value: number; readonly one: string; readonly many: string }
  /** In the zone of the document unless `utc` is set. */
  | { readonly kind: 'time'; readonly at: number; readonly form: TimeForm; readonly utc?: true }
  /** Two instants as a period, a day that begins and ends it once: `17 Nov 2026, 14:00:00 to 15:15:00`. */
  | { readonly kind: 'span'; readonly start: number; readonly end: number; readonly utc?: true }
  /** Name and offset of the document's zone at an instant: `Europe/Berlin (UTC+01:00)`. */
  | { readonly kind: 'zone'; readonly at: number }
  /** `signed` puts + or − before it: a distance from the first attack packet. `below` says that it is less than that. */
  | { readonly kind: 'duration'; readonly ms: number; readonly signed?: true; readonly below?: true }
  | { readonly kind: 'label'; readonly value: string; readonly role: LabelRole }
  | { readonly kind: 'missing'; readonly reason: Words }
  /** Another report of the same customer, `INC-4821-r1`; `linked` where its page lies in the folder beside this one. */
  | { readonly kind: 'report'; readonly reportId: string; readonly linked: boolean };

/**
 * `compact`: SI prefix and three digits; `exact`: every digit with separators; `range`: the interval only; `cell`: as compact
 * but for a column that names the unit, with ~ for an estimate.
 */
export type MeasureForm = 'compact' | 'exact' | 'range' | 'cell';

/**
 * `clock` 14:03:20; `instant` 17 Nov 2026, 14:03:20; `day` 17 Nov 2026; `long-day` 17 November 2026; `month` November 2026;
 * `weekday` Tue 17. The zone is stated by the document, not here.
 */
export type TimeForm = 'clock' | 'instant' | 'day' | 'long-day' | 'month' | 'weekday';

/**
 * How a value from input is treated when shown: `indicator` is defanged as a whole; of the others only what a program would
 * follow or run; `prose` is what a person wrote for this report and is not cut. All lose their secrets and have control
 * characters made visible.
 */
export type LabelRole = 'name' | 'indicator' | 'code' | 'prose';

/** An inline that is more than a string. */
export type Value = Exclude<Inline, string>;

export type Phrase = readonly Inline[];

/** Our own wording, by its English text: `{0} of {1} waves`. `values` stand where their numbers do. */
export interface Message {
  readonly kind: 'message';
  readonly text: string;
  readonly values: readonly Phrase[];
  /** It begins a sentence, so that its first word takes a capital where the language has them. */
  readonly opens?: true;
}

/** A short text that stands for itself, such as the head of a column: ours, or a plain string that is said as it is. */
export type Words = string | Message;

/** What is counted, in English; the words may go on (`record lies`, `records lie`). */
export interface Noun {
  readonly one: string;
  readonly many: string;
}
