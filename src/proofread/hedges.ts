import type { Message } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import type { Writer } from '../text/text.ts';

/** How a language words what is not certain; each is matched against a text whose blanks are plain. */
export interface Hedges {
  readonly tooFew: RegExp;
  readonly noneSeen: RegExp;
  /** The number itself or nothing, lower bound, upper bound. */
  readonly range: RegExp;
  readonly below: RegExp;
  readonly above: RegExp;
  readonly about: RegExp;
}

export function createHedges(writer: Writer): Hedges {
  const pattern = (message: Message) =>
    plainBlanks(writer.phrase(message))
      .replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')
      .replaceAll(PLACE, '(.+?)');
  const whole = (...patterns: string[]) => new RegExp(`^(?:${patterns.join('|')})$`, 'iu');
  return {
    tooFew: whole(pattern(say`too few sampled rows to say`), pattern(say`too few rows`)),
    noneSeen: whole(pattern(say`none seen`)),
    range: new RegExp(`^(.*?) ?\\(?${pattern(say`between ${[PLACE]} and ${[PLACE]}`)}\\)?$`, 'iu'),
    below: whole(pattern(say`less than ${[PLACE]}`), '< (.+?)'),
    above: whole(pattern(say`more than ${[PLACE]}`), '> (.+?)'),
    about: whole(pattern(say`about ${[PLACE]}`), '~ (.+?)'),
  };
}

/** Stands for a number; no language says it. */
const PLACE = '§';

export function plainBlanks(text: string): string {
  return text.replace(/[\u00a0\u202f]/gu, ' ').trim();
}

/** What stands in the one place of a hedge that matches. */
export function hedgedBy(hedge: RegExp, text: string): string | undefined {
  return hedge
    .exec(text)
    ?.slice(1)
    .find((found) => found !== undefined);
}
