import type { Message, Noun } from '../model/phrase.ts';
import { createDigits, type Digits } from './digits.ts';
import { speakerOf } from './speaker.ts';

/** Digits and the few words that stand with them (`about`, `requests`), of one locale. */
export interface Voice extends Digits {
  /** A message whose values are plain strings. */
  say(message: Message): string;
  noun(value: number, noun: Noun): string;
}

/** Throws `config-invalid` for a locale that is not a BCP 47 tag. */
export function createVoice(locale: string): Voice {
  const { say, noun } = speakerOf(locale);
  return {
    ...createDigits(locale),
    say: (message) => say(message).join(''),
    noun,
  };
}
