import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkTemplate } from '../../../src/config/template-check.ts';
import { renderHtml } from '../../../src/render/html.ts';
import { TEMPLATES } from '../../../src/render/templates.ts';
import type { Block, ReportModel } from '../../../src/report/report.ts';
import { replaceStrings } from '../../support/hostile-strings.ts';
import { attributeOf, elementsOf, textOf } from '../../support/html-tree.ts';
import { sampleModel } from '../../support/sample-model.ts';
import { SAMPLE_BRAND, sampleParts } from '../../support/sample-parts.ts';

const templateFolder = new URL('../../../templates/', import.meta.url);

function render(model: ReportModel, purpose: 'screen' | 'print' = 'screen', brand = SAMPLE_BRAND): string {
  return renderHtml(model, sampleParts(model, purpose, brand));
}

describe('the report as HTML', () => {
  const html = render(sampleModel());
  const elements = elementsOf(html);
  const all = (tag: string) => elements.filter((element) => element.tagName === tag);

  const POLICY =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";
  const policyOf = (source: string) => {
    const metas = elementsOf(source).filter((element) => attributeOf(element, 'http-equiv') !== undefined);
    return metas.map((meta) => attributeOf(meta, 'content'));
  };
  const scriptsOf = (source: string) => elementsOf(source).filter((element) => element.tagName === 'script');

  test('runs one script of ours, allowed by its hash', () => {
    expect(scriptsOf(html).filter((script) => attributeOf(script, 'type') === undefined)).toHaveLength(1);
    const [, text = ''] = /<script>(.*?)<\/script>/su.exec(html) ?? [];
    expect(text).toBe(readFileSync(new URL('screen.js', templateFolder), 'utf8'));
    const hash = createHash('sha256').update(text).digest('base64');
    expect(policyOf(html)).toEqual([`${POLICY}; script-src 'sha256-${hash}'`]);
  });

  test('runs nothing on paper', () => {
    const source = render(sampleModel(), 'print');
    expect(scriptsOf(source)).toEqual([]);
    expect(policyOf(source)).toEqual([POLICY]);
    // What only a script reads is not printed either.
    expect(html).toMatch(/ data-sort="\d/u);
    expect(source).not.toMatch(/ data-(?:sort|exact)=/u);
  });

  test('gives the script the values of each figure as data that cannot end their element', () => {
    const model = sampleModel();
    const hostile = '</script><script>alert(1)</script>\u2028&';
    const chapters = replaceStrings(model.chapters, (text, path) => (/\.chart\..*label$/i.test(path) ? hostile : text));
    const source = render({ ...model, chapters });
    const data = [...source.matchAll(/<script type="application\/json" class="reading">(.*?)<\/script>/gsu)];
    expect(data).toHaveLength(5);
    expect(scriptsOf(source)).toHaveLength(6);
    for (const [, text = ''] of data) {
      expect(text).not.toMatch(/[<>&\u2028]/);
      const reading: { readonly series: readonly object[] } = JSON.parse(text);
      expect(reading.series.length).toBeGreaterThan(0);
    }
  });

  test('shows a rule as it is, line by line, and no dead button without the script', () => {
    const lines = elements.filter((element) => attributeOf(element, 'class') === 'code-line').map(textOf);
    expect(lines[1]).toBe(' and cf.bot_management.ja4 eq "t13d1516h2_8daaf6152771_02713d6af862"');
    expect(lines[2]).toContain('<script>alert(1)</script>');
    expect(all('button')).toEqual([]);
  });

  test('loads nothing', () => {
    for (const element of elements)
      for (const { name, value } of element.attrs) {
        if (name === 'href') expect(value).toMatch(/^#[a-z0-9_-]+$/);
        if (name === 'src') expect(value).toMatch(/^data:/);
        expect(name).not.toMatch(/^on/);
      }
    expect(html.match(/url\((?!data:font\/)/g)).toBeNull();
    expect(html).not.toContain('@import');
  });

  test('has one title, one first heading, and a second-level heading for the contents and each chapter', () => {
    expect(all('title').map(textOf)).toEqual([
      'Post-incident report INC-4821-r1: HTTP flood against the web shop (Kestrel Outdoor AG)',
    ]);
    expect(all('h1').map(textOf)).toEqual(['HTTP flood against the web shop']);
    expect(all('h2').map((heading) => textOf(heading).trim())).toEqual([
      'Contents',
      '1 Executive summary',
      '2 Timeline',
      '3 Anatomy of the attack',
      '4 Sources',
      '5 Mitigation',
      '6 Method and appendix',
    ]);
  });

  test('gives every figure a text alternative and every table headers with a scope', () => {
    const charts = elements.filter((element) => attributeOf(element, 'class') === 'chart');
    expect(charts).toHaveLength(6);
    for (const chart of charts) {
      expect(attributeOf(chart, 'role')).toBe('img');
      expect(attributeOf(chart, 'aria-label')).toMatch(/\w{4,}.*\.$/);
    }
    expect(all('table')).toHaveLength(7);
    for (const header of all('th')) expect(attributeOf(header, 'scope')).toMatch(/^(col|row)$/);
  });

  test('links every entry of the contents to an element that exists', () => {
    const ids = elements.map((element) => attributeOf(element, 'id')).filter((id) => id !== undefined);
    const targets = all('a').map((link) => attributeOf(link, 'href')?.slice(1));
    expect(targets).toHaveLength(6);
    for (const target of targets) expect(ids).toContain(target);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('shows the TLP label untranslated at the head and the foot of the cover, and says what it means', () => {
    const labels = elements.filter((element) => /^tlp /.test(attributeOf(element, 'class') ?? ''));
    expect(labels.map(textOf)).toEqual(['TLP:AMBER', 'TLP:AMBER']);
    expect(html).toContain('on a need-to-know basis within their organization and its clients.');
  });

  test('isolates every value from input and sets indicators apart', () => {
    const isolated = all('bdi').map((element) => `${attributeOf(element, 'class')} ${textOf(element)}`);
    expect(isolated).toContain('name Kestrel Outdoor AG');
    expect(isolated).toContain('indicator long hxxp://203[.]0[.]113[.]77/c2/gate.php');
    expect(isolated).toContain('code long t13d1516h2_8daaf6152771_b0da82dd1658');
  });

  test('states the period in the zone of the customer and in UTC, and only once when both are the same', () => {
    const period = (rendered: string) =>
      elementsOf(rendered)
        .filter((element) => attributeOf(element, 'class') === 'cover-period')
        .flatMap((element) => element.childNodes.map(textOf));
    expect(period(html)).toEqual([
      '17 Nov 2026, 14:00:00 to 17:00:00 Europe/Berlin (UTC+01:00)',
      '17 Nov 2026, 13:00:00 to 16:00:00 UTC',
    ]);
    const model = sampleModel();
    expect(period(render({ ...model, meta: { ...model.meta, timeZone: 'UTC' } }))).toHaveLength(1);
  });

  test('says where the rest of a table is when the data file has more', () => {
    expect(html).toContain('Complete in data/table-networks.csv.');
  });

  test('leaves out the hero figure and the logo when there are none, and shows a logo that there is', () => {
    const model = sampleModel();
    const { hero: _hero, ...cover } = model.cover;
    expect(elementsOf(render({ ...model, cover })).filter((element) => element.tagName === 'figure')).toHaveLength(5);
    expect(all('img')).toEqual([]);
    const logo = 'data:image/png;base64,iVBORw0KGgo=';
    const images = elementsOf(render(model, 'screen', { ...SAMPLE_BRAND, logo })).filter(
      (element) => element.tagName === 'img',
    );
    expect(images.map((image) => attributeOf(image, 'alt'))).toEqual(['Bastion Edge']);
  });

  test('refuses a logo that is not a picture in the file', () => {
    for (const logo of ['https://cdn.example/logo.png', 'data:text/html,x', 'data:image/png;base64,"onload="x'])
      expect(() => render(sampleModel(), 'screen', { ...SAMPLE_BRAND, logo })).toThrow(/logo/);
  });

  test('is the same text on screen and in print', () => {
    const text = (rendered: string) => elementsOf(rendered).slice(0, 1).map(textOf).join('').replace(/\s+/g, ' ');
    expect(text(render(sampleModel(), 'print'))).toBe(text(html));
  });

  test('embeds Latin for every face, and another script only when a character of it occurs', () => {
    const faces = (rendered: string) => rendered.match(/@font-face/g)?.length;
    expect(faces(html)).toBe(4);
    const model = sampleModel();
    const greek = render({ ...model, meta: { ...model.meta, title: 'Επίθεση' } });
    expect(faces(greek)).toBe(8);
    expect(greek).toContain('U+0370-0377');
  });

  test('brings whole fonts into print when the web files lack a sign, so that no font of the machine is needed', () => {
    const model = sampleModel();
    const withSign: ReportModel = { ...model, meta: { ...model.meta, title: 'Requests ≥ 400 k → origin' } };
    expect(render(withSign, 'print')).toContain('data:font/ttf');
    expect(render(withSign, 'screen')).not.toContain('data:font/ttf');
    expect(render(model, 'print')).not.toContain('data:font/ttf');
  });

  test('is the same, byte for byte, when rendered again', () => {
    expect(render(sampleModel())).toBe(html);
  });

  test('fails with the id of a figure that has no chart', () => {
    const model = sampleModel();
    const parts = { ...sampleParts(model, 'print'), charts: new Map() };
    expect(() => renderHtml(model, parts)).toThrow(/figure fig-traffic has no chart/);
  });
});

describe('the templates', () => {
  // Exhaustive by its type: a new kind of block does not compile until it is named here.
  const kinds: Record<Block['kind'], true> = {
    text: true,
    statements: true,
    figure: true,
    table: true,
    callout: true,
    definitions: true,
    code: true,
  };

  test('have exactly one partial for each kind of block, and the list names every file', () => {
    const files = readdirSync(new URL('blocks/', templateFolder)).map((file) => file.replace(/\.hbs$/, ''));
    expect(files.sort()).toEqual(Object.keys(kinds).sort());
    const rest = readdirSync(templateFolder).filter((file) => file.endsWith('.hbs'));
    const listed = TEMPLATES.map((name) => `${name}.hbs`);
    expect([...rest, ...files.map((file) => `blocks/${file}.hbs`)].sort()).toEqual([...listed].sort());
  });

  test('put values into text and double-quoted attributes only, and never unescaped', () => {
    for (const name of TEMPLATES) {
      const source = readFileSync(new URL(`${name}.hbs`, templateFolder), 'utf8');
      // The frame is ours alone: it holds the one script and its words, the one style sheet and what tells a browser how to treat them.
      const own =
        name === 'layout'
          ? source
              .slice(source.indexOf('<body'))
              .replace('<script>{{markup script}}</script>', '')
              .replace('<script type="application/json" class="words">{{markup words}}</script>', '')
          : source;
      expect(checkTemplate(own)).toEqual([]);
    }
    const layout = readFileSync(new URL('layout.hbs', templateFolder), 'utf8');
    expect(layout.match(/<style>\{\{markup style\}\}<\/style>/g)).toHaveLength(1);
  });

  test('name nothing that a complete model does not have', () => {
    const model = sampleModel();
    const missing = new Set<string>();
    expect(() => renderHtml(watched(model, '', missing), sampleParts(model, 'print'))).not.toThrow();
    // Optional, and absent somewhere in the sample although present elsewhere in it.
    expect([...missing].filter((path) => !/\.(heading|note|width|closingRows)$/.test(path))).toEqual([]);
  });

  test('refuse a block of a kind that they do not know', () => {
    const model = sampleModel();
    const chapter = { id: 'x', title: 'X', startsPage: false, blocks: [{ kind: 'map' }] };
    const broken = { ...model, chapters: [chapter] } as unknown as ReportModel; // what a faulty report stage could send
    expect(() => render(broken)).toThrow(/no template for a block of kind "map"/);
  });
});

/** A view of `value` that notes every key that is asked for and does not exist. */
function watched<T extends object>(value: T, path: string, missing: Set<string>): T {
  return new Proxy(value, {
    getOwnPropertyDescriptor(target, key) {
      if (!Object.hasOwn(target, key) && !Array.isArray(target)) missing.add(`${path}.${String(key)}`);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    get(target, key, receiver) {
      const found: unknown = Reflect.get(target, key, receiver);
      const isOwn = Object.hasOwn(target, key);
      return isOwn && found !== null && typeof found === 'object'
        ? watched(found, `${path}.${String(key)}`, missing)
        : found;
    },
  });
}
