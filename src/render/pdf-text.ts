import {
  dictOf,
  type PdfDict,
  type PdfFile,
  PdfName,
  PdfRef,
  PdfString,
  type PdfValue,
  pagesOf,
  resolve,
  ValueParser,
} from './pdf-objects.ts';

/** What a page shows in letters. */
export interface PageText {
  /** In drawing order, without any white space: line breaks and gaps are positions in a PDF, not characters. */
  readonly text: string;
  /** Glyphs for which no font had a picture; they print as empty boxes. */
  readonly missingGlyphs: number;
}

interface FontCodes {
  readonly toText: ReadonlyMap<number, string>;
}

/** The text of every page through the fonts' own ToUnicode tables, as a reader's copy-and-paste would see it. */
export function readPageTexts(file: PdfFile): readonly PageText[] {
  const fonts = new Map<number, FontCodes>();
  return pagesOf(file).map(({ dict }) => {
    const page = { text: '', missingGlyphs: 0 };
    const contents = resolve(file, dict.get('Contents'));
    const parts: readonly (PdfValue | undefined)[] = Array.isArray(contents) ? contents : [dict.get('Contents')];
    const stream = parts.map((part) => streamText(file, part)).join('\n');
    readContent(file, stream, dictOf(file, dict.get('Resources')), fonts, page, 0);
    return page;
  });
}

function streamText(file: PdfFile, value: PdfValue | undefined): string {
  if (!(value instanceof PdfRef)) return '';
  return file.objects.get(value.number)?.stream?.().toString('latin1') ?? '';
}

/**
 * Lines that only draw: numbers and an operator that shows no text. Most of a page with charts is such lines, and skipping
 * them takes a tenth of the time. Not done where literal strings might span lines.
 */
const DRAWING_LINES = /^[-\d. ]*(?:re|[mlhcvywfSnWqQ]|cm|rg|RG|[fW]\*)$/gm;

function readContent(
  file: PdfFile,
  content: string,
  resources: PdfDict,
  fonts: Map<number, FontCodes>,
  page: { text: string; missingGlyphs: number },
  depth: number,
): void {
  const parser = new ValueParser(content.includes('(') ? content : content.replace(DRAWING_LINES, ''));
  const named = dictOf(file, resources.get('Font'));
  let operands: PdfValue[] = [];
  let font: FontCodes | undefined;
  while (!parser.atEnd) {
    const operand = parser.tryValue();
    if (operand !== undefined) {
      operands.push(operand);
      continue;
    }
    const operator = parser.word();
    if (operator === 'Tf')
      font = fontOf(file, operands[0] instanceof PdfName ? named.get(operands[0].name) : null, fonts);
    else if (operator === 'Tj' || operator === 'TJ' || operator === "'" || operator === '"') {
      for (const string of operands.flat()) if (string instanceof PdfString) showText(string.bytes, font, page);
    } else if (operator === 'Do' && depth < 8) {
      const name = operands[0];
      const target = name instanceof PdfName ? dictOf(file, resources.get('XObject')).get(name.name) : undefined;
      const form = dictOf(file, target);
      const subtype = form.get('Subtype');
      if (subtype instanceof PdfName && subtype.name === 'Form')
        readContent(file, streamText(file, target), dictOf(file, form.get('Resources')), fonts, page, depth + 1);
    }
    operands = [];
  }
}

function showText(bytes: string, font: FontCodes | undefined, page: { text: string; missingGlyphs: number }): void {
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const code = bytes.charCodeAt(i) * 256 + bytes.charCodeAt(i + 1);
    if (code === 0) page.missingGlyphs++;
    const text = font?.toText.get(code) ?? '';
    page.text += /\s/.test(text) ? text.replace(/\s/g, '') : text;
  }
}

function fontOf(file: PdfFile, value: PdfValue | undefined, fonts: Map<number, FontCodes>): FontCodes {
  if (!(value instanceof PdfRef)) return { toText: new Map() };
  const known = fonts.get(value.number);
  if (known) return known;
  const codes = { toText: readToUnicode(streamText(file, dictOf(file, value).get('ToUnicode'))) };
  fonts.set(value.number, codes);
  return codes;
}

/** Reads the `bfchar` and `bfrange` parts of a ToUnicode table. */
function readToUnicode(cmap: string): ReadonlyMap<number, string> {
  const map = new Map<number, string>();
  for (const [, body] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, code, text] of (body ?? '').matchAll(/<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g))
      map.set(Number.parseInt(code ?? '', 16), utf16(text ?? ''));
  for (const [, body] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
    for (const [, from, to, text] of (body ?? '').matchAll(/<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g)) {
      const first = Number.parseInt(from ?? '', 16);
      const base = Number.parseInt(text ?? '', 16);
      for (let code = first; code <= Number.parseInt(to ?? '', 16); code++)
        map.set(code, utf16((base + code - first).toString(16).padStart(text?.length ?? 4, '0')));
    }
  return map;
}

function utf16(hex: string): string {
  return Buffer.from(hex, 'hex').swap16().toString('utf16le');
}
