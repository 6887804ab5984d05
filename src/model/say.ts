import type { Inline, Message, Noun, Phrase, Value, Words } from './phrase.ts';

/** What may stand in a message: never a bare string, which would have no translation. An empty one is nothing. */
export type Sayable = Value | Phrase | '';

/**
 * Our own wording in English, which is also the key of its translations. What is said one way or another is a message in a
 * message, and what reads differently as a whole is two.
 */
export function say(parts: TemplateStringsArray, ...values: readonly Sayable[]): Message {
  const text = parts.reduce((sentence, part, index) => `${sentence}{${index - 1}}${part}`);
  return { kind: 'message', text, values: values.map(asPhrase) };
}

function asPhrase(value: Sayable): Phrase {
  if (value === '') return [];
  return isPhrase(value) ? value : [value];
}

function isPhrase(value: Value | Phrase): value is Phrase {
  return Array.isArray(value);
}

/** A clause that begins a sentence. */
export function opening(clause: Phrase): Message {
  return { kind: 'message', text: '{0}', values: [clause], opens: true };
}

/** What `counted` counts: noun('wave', 'waves'). Every language has as many forms as it needs. */
export function noun(one: string, many: string): Noun {
  return { one, many };
}

/** A name of ours or of an input, as a piece of a sentence. */
export function asValue(words: Words): Value {
  return typeof words === 'string' ? { kind: 'label', value: words, role: 'name' } : words;
}

/** The English text, for names in files that programs read, and to compare by. */
export function english(words: Words): string {
  if (typeof words === 'string') return words;
  const said = words.values.reduce<string>(
    (text, value, index) => text.replace(`{${index}}`, () => value.map((one) => english(wordsOf(one))).join('')),
    words.text,
  );
  return words.opens ? capitalised(said) : said;
}

/** An English text as it begins a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wordsOf(inline: Inline): Words {
  if (typeof inline === 'string' || inline.kind === 'message') return inline;
  if (inline.kind === 'label') return inline.value;
  if (inline.kind === 'count') return `${inline.value} ${inline.value === 1 ? inline.one : inline.many}`.trimEnd();
  if (inline.kind === 'duration') return `${inline.ms / 1_000} s`;
  throw new Error(`${inline.kind} has no English text of its own`);
}
