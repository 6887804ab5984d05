import type { Measure } from '../model/measure.ts';
import type { Inline, Phrase } from '../model/phrase.ts';

// Short makers of inlines, so that a finding reads like the sentence it makes.

export function amount(measure: Measure): Inline {
  return { kind: 'measure', measure, form: 'compact' };
}

/** A share that stands in the statistics as a bare number. */
export function share(value: number, like: Measure): Inline {
  return amount({ value, unit: 'share', kind: like.kind, evidence: like.evidence });
}

export function instant(at: number): Inline {
  return { kind: 'time', at, form: 'instant' };
}

export function clock(at: number): Inline {
  return { kind: 'time', at, form: 'clock' };
}

export function lasting(ms: number): Inline {
  return { kind: 'duration', ms };
}

export function name(value: string): Inline {
  return { kind: 'label', value, role: 'name' };
}

export function counted(value: number, one: string, many: string): Inline {
  return { kind: 'count', value, one, many };
}

/** `a, b and c`; of more than `most` the rest is counted. */
export function list(items: readonly Inline[], most = 3): Phrase {
  const shown: Inline[] = items.slice(0, most);
  if (items.length > most) shown.push(counted(items.length - most, 'other', 'others'));
  return shown.flatMap((item, index) => (index === 0 ? [item] : [index === shown.length - 1 ? ' and ' : ', ', item]));
}

/** The highest mean and its window: a peak is never told without. */
export function peakWords(measure: Measure): Phrase {
  return [amount(measure), ...(measure.windowMs === undefined ? [] : [' over ', lasting(measure.windowMs)])];
}

export function evidenceOf(...measures: readonly (Measure | undefined)[]): string[] {
  return [...new Set(measures.flatMap((measure) => measure?.evidence ?? []))];
}
