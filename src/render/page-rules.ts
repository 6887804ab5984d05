import type { ReportMeta } from '../report/report.ts';
import type { Writer } from '../text/text.ts';
import { TLP_COLOURS, tlpText } from './tlp.ts';

/** Longest running title, in characters, that fits beside the widest TLP label on A4. */
const LONGEST_RUNNING_TITLE = 84;
const LONGEST_ORIGIN = 56;

/**
 * Size of the paper and the running header and footer. They stand in `@page` margin boxes, whose text can only be written
 * in CSS, so every character but letters, digits and spaces is written as its code point.
 */
export function pageRules(meta: ReportMeta, writer: Writer): string {
  const seen = (value: string) => writer.phrase(value);
  const title = cssString(shorten(`${seen(meta.customer.name)} · ${seen(meta.title)}`, LONGEST_RUNNING_TITLE));
  const origin = cssString(
    shorten(`${seen(meta.provider.name)} · ${seen(meta.reportId)} · Revision ${meta.revision}`, LONGEST_ORIGIN),
  );
  const tlp = cssString(tlpText(meta.tlp));
  const colour = TLP_COLOURS[meta.tlp].colour;
  const [width, height] = meta.paper === 'A4' ? ['210mm', '297mm'] : ['8.5in', '11in'];
  return [
    `:root{--paper-width:${width};--paper-height:${height}}`,
    `@page{size:${meta.paper};`,
    `@top-left{content:${title}}`,
    `@top-right{content:${tlp};color:${colour}}`,
    `@bottom-left{content:${origin}}`,
    `@bottom-center{content:"Page " counter(page) " of " counter(pages)}`,
    `@bottom-right{content:${tlp};color:${colour}}}`,
  ].join('');
}

function shorten(text: string, length: number): string {
  const chars = Array.from(text);
  return chars.length <= length
    ? text
    : `${chars
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

/** A CSS string literal that holds exactly `text`, whatever it is. */
export function cssString(text: string): string {
  const escaped = Array.from(text, (char) =>
    /[A-Za-z0-9 ]/.test(char) ? char : `\\${(char.codePointAt(0) ?? 0).toString(16).padStart(6, '0')}`,
  );
  return `"${escaped.join('')}"`;
}
