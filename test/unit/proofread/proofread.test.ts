import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../../sample-data/generator/random.ts';
import { label } from '../../../src/model/inlines.ts';
import type { Phrase } from '../../../src/model/phrase.ts';
import { say } from '../../../src/model/say.ts';
import { proofread, refuseStrayNumbers } from '../../../src/proofread/proofread.ts';
import { frameTexts, renderHtml } from '../../../src/render/html.ts';
import { sampleModel } from '../../support/sample-model.ts';
import { sampleParts } from '../../support/sample-parts.ts';

let parts: ReturnType<typeof sampleParts>;
let html = '';

beforeAll(() => {
  parts = sampleParts(sampleModel(), 'screen');
  html = renderHtml(sampleModel(), parts);
});

function proof({ writer, brand }: ReturnType<typeof sampleParts>) {
  return { writer, frame: frameTexts(sampleModel(), { writer, brand }) };
}

/** Places in what a reader can see or ask for, of everything that the pattern finds; not in drawings, code, colours and tags. */
function placesOf(pattern: RegExp): { at: number; found: string }[] {
  const body = html.indexOf('<body');
  const hidden = Array.from(
    html.matchAll(/<svg[\s\S]*?<\/svg>|<script>[\s\S]*?<\/script>|"colour":"[^"]*"|<[^>]*>/gu),
    (match) => [match.index, match.index + match[0].length],
  );
  return Array.from(html.matchAll(pattern), (match) => ({ at: match.index, found: match[0] })).filter(
    ({ at }) => at > body && !hidden.some(([from = 0, to = 0]) => at >= from && at < to),
  );
}

function withText(at: number, length: number, text: string): string {
  return html.slice(0, at) + text + html.slice(at + length);
}

describe('the reading of a finished report', () => {
  test.each(['{{verdict}}', 'undefined', '[object Object]', 'TODO'])('finds the placeholder %s', (placeholder) => {
    const at = html.indexOf('Contents</h2>');
    expect(() => proofread(sampleModel(), withText(at, 'Contents'.length, placeholder), proof(parts))).toThrow(
      /has a placeholder that was not filled in/u,
    );
  });

  test('finds a figure that says nothing to who cannot see it', () => {
    const model = sampleModel();
    const { hero } = model.cover;
    if (!hero) throw new Error('the sample has a picture on its cover');
    const silent = { ...model, cover: { ...model.cover, hero: { ...hero, alt: [] } } };
    expect(() => proofread(silent, html, proof(parts))).toThrow(/has no alternative text/u);
  });

  test('finds nothing in a sound one', () => {
    expect(() => proofread(sampleModel(), html, proof(parts))).not.toThrow();
  });

  test('refuses 200 reports in which one digit is another', () => {
    const random = createRandom('proofread/digits');
    // Ids of evidence are checked for their form only.
    const places = placesOf(/\d/gu).filter(({ at }) => !/E\d*$/u.test(html.slice(at - 4, at)));
    expect(places.length).toBeGreaterThan(1_000);
    for (let i = 0; i < 200; i++) {
      const { at, found } = places[random.int(places.length)] ?? { at: 0, found: '0' };
      const other = String((Number(found) + 1 + random.int(9)) % 10);
      const place = html.slice(at - 30, at + 10);
      expect(
        () => proofread(sampleModel(), withText(at, 1, other), proof(parts)),
        `${found} → ${other} in ${place}`,
      ).toThrow(/report says what its model does not/u);
    }
  });

  test('refuses every report in which one unit is another', () => {
    const others: Readonly<Record<string, string>> = {
      rps: 'pps',
      requests: 'packets',
      min: 'h',
      k: 'M',
      M: 'G',
      '%': '‰',
    };
    const places = placesOf(/(?<=\d[\u00a0\u202f])(?:rps|requests|min|k|M|%)(?![a-z])/gu);
    expect(places.length).toBeGreaterThan(50);
    for (const { at, found } of places)
      expect(() => proofread(sampleModel(), withText(at, found.length, others[found] ?? ''), proof(parts))).toThrow();
  });

  test('refuses a report that claims more, loses a number or tells it twice', () => {
    const claimed = html.replace('Both waves carry the same', 'All waves carry the same');
    expect(() => proofread(sampleModel(), claimed, proof(parts))).toThrow(
      /"All waves carry the same.*stands in the report and not in/u,
    );
    const row = /<tr><th scope="row"[\s\S]*?<\/tr>/u.exec(html)?.[0] ?? '';
    expect(() => proofread(sampleModel(), html.replace(row, ''), proof(parts))).toThrow(/was left out of the report/u);
    expect(() => proofread(sampleModel(), html.replace(row, row + row), proof(parts))).toThrow(
      /more often than in its model/u,
    );
  });

  test('refuses a sentence with a number that has no value behind it', () => {
    const saying = (verdict: Phrase) => ({ ...sampleModel(), cover: { ...sampleModel().cover, verdict } });
    const fault = /cover\.verdict: "It peaked at 92 Gbps\." has a number of its own/u;
    expect(() => refuseStrayNumbers(saying(['It peaked at 92 Gbps.']))).toThrow(fault);
    expect(() => refuseStrayNumbers(saying([say`It peaked at 92 Gbps.`]))).toThrow(fault);
    expect(() => refuseStrayNumbers(saying([say`So ${[say`It peaked at 92 Gbps.`]}`]))).toThrow(fault);
    expect(() => refuseStrayNumbers(saying([say`It peaked at ${label('92 Gbps')}.`]))).not.toThrow();
  });

  test('does not trust the writer: a slip of the prefix is found although the report says what the writer wrote', () => {
    const { writer } = parts;
    const slip = (text: string) => text.replace(/k(\u00a0?requests|rps)/gu, 'M$1');
    const slipping = {
      ...parts,
      writer: { ...writer, phrase: (phrase: Parameters<typeof writer.phrase>[0]) => slip(writer.phrase(phrase)) },
    };
    const model = sampleModel();
    expect(() => proofread(model, renderHtml(model, slipping), proof(slipping))).toThrow(/is not \d/u);
  });
});
