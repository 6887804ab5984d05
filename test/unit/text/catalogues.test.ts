import { readdirSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language, readCatalogue } from '../../../src/text/speaker.ts';
import { extractMessages } from '../../support/extract-messages.ts';

const { messages, nouns } = extractMessages();

describe('extraction', () => {
  it('finds messages in code, inside one another, in templates and in the script of the page', () => {
    for (const text of ['{0} and {1}', ', ', 'The attack is over: {0}', 'Figure {0}', 'Zoom in'])
      expect([...messages.keys()]).toContain(text);
    expect([...nouns.keys()]).toContain('wave|waves');
    expect(messages.size).toBeGreaterThan(1_000);
    expect([...messages.keys()].filter((text) => /[\n`;]\s*const |\$\{/u.test(text))).toEqual([]);
  });
});

const BEGUN = readdirSync('data/messages').map((name) => name.replace('.json', '') as Exclude<Language, 'en'>);

describe.each(BEGUN)('catalogue %s', (language) => {
  const catalogue = readCatalogue(language);
  const isShipped = LANGUAGES.includes(language);

  it(isShipped ? 'has every message and no other' : 'has no message that nobody says', () => {
    const known = new Set(Object.keys(catalogue.messages));
    if (isShipped)
      expect([...messages].filter(([text]) => !known.has(text)).map(([text, place]) => `${place} ${text}`)).toEqual([]);
    expect([...known].filter((text) => !messages.has(text))).toEqual([]);
  });

  it('has every noun in every form that the language counts with', () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    if (isShipped) expect(Object.keys(catalogue.nouns).sort()).toEqual([...nouns.keys()].sort());
    else expect(Object.keys(catalogue.nouns).filter((noun) => !nouns.has(noun))).toEqual([]);
    for (const [noun, forms] of Object.entries(catalogue.nouns)) {
      expect(Object.keys(forms).sort(), noun).toEqual([...pluralCategories].sort());
      for (const form of Object.values(forms)) expect(form.trim(), noun).not.toBe('');
    }
  });

  it.each(Object.entries(catalogue.messages))('says "%s" with the same values and numbers', (english, translation) => {
    const said = new IntlMessageFormat(translation, language, undefined, { ignoreTag: true });
    // Whatever number or word chooses between forms, each of them tells all that the English text tells.
    for (const number of [0, 1, 2, 1_000_000])
      for (const word of ['', 'day', 'week', 'month', 'period']) {
        const written = String(said.format(valuesFor(english, number, word)));
        // A word that only chooses between forms need not be told once more.
        const chosen = placesOf(english).filter((place) => translation.includes(`{s${place.slice(1, -1)}, select,`));
        const told = placesOf(written);
        expect([...told, ...chosen.filter((place) => !told.includes(place))].sort(), written).toEqual(
          placesOf(english),
        );
        expect(digitsOf(written), written).toEqual(digitsOf(english));
        expect(written).not.toMatch(/'/u); // ICU reads it as a quote; the typographic one is meant
        if (language !== 'ja') expect(edgesOf(written), written).toEqual(edgesOf(english));
      }
  });
});

const PLACE = /\{(\d)\}/gu;

function placesOf(text: string): string[] {
  return [...text.matchAll(PLACE)].map(([place]) => place).sort();
}

function digitsOf(text: string): string[] {
  return [...text.replace(PLACE, '').matchAll(/\d+/gu)].map(([digits]) => digits).sort();
}

/** Whether it begins and ends with a space; the narrow one before a French semicolon belongs to that. */
function edgesOf(text: string): readonly boolean[] {
  return [/^\s(?!;)/u.test(text), /\s$/u.test(text)];
}

function valuesFor(english: string, number: number, word: string): Record<string, string | number> {
  return Object.fromEntries(
    placesOf(english).flatMap((place) => {
      const index = place.slice(1, -1);
      return [
        [index, place],
        [`n${index}`, number],
        [`s${index}`, word],
      ];
    }),
  );
}
