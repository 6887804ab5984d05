import { amount, lasting } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Phrase } from '../model/phrase.ts';

/** The highest mean and its window: a peak is never told without. */
export function peakWords(measure: Measure): Phrase {
  return [amount(measure), ...(measure.windowMs === undefined ? [] : [' over ', lasting(measure.windowMs)])];
}

export function evidenceOf(...measures: readonly (Measure | undefined)[]): string[] {
  return [...new Set(measures.flatMap((measure) => measure?.evidence ?? []))];
}
