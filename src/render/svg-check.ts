import { ReportError } from '../errors.ts';

const ELEMENTS = new Set(
  'svg g defs clipPath path rect circle ellipse line polyline polygon text tspan title desc linearGradient radialGradient stop pattern use mask'.split(
    ' ',
  ),
);
/** Something to be seen; a chart without data says so in words. */
const DRAWN = /<(?:path|rect|circle|ellipse|line|polyline|polygon|text)\b/;
const ATTRIBUTE = /^[a-zA-Z][a-zA-Z:-]*$/;

/**
 * Refuses a chart that holds anything but drawing and text: a label drawn into a chart is input like any other, and a
 * chart is the one thing that enters the page without escaping. Fails closed on whatever it does not understand.
 * Returns the `<svg>` element without XML prologue.
 */
export function checkedSvg(figureId: string, source: string): string {
  const svg = source.replace(/^\s*(<\?xml[^>]*\?>)?\s*/, '').trimEnd();
  const refuse = (what: string): never => {
    throw new ReportError('report-unsound', `the chart of ${figureId} holds ${what}`);
  };
  if (!svg.startsWith('<svg') || !svg.endsWith('>')) refuse('something that is not an <svg> element');
  const open: string[] = [];
  let at = 0;
  while (at < svg.length) {
    if (svg.charAt(at) !== '<') {
      const next = svg.indexOf('<', at);
      if (open.length === 0) refuse('text outside its <svg> element');
      at = next < 0 ? svg.length : next;
      continue;
    }
    const tag = /<(\/?)([a-zA-Z]+)((?:\s+[^\s=<>"']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
    tag.lastIndex = at;
    const match = tag.exec(svg);
    const [whole = '', closing = '', name = '', attributes = '', empty = ''] =
      match ?? refuse('markup that is not plain elements');
    if (!ELEMENTS.has(name)) refuse(`an element <${name}>`);
    if (open.length === 0 && at > 0) refuse('more than one element');
    for (const [, attribute = '', value = ''] of attributes.matchAll(/([^\s=<>"']+)\s*=\s*("[^"]*"|'[^']*')/g)) {
      if (!ATTRIBUTE.test(attribute) || /^(on|style$)/i.test(attribute)) refuse(`an attribute ${attribute}`);
      if (/^(xlink:)?href$/i.test(attribute) && !/^["']#/.test(value)) refuse('a link');
      if (/url\((?!#)/i.test(value) || value.includes('\\')) refuse('a reference to the outside');
    }
    if (closing) {
      if (open.pop() !== name) refuse('elements that do not close in order');
    } else if (!empty) open.push(name);
    at += whole.length;
  }
  if (open.length > 0) refuse('an element that does not close');
  if (!DRAWN.test(svg)) refuse('nothing: a blank chart is taken for one without data');
  return svg;
}
