import { describe, expect, it } from 'vitest';
import { amount, counted, integer, label, list } from '../../../src/model/inlines.ts';
import type { Measure } from '../../../src/model/measure.ts';
import type { Message } from '../../../src/model/phrase.ts';
import { english, noun, opening, say } from '../../../src/model/say.ts';
import { composeIncident } from '../../../src/report/incident.ts';
import { type Catalogue, createSpeaker, languageOf, speakerOf } from '../../../src/text/speaker.ts';
import { createWriter, localise } from '../../../src/text/text.ts';
import { incidentFacts } from '../../support/incident-facts.ts';

const week = say`week`;
const stopped: Measure = { value: 0.91, unit: 'share', kind: 'counted', evidence: ['in1'] };

const catalogue: Catalogue = {
  messages: {
    '{0} of {1}': 'von {1} {0}',
    '{0} in this {1}': '{0} in {s1, select, week {dieser Woche} other {diesem Zeitraum}}{1}',
    '{0} were left out': '{n0, plural, one {{0} fehlt} other {{0} fehlen}}',
    '{0} and {1}': '{0} und {1}',
    ', ': ', ',
    week: '',
    'an attack': 'ein Angriff',
  },
  nouns: { 'wave|waves': { one: 'Welle', other: 'Wellen' } },
};
const german = createSpeaker('de-DE', 'de', catalogue);
const writer = createWriter({ locale: 'en-GB', timeZone: 'UTC' });
const written = (message: Message) =>
  german
    .say(message)
    .map((one) => writer.phrase(one))
    .join('');

describe('a message', () => {
  it('keeps its values apart from its words, in the order of the language', () => {
    const share = amount(stopped);
    expect(german.say(say`${share} of ${label('a customer')}`)).toEqual(['von ', label('a customer'), ' ', share]);
  });

  it('counts nouns in the forms of the language, and chooses by number and by word', () => {
    const waves = noun('wave', 'waves');
    expect(written(say`${counted(1, waves)} in this ${week}`)).toBe('1\u00a0Welle in dieser Woche');
    expect(written(say`${counted(3, waves)} were left out`)).toBe('3\u00a0Wellen fehlen');
    expect(written(say`${counted(1, waves)} were left out`)).toBe('1\u00a0Welle fehlt');
  });

  it('is said within another, in a list, and with a capital where it begins a sentence', () => {
    expect(written(opening([say`an attack`]))).toBe('Ein Angriff');
    expect(german.say(say`${list([integer(1), integer(2), integer(3)])} of ${label('x')}`)).toEqual([
      ...['von ', label('x'), ' ', integer(1), ', ', integer(2), ' und ', integer(3)],
    ]);
  });

  it('is in English where a language has no translation, and in English it is its own text', () => {
    expect(written(say`nothing of ${integer(2)} is known`)).toBe('nothing of 2 is known');
    expect(speakerOf('en-GB').say(say`${integer(2)} of ${integer(3)}`)).toEqual([integer(2), ' of ', integer(3)]);
    expect(english(say`${[say`an attack`]} on ${label('x')}`)).toBe('an attack on x');
  });
});

describe('the language of a report', () => {
  it('is that of its locale where the catalogue is complete, else English', () => {
    expect(languageOf('en-US')).toBe('en');
    expect(languageOf('it-IT')).toBe('en');
    expect(() => languageOf('not a locale')).toThrow(/BCP 47/u);
  });
});

describe('a composed model', () => {
  it('has no message left once a language is chosen, and the same rows and blocks', () => {
    const composed = composeIncident(incidentFacts());
    const model = localise(composed, writer);
    expect(JSON.stringify(composed)).toContain('"kind":"message"');
    expect(JSON.stringify(model)).not.toContain('"kind":"message"');
    const shape = (of: typeof composed | typeof model) =>
      of.chapters.map(({ id, blocks }) => [
        id,
        ...blocks.map((block) => (block.kind === 'table' ? block.rows.map((row) => row.length) : block.kind)),
      ]);
    expect(shape(model)).toEqual(shape(composed));
  });
});
