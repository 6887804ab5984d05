import { integer } from '../model/inlines.ts';
import { say } from '../model/say.ts';
import type { ReportMeta } from '../report/report.ts';
import type { Writer } from '../text/text.ts';
import { drawable } from './font-coverage.ts';
import { TLP_COLOURS, tlpText } from './tlp.ts';

/** Letters of East Asia are as wide as two of Latin. */
const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF\u{20000}-\u{3FFFD}]/u;

/** Longest running title, in characters, that fits beside the widest TLP label on A4. */
const LONGEST_RUNNING_TITLE = 84;
const LONGEST_ORIGIN = 44;
/** Width of a capital of the bold 12 pt label, and of the black around it, in mm. */
const CAPITAL_MM = 2.85;
const AROUND_LABEL_MM = 5;

/** What every page but the cover bears in its margins. */
export interface RunningTexts {
  readonly title: string;
  readonly label: string;
  readonly origin: string;
  /** `Page § of ¶`, in the language of the report. */
  readonly page: string;
}

/** Stand for the number of a page and of all; no language says them. */
const [PAGE, PAGES] = ['§', '¶'];

export function pageText({ page }: RunningTexts, number: number, count: number): string {
  return page.replace(PAGE, String(number)).replace(PAGES, String(count));
}

export function runningTexts(meta: ReportMeta, writer: Writer): RunningTexts {
  const seen = (value: string) => drawable(writer.phrase(value));
  return {
    title: shorten(`${seen(meta.customer.name)} · ${seen(meta.title)}`, LONGEST_RUNNING_TITLE),
    label: tlpText(meta.tlp),
    // The id says the revision too.
    origin: firstThatFits(
      [
        `${seen(meta.provider.name)} · ${seen(meta.reportId)} · ${writer.phrase(say`Revision ${integer(meta.revision)}`)}`,
        `${seen(meta.provider.name)} · ${seen(meta.reportId)}`,
      ],
      LONGEST_ORIGIN,
    ),
    page: writer.phrase(say`Page ${[PAGE]} of ${[PAGES]}`),
  };
}

/**
 * Size of the paper and the running header and footer. They stand in `@page` margin boxes, whose text can only be written
 * in CSS, so every character but letters, digits and spaces is written as its code point.
 */
export function pageRules(meta: ReportMeta, writer: Writer): string {
  const { title, label, origin, page } = runningTexts(meta, writer);
  const labelWidth = Math.ceil(label.length * CAPITAL_MM + AROUND_LABEL_MM);
  const tlp = `{content:${cssString(label)};width:${labelWidth}mm;color:${TLP_COLOURS[meta.tlp].colour}}`;
  const [width, height] = meta.paper === 'A4' ? ['210mm', '297mm'] : ['8.5in', '11in'];
  return [
    `:root{--paper-width:${width};--paper-height:${height}}`,
    `@page{size:${meta.paper};`,
    `@top-left{content:${cssString(title)};width:calc(100% - ${labelWidth}mm)}`,
    `@top-right${tlp}`,
    `@bottom-left{content:${cssString(origin)}}`,
    `@bottom-center{content:${pageNumber(page)}}`,
    `@bottom-right${tlp}}`,
  ].join('');
}

/** `"Page " counter(page) " of " counter(pages)` */
function pageNumber(page: string): string {
  return page
    .split(new RegExp(`([${PAGE}${PAGES}])`, 'u'))
    .filter((part) => part !== '')
    .map((part) => (part === PAGE ? 'counter(page)' : part === PAGES ? 'counter(pages)' : cssString(part)))
    .join(' ');
}

function firstThatFits(texts: readonly string[], length: number): string {
  return texts.find((text) => widthOf(text) <= length) ?? shorten(texts[0] ?? '', length);
}

function shorten(text: string, length: number): string {
  if (widthOf(text) <= length) return text;
  let kept = '';
  for (const char of text) {
    if (widthOf(kept) + widthOf(char) > length - 1) break;
    kept += char;
  }
  return `${kept.trimEnd()}…`;
}

/** In characters of Latin. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, char) => sum + (WIDE.test(char) ? 2 : 1), 0);
}

/** A CSS string literal that holds exactly `text`, whatever it is. */
function cssString(text: string): string {
  const escaped = Array.from(text, (char) =>
    // The blank ends the escape and is not part of the text.
    /[A-Za-z0-9 ]/.test(char) ? char : `\\${(char.codePointAt(0) ?? 0).toString(16)} `,
  );
  return `"${escaped.join('')}"`;
}
