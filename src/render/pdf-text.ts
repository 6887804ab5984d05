import {
  decodeString,
  dictOf,
  KINDS,
  NUMERIC,
  type PdfDict,
  type PdfFile,
  PdfName,
  PdfRef,
  PdfString,
  type PdfValue,
  pagesOf,
  REGULAR,
  readPdf,
  resolve,
  ValueParser,
  WHITE,
} from './pdf-objects.ts';

/** What a page shows in letters. */
export interface PageText {
  /** In drawing order, without any white space: line breaks and gaps are positions in a PDF, not characters. */
  readonly text: string;
  /** Glyphs for which no font had a picture; they print as empty boxes. */
  readonly missingGlyphs: number;
}

/** A page as far as it is read. */
interface Reading {
  readonly words: string[];
  missingGlyphs: number;
}

interface FontCodes {
  readonly toText: ReadonlyMap<number, string>;
}

/**
 * Everything in letters in a finished PDF: what the pages show, without white space, and what its properties say.
 * Throws a plain Error on a file that Chromium would not have written.
 */
export function readPdfText(bytes: Uint8Array): string {
  const file = readPdf(bytes);
  const properties = [...dictOf(file, file.trailer.get('Info')).values()].filter((value) => value instanceof PdfString);
  return [...properties.map(decodeString), ...readPageTexts(file).map(({ text }) => text)].join('\n');
}

/** The text of every page through the fonts' own ToUnicode tables, as a reader's copy-and-paste would see it. */
export function readPageTexts(file: PdfFile): readonly PageText[] {
  const fonts = new Map<number, FontCodes>();
  return pagesOf(file).map(({ dict }) => {
    const page: Reading = { words: [], missingGlyphs: 0 };
    const contents = resolve(file, dict.get('Contents'));
    const parts: readonly (PdfValue | undefined)[] = Array.isArray(contents) ? contents : [dict.get('Contents')];
    const stream = Buffer.concat(parts.flatMap((part) => [streamOf(file, part), Buffer.from('\n')]));
    readContent(file, stream, dictOf(file, dict.get('Resources')), fonts, page, 0);
    return { text: page.words.join(''), missingGlyphs: page.missingGlyphs };
  });
}

function streamOf(file: PdfFile, value: PdfValue | undefined): Buffer {
  const stream = value instanceof PdfRef ? file.objects.get(value.number)?.stream : undefined;
  return stream ? stream() : Buffer.alloc(0);
}

const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;
const ANGLE_START = 0x3c;
const ANGLE_END = 0x3e;

const NO_DIGIT = 0xff;
const HEX_DIGITS = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, digit] of [...'0123456789abcdef'].entries())
  for (const char of [digit, digit.toUpperCase()]) HEX_DIGITS[char.charCodeAt(0)] = value;

/** An operator of one or two letters as a number, which is compared without making a string of it. */
function operatorOf(first: number, second = 0): number {
  return first * 256 + second;
}

const [CHOOSE_FONT, DRAW_FORM, ...SHOW_TEXT] = ['Tf', 'Do', 'Tj', 'TJ', "'", '"'].map((word) =>
  operatorOf(word.charCodeAt(0), word.length === 2 ? word.charCodeAt(1) : 0),
);

/** Goes over the bytes one by one: a page with charts is a hundred kilobytes of numbers, of which none is needed. */
function readContent(
  file: PdfFile,
  content: Buffer,
  resources: PdfDict,
  fonts: Map<number, FontCodes>,
  page: Reading,
  depth: number,
): void {
  const parser = new ValueParser(content.toString('latin1'));
  let font: FontCodes | undefined;
  // What stands before an operator: its first name, and the glyphs of its strings.
  let name = '';
  const glyphs: number[] = [];
  for (let at = 0; at < content.length; ) {
    const byte = content[at] ?? 0;
    const kind = KINDS[byte];
    if (kind === WHITE || kind === NUMERIC || byte === ARRAY_START || byte === ARRAY_END) {
      at++;
      continue;
    }
    if (byte === ANGLE_START && content[at + 1] !== ANGLE_START) {
      at = readHexGlyphs(content, at + 1, glyphs);
      continue;
    }
    if (kind !== REGULAR) {
      parser.at = at;
      const value = parser.value();
      at = parser.at;
      if (value instanceof PdfName) name ||= value.name;
      if (value instanceof PdfString) readGlyphs(value.bytes, glyphs);
      continue;
    }
    const from = at;
    while (KINDS[content[at] ?? 0] === REGULAR || KINDS[content[at] ?? 0] === NUMERIC) at++;
    if (glyphs.length > 0 || name !== '') {
      const operator = at - from > 2 ? undefined : operatorOf(byte, at - from === 2 ? content[from + 1] : 0);
      if (operator === CHOOSE_FONT) font = fontOf(file, dictOf(file, resources.get('Font')).get(name), fonts);
      else if (operator !== undefined && SHOW_TEXT.includes(operator)) showGlyphs(glyphs, font, page);
      else if (operator === DRAW_FORM && depth < 8) readForm(name);
      name = '';
      glyphs.length = 0;
    }
  }

  function readForm(formName: string): void {
    const target = dictOf(file, resources.get('XObject')).get(formName);
    const form = dictOf(file, target);
    const subtype = form.get('Subtype');
    if (subtype instanceof PdfName && subtype.name === 'Form')
      readContent(file, streamOf(file, target), dictOf(file, form.get('Resources')), fonts, page, depth + 1);
  }
}

/** Glyphs of two bytes in hexadecimal from `at` to the end of the string; returns where that is. */
function readHexGlyphs(content: Buffer, at: number, glyphs: number[]): number {
  let [glyph, count] = [0, 0];
  let end = at;
  for (; end < content.length && content[end] !== ANGLE_END; end++) {
    const digit = HEX_DIGITS[content[end] ?? 0] ?? NO_DIGIT;
    if (digit === NO_DIGIT) continue; // white space
    glyph = glyph * 16 + digit;
    if (++count % 4 !== 0) continue;
    glyphs.push(glyph);
    glyph = 0;
  }
  return end + 1;
}

function readGlyphs(bytes: string, glyphs: number[]): void {
  for (let i = 0; i + 1 < bytes.length; i += 2) glyphs.push(bytes.charCodeAt(i) * 256 + bytes.charCodeAt(i + 1));
}

function showGlyphs(glyphs: readonly number[], font: FontCodes | undefined, page: Reading): void {
  for (const glyph of glyphs) {
    if (glyph === 0) page.missingGlyphs++;
    const text = font?.toText.get(glyph);
    if (text !== undefined) page.words.push(text);
  }
}

function fontOf(file: PdfFile, value: PdfValue | undefined, fonts: Map<number, FontCodes>): FontCodes {
  if (!(value instanceof PdfRef)) return { toText: new Map() };
  const known = fonts.get(value.number);
  if (known) return known;
  const codes = { toText: readToUnicode(streamOf(file, dictOf(file, value).get('ToUnicode')).toString('latin1')) };
  fonts.set(value.number, codes);
  return codes;
}

/** Reads the `bfchar` and `bfrange` parts of a ToUnicode table, white space as nothing. */
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
  return Buffer.from(hex, 'hex').swap16().toString('utf16le').replace(/\s/g, '');
}
