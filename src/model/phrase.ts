import type { Measure } from './measure.ts';

/**
 * A piece of running text. A plain string is our own wording; everything that comes from input is a `label`, everything
 * that is a number, an instant or a length of time is typed, so that it can be written in any locale and traced back.
 */
export type Inline =
  | string
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
  | { readonly kind: 'missing'; readonly reason: string }
  /** Another report of the same customer, `INC-4821-r1`; `linked` where its page lies in the folder beside this one. */
  | { readonly kind: 'report'; readonly reportId: string; readonly linked: boolean };

/**
 * `compact`: SI prefix and three digits; `exact`: every digit with separators; `range`: the interval only; `cell`: as compact
 * but for a column that names the unit, with ~ for an estimate.
 */
export type MeasureForm = 'compact' | 'exact' | 'range' | 'cell';

/** `clock` 14:03:20; `instant` 17 Nov 2026, 14:03:20; `day` 17 Nov 2026. The zone is stated by the document, not here. */
export type TimeForm = 'clock' | 'instant' | 'day';

/**
 * How a value from input is treated when shown: `indicator` is defanged as a whole; of the others only what a program would
 * follow or run; `prose` is what a person wrote for this report and is not cut. All lose their secrets and have control
 * characters made visible.
 */
export type LabelRole = 'name' | 'indicator' | 'code' | 'prose';

export type Phrase = readonly Inline[];
