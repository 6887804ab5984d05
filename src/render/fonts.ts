import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fontFaces } from '../charts/charts.ts';
import type { Brand } from '../config/config.ts';
import { isCovered, isInTextFont, SUBSTITUTE, TEXT_FAMILY } from './font-coverage.ts';
import { slicesFor } from './script-fonts.ts';
import { isIn, parseRange, writeRange } from './unicode-range.ts';

// Fonts are a matter of correctness: on a machine without a system font Chromium prints blank pages and reports success.
// So a document carries its fonts, and the browser is given the same faces as TTF through fontconfig.

/** Always in the document; the files of other scripts only when it has a character of theirs. */
const BASE_SUBSET = 'latin';

const fontData = new Map<string, string>();

/** Stands behind every family of a document that has letters of other scripts. */
const OTHER_SCRIPTS = 'Other Scripts';

export interface FontOptions {
  readonly complete: boolean;
  /** BCP 47 locale of the document. */
  readonly language: string;
}

/**
 * `@font-face` rules with the fonts inlined, for the characters that occur in `text`. The web files leave out arrows and
 * most mathematical signs; where those occur, `complete` adds the whole TTF (400 kB a face), which makes a document for
 * print independent of the fonts of the machine. A document for the screen leaves them to the reader's own fonts. Letters of
 * right-to-left and East Asian scripts come in slices of their own fonts, which a document without them does not have.
 */
export function fontFaceRules(text: string, { complete, language }: FontOptions): string {
  const codes = [...new Set(text)].map((char) => char.codePointAt(0) ?? 0).filter((code) => code > 0x7f);
  const rules = fontFaces()
    .filter((face) => face.family === TEXT_FAMILY || face.weight === 400)
    .flatMap((face) => {
      const files = face.webFiles.map((file) => ({ ...file, bounds: parseRange(file.unicodeRange) }));
      const used = files.filter(
        ({ subset, bounds }) => subset === BASE_SUBSET || codes.some((code) => isIn(bounds, code)),
      );
      const left = codes.filter((code) => !files.some(({ bounds }) => isIn(bounds, code)));
      const drawn = left.filter(isInTextFont);
      // What no font has is printed as one sign, which has to be there then.
      if (!left.every(isCovered)) drawn.push(SUBSTITUTE_CODE);
      return [
        ...used.map(({ woff2, unicodeRange }) => fontFaceRule(face, woff2, 'woff2', unicodeRange)),
        ...(complete && drawn.length > 0 ? [fontFaceRule(face, face.ttf, 'truetype', writeRange(drawn))] : []),
      ];
    });
  const slices = slicesFor(
    codes.filter((code) => !isInTextFont(code)),
    language,
  );
  const others = slices.flatMap((slice) => {
    const range = writeRange(slice.codes);
    return [
      fontFaceRule({ family: OTHER_SCRIPTS, weight: '400' }, slice.regular, 'woff2', range),
      fontFaceRule({ family: OTHER_SCRIPTS, weight: '600 700' }, slice.bold, 'woff2', range),
    ];
  });
  return [...rules, ...others].join('');
}

/** Families of the brand's own fonts; charts keep the family that their words are measured in. */
const BRAND_TEXT = 'Brand Text';
const BRAND_HEADINGS = 'Brand Headings';

/** What does not go by `--sans`: code and the words of charts. */
const OTHER_SCRIPT_RULES = `:root{--mono:"JetBrains Mono","${OTHER_SCRIPTS}",monospace}svg{font-family:${TEXT_FAMILY},"${OTHER_SCRIPTS}",sans-serif}`;

/** The same for the margins of paper, to stand behind the rules for paper; nothing for a document without other scripts. */
export function marginFamilies(faces: string): string {
  if (!faces.includes(`"${OTHER_SCRIPTS}"`)) return '';
  const family = `{font-family:${TEXT_FAMILY},"${OTHER_SCRIPTS}",sans-serif}`;
  return `@page{@top-left${family}@bottom-left${family}@bottom-center${family}}`;
}

/**
 * Rules for the families of a document: those of its brand, and what stands behind them. A character that a font of the brand
 * lacks is taken from the shipped ones. `faces` is what `fontFaceRules` gave.
 */
export function familyRules({ fonts }: Pick<Brand, 'fonts'>, faces: string): string {
  const hasOthers = faces.includes(`"${OTHER_SCRIPTS}"`);
  const others = hasOthers ? `,"${OTHER_SCRIPTS}"` : '';
  // Words of charts and of margin boxes name their family themselves.
  const named = hasOthers ? OTHER_SCRIPT_RULES : '';
  if (!fonts) return named === '' ? '' : `:root{--sans:${TEXT_FAMILY}${others},sans-serif}${named}`;
  const face = (family: string, weight: string, ttf: string): string =>
    `@font-face{font-family:"${family}";font-style:normal;font-weight:${weight};src:url(data:font/ttf;base64,${ttf}) format("truetype")}`;
  const { text, headings } = fonts;
  const families = [
    ...(text || hasOthers ? [`--sans:${text ? `"${BRAND_TEXT}",` : ''}${TEXT_FAMILY}${others},sans-serif`] : []),
    ...(headings === undefined ? [] : [`--headings:"${BRAND_HEADINGS}",${TEXT_FAMILY}${others},sans-serif`]),
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
    named,
  ].join('');
}

/** Folders with the TTF of every face, for fontconfig; woff2 does not count there. */
export function fontFolders(): readonly string[] {
  return [...new Set(fontFaces().map((face) => dirname(face.ttf)))];
}

const SUBSTITUTE_CODE = SUBSTITUTE.codePointAt(0) ?? 0;

function fontFaceRule(
  face: { readonly family: string; readonly weight: number | string },
  file: string,
  format: 'woff2' | 'truetype',
  range: string,
): string {
  let base64 = fontData.get(file);
  if (base64 === undefined) {
    base64 = readFileSync(file).toString('base64');
    fontData.set(file, base64);
  }
  const type = format === 'woff2' ? 'font/woff2' : 'font/ttf';
  return `@font-face{font-family:"${face.family}";font-style:normal;font-weight:${face.weight};src:url(data:${type};base64,${base64}) format("${format}");unicode-range:${range}}`;
}
