import { describe, expect, test } from 'vitest';
import { VECTORS } from '../../../src/insight/vector-catalog.ts';
import { strayNumber } from '../../../src/proofread/wording.ts';
import { extractMessages } from '../../support/extract-messages.ts';

const known = new Set(['in1']);

describe('a sentence of our own', () => {
  test.each([
    ' of the origin’s answers in the waves were errors (5xx)',
    ' At least 95 % of the attack was stopped after ',
    'highest 10 s mean',
    'in1',
    'No bar of this list is higher than another',
  ])('may say by itself: %s', (text) => {
    expect(strayNumber(text, 'chapters[0].blocks[0].title', known)).toBeUndefined();
  });

  test.each(['It peaked at 92 Gbps', 'In 3 waves', '17.3 % failed', 'after 41 seconds', 'in2 and 4'])(
    'may not say by itself: %s',
    (text) => {
      expect(strayNumber(text, 'chapters[0].blocks[0].text', known)).toContain('has a number of its own');
    },
  );

  test('may say each text that the code and the templates have', () => {
    const refused = [...extractMessages().messages].filter(
      ([text, place]) => !/definitions\.ts|method\.ts/u.test(place) && strayNumber(text, 'text', known) !== undefined,
    );
    expect(refused).toEqual([]);
  });

  test('may say how each vector of the catalogue is recognised', () => {
    for (const { recognition, note = '' } of VECTORS)
      expect(strayNumber(`${recognition}. ${note}`, 'chapters[2].blocks[1].rows[0][6]', known)).toBeUndefined();
  });

  test('may number the rows of a table, and nothing else in it', () => {
    expect(strayNumber('12', 'chapters[1].blocks[1].rows[11][0]', known)).toBeUndefined();
    expect(strayNumber('12', 'chapters[1].blocks[1].rows[11][3]', known)).toBeDefined();
  });
});
