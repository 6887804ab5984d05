import type { Measure } from './measure.ts';
import type { Inline, LabelRole, MeasureForm, Phrase } from './phrase.ts';
import type { TimeWindow } from './time.ts';

// Short makers of inlines, so that a finding or a chapter reads like the sentence it makes.

export function amount(measure: Measure, form: MeasureForm = 'compact'): Inline {
  return { kind: 'measure', measure, form };
}

/** The same kind of number with another value; an interval of the old one would not fit it. */
export function like({ unit, kind, evidence }: Measure, value: number): Measure {
  return { value, unit, kind, evidence };
}

/** A share that stands in the statistics as a bare number. */
export function share(value: number, of: Measure): Inline {
  return amount({ ...like(of, value), unit: 'share' });
}

export function instant(at: number): Inline {
  return { kind: 'time', at, form: 'instant' };
}

export function clock(at: number): Inline {
  return { kind: 'time', at, form: 'clock' };
}

/** `17 Nov 2026, 14:00:00 to 15:15:00`; both days where the period ends on another one. */
export function span({ start, end }: TimeWindow): Inline {
  return { kind: 'span', start, end };
}

export function lasting(ms: number): Inline {
  return { kind: 'duration', ms };
}

export function label(value: string, role: LabelRole = 'name'): Inline {
  return { kind: 'label', value, role };
}

export function counted(value: number, one: string, many: string): Inline {
  return { kind: 'count', value, one, many };
}

/** A bare whole number. */
export function integer(value: number): Inline {
  return { kind: 'count', value, one: '', many: '' };
}

/** `a, b and c`; of more than `most` the rest is counted. */
export function list(items: readonly Inline[], most = Number.POSITIVE_INFINITY): Phrase {
  const shown: Inline[] = items.slice(0, most);
  if (items.length > most) shown.push(counted(items.length - most, 'other', 'others'));
  return shown.flatMap((item, index) => (index === 0 ? [item] : [index === shown.length - 1 ? ' and ' : ', ', item]));
}
