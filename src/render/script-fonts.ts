import { readFileSync } from 'node:fs';
import { type ScriptFont, scriptFonts } from '../charts/charts.ts';
import { coverageOfWoff2 } from './character-map.ts';
import { type Bounds, isIn, parseRange } from './unicode-range.ts';

/** A part of a font for other scripts, with those of its characters that a document uses. */
export interface UsedSlice {
  readonly regular: string;
  readonly bold: string;
  readonly codes: readonly number[];
}

interface ParsedFont {
  readonly language: string;
  readonly slices: readonly { readonly bounds: Bounds; readonly regular: string; readonly bold: string }[];
}

let fonts: readonly ParsedFont[] | undefined;

function parsedFonts(): readonly ParsedFont[] {
  fonts ??= scriptFonts().map(({ language, slices }: ScriptFont) => ({
    language,
    slices: slices.map(({ unicodeRange, ...files }) => ({ ...files, bounds: parseRange(unicodeRange) })),
  }));
  return fonts;
}

/** Whether one of the fonts for other scripts has the character. */
export function hasScriptFont(code: number): boolean {
  return parsedFonts().some((font) => sliceOf(font, code) !== undefined);
}

/**
 * The slices that draw `codes`, each character in one of them. Chinese, Japanese and Korean share characters that each
 * writes in its own shape: the language of the document comes first, then the one that the other characters speak for.
 */
export function slicesFor(codes: readonly number[], language: string): readonly UsedSlice[] {
  if (codes.length === 0) return [];
  const used = new Map<string, { regular: string; bold: string; codes: number[] }>();
  const order = preferred(codes, language);
  for (const code of codes) {
    const slice = firstSlice(order, code);
    if (!slice) continue;
    const { regular, bold } = slice;
    const before = used.get(regular);
    if (before) before.codes.push(code);
    else used.set(regular, { regular, bold, codes: [code] });
  }
  return [...used.values()];
}

function preferred(codes: readonly number[], language: string): readonly ParsedFont[] {
  const rank = ({ language: own, slices }: ParsedFont): number => {
    // East Asian fonts have single letters of them, which would not join up.
    if (own === 'ar' || own === 'he' || language.toLowerCase().split('-')[0] === own) return Number.POSITIVE_INFINITY;
    if (own === 'ja' && codes.some(isKana)) return Number.MAX_SAFE_INTEGER;
    return codes.filter((code) => sliceOf({ language: own, slices }, code) !== undefined).length;
  };
  const ranks = new Map(parsedFonts().map((font) => [font, rank(font)] as const));
  return [...parsedFonts()].sort((a, b) => {
    const [left = 0, right = 0] = [ranks.get(a), ranks.get(b)];
    return left === right ? 0 : right > left ? 1 : -1;
  });
}

function isKana(code: number): boolean {
  return code >= 0x3041 && code <= 0x30ff;
}

function firstSlice(order: readonly ParsedFont[], code: number): ParsedFont['slices'][number] | undefined {
  for (const font of order) {
    const slice = sliceOf(font, code);
    if (slice) return slice;
  }
  return undefined;
}

function sliceOf({ slices }: ParsedFont, code: number): ParsedFont['slices'][number] | undefined {
  return slices.find(({ bounds, regular }) => isIn(bounds, code) && hasGlyph(regular, code));
}

const coverages = new Map<string, ReadonlySet<number>>();

/** What a slice really has: some packages name characters that they leave out. */
function hasGlyph(file: string, code: number): boolean {
  const known = coverages.get(file) ?? coverageOfWoff2(readFileSync(file));
  coverages.set(file, known);
  return known.has(code);
}
