import { describe, expect, test } from 'vitest';
import { checkedSvg } from '../../../src/render/svg-check.ts';

const wrap = (inside: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">${inside}</svg>`;

describe('a chart on its way into the page', () => {
  test('passes when it holds shapes, text and references to itself', () => {
    const svg = wrap(
      '<defs><clipPath id="a"><rect width="1" height="1"/></clipPath></defs><g clip-path="url(#a)"><path d="M0 0L1 1"/></g><text x="1">1 &lt; 2 > 0</text>',
    );
    expect(checkedSvg('fig-a', svg)).toBe(svg);
  });

  test('loses its XML prologue', () => {
    const drawn = wrap('<path d="M0 0L1 1"/>');
    expect(checkedSvg('fig-a', `<?xml version="1.0"?>\n${drawn}\n`)).toBe(drawn);
  });

  test('is refused when there is nothing to see', () => {
    expect(() => checkedSvg('fig-a', wrap('<g></g>'))).toThrow('the chart of fig-a holds nothing: a blank chart');
  });

  test.each([
    ['a script', wrap('<script>alert(1)</script>')],
    ['a foreign element', wrap('<foreignObject><div/></foreignObject>')],
    ['an image', wrap('<image href="data:image/png;base64,AA=="/>')],
    ['a link', wrap('<a href="#x">y</a>')],
    ['a handler', wrap('<rect onload="alert(1)"/>')],
    ['a handler in capitals', wrap('<rect ONLOAD="alert(1)"/>')],
    ['a use of another file', wrap('<use href="http://192.0.2.9/x.svg#y"/>')],
    ['a paint from outside', wrap('<rect fill="url(http://192.0.2.9/)"/>')],
    ['a second paint from outside', wrap('<rect fill="url(#a) url(http://192.0.2.9/)"/>')],
    ['a hidden paint from outside', wrap('<rect fill="u\\72l(http://192.0.2.9/)"/>')],
    ['a style of its own', wrap('<rect style="fill:red"/>')],
    ['an unquoted attribute', wrap('<rect width=1/>')],
    ['a comment', wrap('<!-- x -->')],
    ['a character data section', wrap('<![CDATA[<script>]]>')],
    ['a processing instruction', wrap('<?x?>')],
    ['an animation', wrap('<set attributeName="href" to="javascript:x"/>')],
    ['a style sheet', wrap('<style>*{}</style>')],
    ['an element left open', wrap('<g>')],
    ['an element closed twice', wrap('</g>')],
    ['text after its end', `${wrap('')}text>`],
    ['a second picture', wrap('') + wrap('')],
    ['no picture', '<div></div>'],
    ['a bare less-than sign', wrap('<text>1 < 2</text>')],
    ['nothing', ''],
  ])('is refused when it holds %s', (_name, svg) => {
    expect(() => checkedSvg('fig-a', svg)).toThrow(
      expect.objectContaining({ code: 'report-unsound', message: expect.stringContaining('fig-a') }),
    );
  });
});
