import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCase } from '../../../src/config/config.ts';
import { checkStyleSheet, checkTemplate } from '../../../src/config/template-check.ts';
import { makeWorkspace } from './workspace-fixture.ts';

const load = async (files: Readonly<Record<string, string>>) =>
  loadCase(join(await makeWorkspace(files), 'incidents/INC-1.yaml'));

describe('templates of a workspace', () => {
  test('are read with the sections and the style sheet that they add, and belong to what a report is made by', async () => {
    const incident = await load({
      'templates/templates.yaml':
        'contract: 1\nstyleSheet: own.css\nsections:\n  - { id: board, title: For the board, template: sections/board.hbs, after: summary }\n',
      'templates/about.hbs': '<p>{{text meta.reportId}}</p>',
      'templates/sections/board.hbs': '<p>{{text meta.title}}</p>',
      'templates/own.css': '.board { color: var(--ink-soft); }',
    });
    expect(incident.templates).toEqual({
      replaced: [{ name: 'about', path: 'templates/about.hbs', source: '<p>{{text meta.reportId}}</p>' }],
      sections: [
        {
          id: 'board',
          title: 'For the board',
          after: 'summary',
          template: { path: 'templates/sections/board.hbs', source: '<p>{{text meta.title}}</p>' },
        },
      ],
      styleSheet: { path: 'templates/own.css', source: '.board { color: var(--ink-soft); }' },
    });
    expect(incident.madeBy.map(({ path }) => path).filter((path) => path.startsWith('templates/'))).toHaveLength(4);
  });

  test.each([
    ['for another contract', { 'templates/templates.yaml': 'contract: 2\n' }, /templates.yaml:1:11: contract/],
    [
      'that replace nothing',
      { 'templates/templates.yaml': 'contract: 1\n', 'templates/blocks/tabel.hbs': '' },
      /templates\/blocks\/tabel\.hbs: replaces nothing; did you mean "blocks\/table"/,
    ],
    [
      'without their contract',
      { 'templates/cover.hbs': '' },
      /templates\/cover\.hbs: is not used: templates\/templates\.yaml is missing/,
    ],
    [
      'of which one is not there',
      { 'templates/templates.yaml': 'contract: 1\nsections: [{ id: a, title: A, template: sections/a.hbs }]\n' },
      /"sections\/a\.hbs" does not exist/,
    ],
    [
      'that load something',
      {
        'templates/templates.yaml': 'contract: 1\n',
        'templates/cover.hbs': '<p>\n<img src="https://x.example/a.png">',
      },
      /templates\/cover\.hbs:2: has a link or source of its own/,
    ],
  ])('%s are refused at their place', async (_, files, message) => {
    await expect(load(files)).rejects.toThrow(message);
  });
});

describe('what a template may not do', () => {
  test.each([
    ['{{{meta.title}}}', 'unescaped'],
    ['{{&meta.title}}', 'unescaped'],
    ['{{> (lookup this "kind")}}', 'partial by data'],
    ['<script>', 'loads, runs or sends'],
    ['<p style="x">', 'loads or styles'],
    ['<p onclick="x">', 'event handler'],
    ['<a href="{{text meta.title}}">', 'link or source of its own'],
    ['<p class={{text meta.title}}>', 'without double quotes'],
    ["<p class='{{text meta.title}}'>", 'without double quotes'],
  ])('%s', (source, problem) => {
    expect(checkTemplate(`<p>\n${source}`)).toEqual([{ line: 2, problem: expect.stringContaining(problem) }]);
  });

  test('it may link to a chapter, show the pictures of the brand and set classes', () => {
    const source =
      '<a class="x {{align}}" href="#{{anchor id}}"><img src="{{logo}}" alt="{{text brandName}}"></a>{{> blocks/table}}';
    expect(checkTemplate(source)).toEqual([]);
  });

  test.each(['@import "a.css";', 'a { background: URL (x) }', '@font-face {}', 'a { content: "\\41" }', '</style>'])(
    'a style sheet: %s',
    (css) => expect(checkStyleSheet(`p {}\n${css}`)).toMatchObject([{ line: 2 }]),
  );
});
