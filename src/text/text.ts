import type { Measure, Unit } from '../model/measure.ts';
import type { Inline, MeasureForm, Phrase, TimeForm } from '../model/phrase.ts';

/**
 * Writes numbers, instants and phrases for people, in one locale and one zone. The only place where a number becomes text.
 * Every result is plain text that is safe to show: control, bidi and zero-width characters of input are made visible.
 */
export interface Writer {
  readonly locale: string;
  readonly timeZone: string;
  phrase(phrase: Phrase | Inline): string;
  measure(measure: Measure, form?: MeasureForm): string;
  /** A short number with SI prefix and unit for an axis or a label: `1.2 Gbps`, `450 k`. */
  quantity(value: number, unit: Unit): string;
  time(at: number, form: TimeForm): string;
  /** `UTC+01:00` at that instant. */
  offset(at: number): string;
  /** `14 min 05 s`, `1 h 02 min`, `350 ms`. */
  duration(ms: number): string;
  integer(value: number): string;
  /** 0.9132 → `91.3 %`. */
  share(value: number): string;
}

export interface WriterOptions {
  readonly locale: string;
  readonly timeZone: string;
}
