import { readFileSync } from 'node:fs';
import { fontFaces } from '../charts/charts.ts';
import { coverageOf } from './character-map.ts';
import { hasScriptFont } from './script-fonts.ts';

/** The family of running text, in all weights; a document has any other family in its regular weight only. */
export const TEXT_FAMILY = 'Inter';

/** Printed for a character that no shipped font has: whole in every chart and column, and told in the log. */
export const SUBSTITUTE = '□';

let textFont: ReadonlySet<number> | undefined;

/** Whether the shipped text font has the character, in its whole TTF. */
export function isInTextFont(code: number): boolean {
  textFont ??= readCoverage();
  return textFont.has(code);
}

/** Whether any shipped font has the character. Marks and selectors that draw nothing of their own need none. */
export function isCovered(code: number): boolean {
  return (
    code <= 0x7f ||
    isInTextFont(code) ||
    hasScriptFont(code) ||
    /\p{Default_Ignorable_Code_Point}/u.test(String.fromCodePoint(code))
  );
}

/** A bare text with the substitute for every character that no shipped font has. */
export function drawable(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (char) => (isCovered(char.codePointAt(0) ?? 0) ? char : SUBSTITUTE));
}

/** The head, whose texts no font draws; tags, whose attributes are read out and not drawn; characters outside ASCII. */
const DRAWN = /<head>[\s\S]*?<\/head>|<[^>]*>|[^\0-\x7f]/gu;

/**
 * The document with the substitute for every character that is drawn and that no shipped font has, whatever fonts the
 * machine has: the same report is the same everywhere. `missing` are those characters, each once, in order.
 */
export function substituteUncovered(
  html: string,
  isDrawn: (code: number) => boolean = isCovered,
): { readonly html: string; readonly missing: readonly string[] } {
  const missing = new Set<string>();
  const replaced = html.replace(DRAWN, (found) => {
    if (found.startsWith('<') || isDrawn(found.codePointAt(0) ?? 0)) return found;
    missing.add(found);
    return SUBSTITUTE;
  });
  return { html: replaced, missing: [...missing] };
}

function readCoverage(): ReadonlySet<number> {
  const face = fontFaces().find(({ family, weight }) => family === TEXT_FAMILY && weight === 400);
  if (!face) throw new Error(`no face of ${TEXT_FAMILY} is shipped`);
  return coverageOf(readFileSync(face.ttf));
}
