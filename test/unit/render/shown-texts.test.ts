import { readFileSync } from 'node:fs';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { foldBlanks, readShownTexts } from '../../../src/render/shown-texts.ts';

/** All text of the body through a parser of all HTML, without white space. */
function wholeText(html: string): string {
  const read = (nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): string =>
    nodes
      .map((node) => {
        if ('value' in node) return node.value;
        if (!('tagName' in node) || ['head', 'style', 'script'].includes(node.tagName)) return '';
        return read(node.childNodes);
      })
      .join('');
  return read(parse(html).childNodes).replace(/\s/gu, '');
}

function texts(html: string) {
  return readShownTexts(html).map(({ place, text }) => [place, text]);
}

describe('the texts of a finished HTML report', () => {
  test.each(['INC-4821', 'INC-4907', 'INC-4958'])('of %s are all that a full parser finds', (id) => {
    const html = readFileSync(new URL(`../../golden/cases/${id}/report.html`, import.meta.url), 'utf8').replace(
      /<style [^>]*>/u, // as goldens write a style sheet
      '<style></style>',
    );
    const shown = readShownTexts(html).filter(({ place }) => place !== 'alternative');
    expect(shown.map(({ text }) => text.replace(/\s/gu, '')).join('')).toBe(wholeText(html));
    expect(shown.length).toBeGreaterThan(500);
  });

  test('are parted by boxes, not by what marks input', () => {
    const html = '<p>Of <bdi class="name">AS64500</bdi>, 93.4&#x20;%</p><tr><td>1</td><td>2</td></tr>';
    expect(texts(html)).toEqual([
      ['page', 'Of AS64500, 93.4 %'],
      ['page', '1'],
      ['page', '2'],
    ]);
    expect(readShownTexts(html)[0]?.pieces.map(({ isInput }) => isInput)).toEqual([false, true, false]);
  });

  test('spell out what was escaped, once', () => {
    expect(texts('<p>&lt;b&gt; &amp;lt; &#x27;x&#39; &quot;</p>')).toEqual([['page', `<b> &lt; 'x' "`]]);
  });

  test('say where they stand', () => {
    const html =
      '<head><title>T</title></head><style>p{}</style><div class="chart" role="img" aria-label="Two &amp; more"><svg><text>9</text></svg></div><span class="page-slot" data-target="a"></span>';
    expect(texts(html)).toEqual([
      ['alternative', 'Two & more'],
      ['drawing', '9'],
      ['page-number', ''],
    ]);
  });

  test('fold every kind of blank', () => {
    expect(foldBlanks(' 1\u202f%\u00a0\n of ')).toBe('1 % of');
  });
});
