import { readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { ReportError } from '../errors.ts';
import type { Inline, Message, Noun, Phrase } from '../model/phrase.ts';
import { english } from '../model/say.ts';

/**
 * Languages in which a report can be written: those whose catalogue is complete. A report never mixes two, so every other locale is
 * given English texts.
 */
export const LANGUAGES: readonly Language[] = ['en', 'pt', 'es', 'de', 'fr', 'ja'];
/** Those and the ones that are being translated. */
export type Language = 'en' | 'pt' | 'es' | 'de' | 'fr' | 'ja';

/** What one language says, by the English text: ICU MessageFormat, and of nouns one form for each plural category. */
export interface Catalogue {
  readonly messages: Readonly<Record<string, string>>;
  /** `wave|waves` → `{ "one": "Welle", "other": "Wellen" }`. */
  readonly nouns: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Says messages in one language. */
export interface Speaker {
  readonly language: Language;
  /** The message in plain strings and values, none of them a message. */
  say(message: Message): Phrase;
  /** An inline in this language, without any message in it. */
  piece(inline: Inline): Phrase;
  /** The form of a noun for so many. */
  noun(value: number, noun: Noun): string;
}

const speakers = new Map<string, Speaker>();

/** Throws `config-invalid` for a locale that is not a BCP 47 tag. */
export function speakerOf(locale: string): Speaker {
  const known = speakers.get(locale);
  if (known) return known;
  const language = languageOf(locale);
  const speaker = createSpeaker(locale, language, language === 'en' ? undefined : readCatalogue(language));
  speakers.set(locale, speaker);
  return speaker;
}

/** Language of the texts of a report in this locale. */
export function languageOf(locale: string): Language {
  try {
    const { language } = new Intl.Locale(locale);
    return LANGUAGES.find((one) => one === language) ?? 'en';
  } catch (cause) {
    throw new ReportError('config-invalid', `locale "${locale}" is not a BCP 47 language tag such as en-GB`, { cause });
  }
}

export function readCatalogue(language: Exclude<Language, 'en'>): Catalogue {
  return JSON.parse(readFileSync(new URL(`../../data/messages/${language}.json`, import.meta.url), 'utf8'));
}

/** A translation is parsed once, when it is first said. */
export function createSpeaker(locale: string, language: Language, catalogue: Catalogue | undefined): Speaker {
  const formats = new Map<string, IntlMessageFormat>();
  const plurals = new Intl.PluralRules(language === 'en' ? 'en' : locale);
  const formatOf = (text: string, translation: string): IntlMessageFormat => {
    const known = formats.get(text) ?? new IntlMessageFormat(translation, locale, undefined, { ignoreTag: true });
    formats.set(text, known);
    return known;
  };
  const noun = (value: number, { one, many }: Noun): string => {
    const forms = catalogue?.nouns[`${one}|${many}`];
    return forms?.[plurals.select(value)] ?? forms?.other ?? (value === 1 ? one : many);
  };
  const piece = (inline: Inline): Phrase => {
    if (typeof inline === 'string') return [inline];
    if (inline.kind === 'message') return say(inline);
    if (inline.kind === 'missing' && typeof inline.reason !== 'string')
      return [{ kind: 'missing', reason: inWords(say(inline.reason)) }];
    if (inline.kind !== 'count' || inline.one === '' || !catalogue) return [inline];
    const form = noun(inline.value, inline);
    return [{ ...inline, one: form, many: form }];
  };
  const say = ({ text, values, opens }: Message): Phrase => {
    const translation = catalogue?.messages[text];
    const parts = translation === undefined ? split(text) : formatOf(text, translation).formatToParts(valuesOf(values));
    const said = joined(
      parts.flatMap((part) => {
        if (typeof part.value === 'string') return [part.value];
        return part.value instanceof Slot ? (values[part.value.index]?.flatMap(piece) ?? []) : [String(part.value)];
      }),
    );
    return opens ? capitalised(said, locale) : said;
  };
  return { language, say, piece, noun };
}

/** The place of a value in a translation. */
class Slot {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

/** The English text is no ICU pattern: only its numbered places mean something. */
function split(text: string): { readonly value: string | Slot }[] {
  return text.split(/\{(\d+)\}/u).map((part, index) => ({ value: index % 2 === 0 ? part : new Slot(Number(part)) }));
}

/**
 * What a translation can ask for: `{0}` is the value itself, `{n0, plural, …}` chooses by its number, `{s0, select, …}` by the
 * English text of what it says.
 */
function valuesOf(values: readonly Phrase[]): Record<string, Slot | number | string> {
  const given: Record<string, Slot | number | string> = {};
  for (const [index, [value, ...rest]] of values.entries()) {
    given[index] = new Slot(index);
    const isOne = value !== undefined && rest.length === 0 && typeof value === 'object';
    given[`n${index}`] =
      isOne && value.kind === 'count' ? value.value : isOne && value.kind === 'measure' ? value.measure.value : 0;
    given[`s${index}`] = isOne && value.kind === 'message' && value.values.length === 0 ? english(value) : '';
  }
  return given;
}

function joined(phrase: Phrase): Phrase {
  const pieces: Inline[] = [];
  for (const inline of phrase) {
    const last = pieces.at(-1);
    if (typeof inline === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + inline;
    else if (inline !== '') pieces.push(inline);
  }
  return pieces;
}

function capitalised([first, ...rest]: Phrase, locale: string): Phrase {
  if (first === undefined) return [];
  return typeof first === 'string'
    ? [first.charAt(0).toLocaleUpperCase(locale) + first.slice(1), ...rest]
    : [first, ...rest];
}

/** What stands for something missing is words alone. */
function inWords(phrase: Phrase): string {
  return phrase.filter((inline) => typeof inline === 'string').join('');
}
