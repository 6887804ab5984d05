import { amount, lasting, list } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Phrase } from '../model/phrase.ts';
import { asValue, opening, say } from '../model/say.ts';
import { articleOf, vectorHeading, vectorWording } from './vector-names.ts';

/** The highest mean and its window: a peak is never told without. */
export function peakWords(measure: Measure): Phrase {
  if (measure.windowMs === undefined) return [amount(measure)];
  return [say`${amount(measure)} over ${lasting(measure.windowMs)}`];
}

/** `a SYN flood and DNS amplification`, of vectors by name; of more than `most` the rest is counted. */
export function vectorWords(
  names: readonly string[],
  options: { readonly isSentenceStart?: true; readonly most?: number } = {},
): Phrase {
  const named = names.map((name, index) => {
    const article = articleOf(name);
    const isFirst = index === 0 && options.isSentenceStart;
    if (article === '') return asValue(isFirst ? vectorHeading(name) : vectorWording(name));
    const wording = asValue(vectorWording(name));
    return article === 'an' ? say`an ${wording}` : say`a ${wording}`;
  });
  const listed = list(named, options.most);
  return options.isSentenceStart ? [opening(listed)] : listed;
}

/**
 * `15.9 s after the first attack traffic`, or `less than 1 min after` where the clock is no finer than the distance. A negative
 * distance is told as it is.
 */
export function distanceWords(distance: Measure, resolutionMs: number): Phrase {
  if (distance.value >= 0 && distance.value < resolutionMs) return [say`less than ${lasting(resolutionMs)}`];
  return [lasting(distance.value)];
}

/** 1 − share, with its interval turned round. */
export function complement({ value, interval, ...rest }: Measure): Measure {
  return {
    ...rest,
    value: 1 - value,
    ...(interval && { interval: { lower: 1 - interval.upper, upper: 1 - interval.lower } }),
  };
}

export function evidenceOf(...measures: readonly (Measure | undefined)[]): string[] {
  return [...new Set(measures.flatMap((measure) => measure?.evidence ?? []))];
}
