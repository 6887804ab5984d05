import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../src/render/html.ts';
import { renderSummary } from '../../../src/render/summary.ts';
import type { ReportModel } from '../../../src/report/report.ts';
import { disarm } from '../../../src/text/text.ts';
import {
  CLOSED_VOCABULARY,
  FORBIDDEN_CHARACTERS,
  HOSTILE_STRINGS,
  replaceStrings,
} from '../../support/hostile-strings.ts';
import { elementsOf, skeletonOf, textOf } from '../../support/html-tree.ts';
import { sampleModel } from '../../support/sample-model.ts';
import { SAMPLE_BRAND, sampleParts } from '../../support/sample-parts.ts';

/** The sample with every string that is not one of our own alternatives replaced by `payload`, ids included. */
function infected(payload: string): ReportModel {
  return replaceStrings(sampleModel(), (text, path) => (CLOSED_VOCABULARY.test(path) ? text : payload));
}

function render(model: ReportModel, purpose: 'screen' | 'print', brandText?: string): string {
  const brand = brandText === undefined ? SAMPLE_BRAND : { ...SAMPLE_BRAND, name: brandText, legal: brandText };
  return renderHtml(model, sampleParts(model, purpose, brand));
}

describe('what an attacker wrote', () => {
  const benign = (purpose: 'screen' | 'print') =>
    skeletonOf(render(infected('An ordinary text'), purpose, 'An ordinary text'));
  const skeletons = { screen: benign('screen'), print: benign('print') };

  test.each(HOSTILE_STRINGS.map((payload) => [JSON.stringify(payload.slice(0, 60)), payload]))(
    'adds no element and no attribute: %s',
    (_name, payload) => {
      for (const purpose of ['screen', 'print'] as const) {
        const html = render(infected(payload), purpose, payload);
        expect(skeletonOf(html)).toBe(skeletons[purpose]);
        expect(html).not.toMatch(FORBIDDEN_CHARACTERS);
      }
    },
  );

  test.each(HOSTILE_STRINGS.slice(0, 14).map((payload) => [JSON.stringify(payload), payload]))(
    'is shown as it was written but for what a program would run: %s',
    (_name, payload) => {
      const model = sampleModel();
      const html = render(
        { ...model, cover: { ...model.cover, verdict: [{ kind: 'label', value: payload, role: 'name' }] } },
        'screen',
      );
      const verdict = elementsOf(html).find((element) => element.attrs.some(({ value }) => value === 'verdict'));
      expect(verdict && textOf(verdict)).toBe(disarm(payload));
    },
  );

  test('stays inside its string of the style sheet that holds the running header', () => {
    for (const payload of HOSTILE_STRINGS) {
      const html = render(infected(payload), 'print');
      const style = elementsOf(html).find((element) => element.tagName === 'style');
      const css = style?.childNodes.map((node) => ('value' in node ? node.value : '')).join('') ?? '';
      const running = [...css.matchAll(/@(?:top|bottom)-left\{content:("[^"]*")/g)].map((match) => match[1] ?? '');
      expect(running).toHaveLength(2);
      // Letters, digits, blanks and escapes only: nothing that could end the string or begin another rule.
      for (const string of running) expect(string).toMatch(/^"(?:[A-Za-z0-9 ]|\\[0-9a-f]{1,6} )*"$/);
    }
  });
});

describe('the ticket comment', () => {
  test.each(HOSTILE_STRINGS.map((payload) => [JSON.stringify(payload.slice(0, 60)), payload]))(
    'holds no markup, link or mention of an attacker: %s',
    (_name, payload) => {
      const model = infected(payload);
      const summary = renderSummary(model, sampleParts(model, 'screen').writer);
      expect(summary.length).toBeLessThanOrEqual(6_000);
      expect(summary.replace(/\n/g, '')).not.toMatch(FORBIDDEN_CHARACTERS);
      const outsideCode = summary.replace(/(`+)[^`][\s\S]*?\1/g, '');
      expect(outsideCode).not.toMatch(/(?<!\\)<[a-z/!?]/i);
      expect(outsideCode).not.toMatch(/(?<!\\)\]\(|@/);
    },
  );
});
