import { textWidth } from '../../src/charts/text-width.ts';

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** White words stand on a ground of their own, which hides the lines behind it. */
  readonly grounded: boolean;
}

/**
 * What is wrong with a picture: XML that is not well-formed, words outside the picture or on other words, lines through
 * words, references to the outside, scripts, pictures, numbers that are none. Empty when all is well.
 */
export function faultsOf(svg: string): string[] {
  const faults = xmlFaults(svg);
  const [, width = Number.NaN, height = Number.NaN] = (/viewBox="0 0 (\S+) (\S+)"/u.exec(svg) ?? []).map(Number);
  if (/NaN|Infinity|undefined/u.test(svg.replace(/>[^<]*</gu, '><'))) faults.push('a number that is none');
  for (const banned of ['<script', '<image', '<foreignObject', 'href', 'data:', '<pattern', '<style'])
    if (svg.replace(/>[^<]*</gu, '><').includes(banned)) faults.push(`holds ${banned}`);
  const boxes = textBoxes(svg);
  for (const [, x, from, to] of svg.matchAll(/ d="M([\d.]+) ([\d.]+)V([\d.]+)"/gu)) {
    const [at, top, bottom] = [Number(x), Math.min(Number(from), Number(to)), Math.max(Number(from), Number(to))];
    for (const box of boxes)
      if (
        !box.grounded &&
        at > box.left + 0.5 &&
        at < box.right - 0.5 &&
        top < box.bottom - 0.5 &&
        bottom > box.top + 0.5
      )
        faults.push(`a line at ${at} runs through "${box.text}"`);
  }
  boxes.forEach((box, index) => {
    if (box.left < -0.5 || box.right > width + 0.5 || box.top < -0.5 || box.bottom > height + 0.5)
      faults.push(`"${box.text}" leaves the picture`);
    for (const other of boxes.slice(index + 1))
      if (box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)
        faults.push(`"${box.text}" lies on "${other.text}"`);
  });
  return faults;
}

/** The place of every word, from the font's own widths; a capital is 0.73 of the size high. */
export function textBoxes(svg: string): Box[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/gu)].map(([, attributes = '', escaped = '']) => {
    const read = (name: string): string | undefined => new RegExp(` ?${name}="([^"]*)"`, 'u').exec(attributes)?.[1];
    const number = (name: string): number => Number(new RegExp(`(?:^| )${name}="([^"]*)"`, 'u').exec(attributes)?.[1]);
    const text = unescapeXml(escaped);
    const size = number('font-size');
    const width = textWidth(text, size, read('font-weight') === '600' ? 600 : 400);
    const anchor = read('text-anchor') ?? 'start';
    const left = number('x') - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
    const bottom = number('y');
    return { text, left, right: left + width, top: bottom - size * 0.73, bottom, grounded: read('fill') === '#ffffff' };
  });
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** A strict reader of the little XML that a chart is: tags in pairs, quoted attributes once each, known entities only. */
function xmlFaults(svg: string): string[] {
  const open: string[] = [];
  const ids = new Set<string>();
  let rest = svg;
  while (rest !== '') {
    const text = /^[^<]+/u.exec(rest)?.[0];
    if (text !== undefined) {
      if (/&(?!(?:amp|lt|gt|quot|#39);)/u.test(text) || text.includes(']]>')) return [`text "${text.slice(0, 40)}"`];
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them, so they are what is looked for
      if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/u.test(text)) return ['a character XML forbids'];
      rest = rest.slice(text.length);
      continue;
    }
    const tag = /^<(\/?)([a-zA-Z]+)((?: [a-zA-Z-]+="[^"<&]*")*) ?(\/?)>/u.exec(rest);
    if (!tag) return [`markup at "${rest.slice(0, 60)}"`];
    const [whole, closing, name = '', attributes = '', empty] = tag;
    const names = [...attributes.matchAll(/ ([a-zA-Z-]+)="/gu)].map((match) => match[1] ?? '');
    if (new Set(names).size < names.length) return [`an attribute twice in ${whole}`];
    const id = / id="([^"]*)"/u.exec(attributes)?.[1];
    if (id !== undefined && ids.has(id)) return [`the id ${id} twice`];
    if (id !== undefined) ids.add(id);
    if (closing === '/') {
      if (open.pop() !== name) return [`</${name}> closes nothing`];
    } else if (empty !== '/') open.push(name);
    rest = rest.slice(whole.length);
  }
  return open.length > 0 ? [`<${open.at(-1)}> is never closed`] : [];
}
