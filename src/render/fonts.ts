import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type FontFace, fontFaces } from '../charts/charts.ts';
import type { Brand } from '../config/config.ts';

// Fonts are a matter of correctness: on a machine without a system font Chromium prints blank pages and reports success.
// So a document carries its fonts, and the browser is given the same faces as TTF through fontconfig.

/** The family of running text, in all weights; a document has any other family in its regular weight only. */
export const TEXT_FAMILY = 'Inter';

/** Always in the document; the files of other scripts only when it has a character of theirs. */
const BASE_SUBSET = 'latin';

const fontData = new Map<string, string>();

/**
 * `@font-face` rules with the fonts inlined, for the characters that occur in `text`. The web files leave out arrows and
 * most mathematical signs; where those occur, `complete` adds the whole TTF (400 kB a face), which makes a document for
 * print independent of the fonts of the machine. A document for the screen leaves them to the reader's own fonts.
 */
export function fontFaceRules(text: string, options: { readonly complete: boolean }): string {
  const codes = [...new Set(text)].map((char) => char.codePointAt(0) ?? 0).filter((code) => code > 0x7f);
  return fontFaces()
    .filter((face) => face.family === TEXT_FAMILY || face.weight === 400)
    .flatMap((face) => {
      const files = face.webFiles.map((file) => ({ ...file, bounds: parseRange(file.unicodeRange) }));
      const used = files.filter(
        ({ subset, bounds }) => subset === BASE_SUBSET || codes.some((code) => isIn(bounds, code)),
      );
      const left = codes.filter((code) => !files.some(({ bounds }) => isIn(bounds, code)));
      return [
        ...used.map(({ woff2, unicodeRange }) => fontFaceRule(face, woff2, 'woff2', unicodeRange)),
        ...(options.complete && left.length > 0 ? [fontFaceRule(face, face.ttf, 'truetype', writeRange(left))] : []),
      ];
    })
    .join('');
}

/** Families of the brand's own fonts; charts keep the family that their words are measured in. */
const BRAND_TEXT = 'Brand Text';
const BRAND_HEADINGS = 'Brand Headings';

/** Rules for the fonts of a brand. A character that they lack is taken from the shipped ones. */
export function brandFontRules({ fonts }: Pick<Brand, 'fonts'>): string {
  if (!fonts) return '';
  const face = (family: string, weight: string, ttf: string): string =>
    `@font-face{font-family:"${family}";font-style:normal;font-weight:${weight};src:url(data:font/ttf;base64,${ttf}) format("truetype")}`;
  const { text, headings } = fonts;
  const families = [
    ...(text ? [`--sans:"${BRAND_TEXT}",${TEXT_FAMILY},sans-serif`] : []),
    ...(headings === undefined ? [] : [`--headings:"${BRAND_HEADINGS}",${TEXT_FAMILY},sans-serif`]),
  ];
  return [
    ...(text
      ? [
          face(BRAND_TEXT, '400', text.regular),
          face(BRAND_TEXT, '600', text.semibold),
          face(BRAND_TEXT, '700', text.bold),
        ]
      : []),
    ...(headings === undefined ? [] : [face(BRAND_HEADINGS, '400 700', headings)]),
    `:root{${families.join(';')}}`,
  ].join('');
}

/** Folders with the TTF of every face, for fontconfig; woff2 does not count there. */
export function fontFolders(): readonly string[] {
  return [...new Set(fontFaces().map((face) => dirname(face.ttf)))];
}

type Bounds = readonly (readonly [number, number])[];

/** `U+0370-0377,U+037A` as pairs of first and last. */
function parseRange(range: string): Bounds {
  return range.split(',').map((part) => {
    const [from = '', to] = part.trim().replace('U+', '').split('-');
    const first = Number.parseInt(from, 16);
    return [first, to === undefined ? first : Number.parseInt(to, 16)];
  });
}

function writeRange(codes: readonly number[]): string {
  return codes.map((code) => `U+${code.toString(16)}`).join(',');
}

function isIn(bounds: Bounds, code: number): boolean {
  return bounds.some(([first, last]) => code >= first && code <= last);
}

function fontFaceRule(face: FontFace, file: string, format: 'woff2' | 'truetype', range: string): string {
  let base64 = fontData.get(file);
  if (base64 === undefined) {
    base64 = readFileSync(file).toString('base64');
    fontData.set(file, base64);
  }
  const type = format === 'woff2' ? 'font/woff2' : 'font/ttf';
  return `@font-face{font-family:"${face.family}";font-style:normal;font-weight:${face.weight};src:url(data:${type};base64,${base64}) format("${format}");unicode-range:${range}}`;
}
