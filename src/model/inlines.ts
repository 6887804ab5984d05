import type { Measure } from './measure.ts';
import type { Inline, LabelRole, MeasureForm, Noun, Phrase, Value } from './phrase.ts';
import { noun, say } from './say.ts';
import type { TimeWindow } from './time.ts';

// Short makers of inlines, so that a finding or a chapter reads like the sentence it makes.

export function amount(measure: Measure, form: MeasureForm = 'compact'): Value {
  return { kind: 'measure', measure, form };
}

/** The same kind of number with another value; an interval of the old one would not fit it. */
export function like({ unit, kind, evidence }: Measure, value: number): Measure {
  return { value, unit, kind, evidence };
}

/** A share that stands in the statistics as a bare number. */
export function share(value: number, of: Measure): Value {
  return amount({ ...like(of, value), unit: 'share' });
}

export function instant(at: number): Value {
  return { kind: 'time', at, form: 'instant' };
}

export function clock(at: number): Value {
  return { kind: 'time', at, form: 'clock' };
}

/** `17 Nov 2026, 14:00:00 to 15:15:00`; both days where the period ends on another one. */
export function span({ start, end }: TimeWindow): Value {
  return { kind: 'span', start, end };
}

export function lasting(ms: number): Value {
  return { kind: 'duration', ms };
}

export function label(value: string, role: LabelRole = 'name'): Value {
  return { kind: 'label', value, role };
}

export function counted(value: number, what: Noun): Value {
  return { kind: 'count', value, ...what };
}

/** A bare whole number. */
export function integer(value: number): Value {
  return { kind: 'count', value, one: '', many: '' };
}

/** `a; b; c`: clauses side by side. */
export function clauses(parts: readonly Phrase[]): Phrase {
  const [first, ...rest] = parts.filter((part) => part.length > 0);
  return rest.reduce<Phrase>((said, part) => [say`${said}; ${part}`], first ?? []);
}

/** `A. B. C.`: sentences one after the other. */
export function sentences(parts: readonly Phrase[]): Phrase {
  return parts.flatMap((part, index) => (index === 0 ? part : [say` `, ...part]));
}

/** `a, b and c`; of more than `most` the rest is counted. */
export function list(items: readonly Inline[], most = Number.POSITIVE_INFINITY): Phrase {
  const shown: Inline[] = items.slice(0, most);
  if (items.length > most) shown.push(counted(items.length - most, noun('other', 'others')));
  const [last] = shown.splice(-1);
  if (last === undefined) return [];
  if (shown.length === 0) return [last];
  return [say`${shown.flatMap((item, index) => (index === 0 ? [item] : [say`, `, item]))} and ${[last]}`];
}
