import { describe, expect, test } from 'vitest';
import type { CustomTemplates } from '../../../src/config/config.ts';
import { ReportError } from '../../../src/errors.ts';
import { proofread } from '../../../src/proofread/proofread.ts';
import { frameTexts, renderHtml, templateTexts } from '../../../src/render/html.ts';
import { withSections } from '../../../src/report/sections.ts';
import { elementsOf, textOf } from '../../support/html-tree.ts';
import { sampleModel } from '../../support/sample-model.ts';
import { sampleParts } from '../../support/sample-parts.ts';

function custom(section: string, replaced: CustomTemplates['replaced'] = []): CustomTemplates {
  const template = { path: 'templates/sections/board.hbs', source: section };
  return { replaced, sections: [{ id: 'board', title: 'For the board', after: 'timeline', template }] };
}

function render(templates: CustomTemplates): { html: string; proof: () => void } {
  const model = withSections(sampleModel(), templates);
  const parts = { ...sampleParts(model, 'screen'), templates };
  const html = renderHtml(model, parts);
  const known = { writer: parts.writer, frame: frameTexts(model, parts), ofWorkspace: templateTexts(templates) };
  return { html, proof: () => proofread(model, html, known) };
}

function refusal(work: () => unknown): ReportError {
  try {
    work();
  } catch (error) {
    if (error instanceof ReportError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a section of the workspace', () => {
  test('stands behind its chapter with number, title and entry in the contents, and says values of the model', () => {
    const { html, proof } = render(custom('<p class="note">{{> inline value=cover.verdict}}</p>'));
    const headings = elementsOf(html).filter(({ tagName }) => tagName === 'h2');
    const titles = headings.map((heading) => textOf(heading).trim());
    expect(titles[titles.indexOf('2 Timeline') + 1]).toBe('3 For the board');
    expect(html).toContain('href="#board"');
    expect(proof).toThrow(/more often than/); // the verdict is said once by the model, and now twice
  });

  test('may say numbers in words of its own, each in an element of its own', () => {
    expect(render(custom('<p>We call you within 30 minutes.</p>')).proof).not.toThrow();
    expect(render(custom('<p>We call {{text meta.customer.name}} within 30 minutes.</p>')).proof).toThrow(
      /stands in the report and not in its model/,
    );
  });

  test('fails with file and line where it asks for a name or helper that does not exist, or is no template', () => {
    for (const source of [
      '<p>\n{{text meta.nobody}}</p>',
      '<p>\n{{meta.nobody}}</p>',
      '<p>\n{{frobnicate meta}}</p>',
      '<p>\n{{#if}}</p>',
    ])
      expect(refusal(() => render(custom(source)))).toMatchObject({
        code: 'config-invalid',
        where: { file: 'templates/sections/board.hbs' },
      });
    expect(refusal(() => render(custom('<p>\n{{meta.nobody}}</p>'))).where.line).toBe(2);
    expect(refusal(() => render(custom('<p>\n\n{{frobnicate meta}}</p>'))).where.line).toBe(3);
  });
});

describe('a part of the page that the workspace writes anew', () => {
  const about = (source: string) => custom('<p>Yours.</p>', [{ name: 'about', path: 'templates/about.hbs', source }]);

  test('takes the place of ours', () => {
    const { html } = render(about('<aside class="mine">{{text meta.preparedBy}}</aside>'));
    expect(html).toContain('<aside class="mine">');
    expect(html).not.toContain('About this document');
  });

  test('is refused where it leaves out a number that the report has to tell', () => {
    expect(render(about('<p>Nothing</p>')).proof).toThrow(/was left out of the report/);
  });
});
