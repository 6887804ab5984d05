import { readFileSync } from 'node:fs';
import { fontFaces } from '../charts/charts.ts';
import { TEXT_FAMILY } from './fonts.ts';

let covered: ReadonlySet<number> | undefined;

/**
 * The document with every character that the shipped text font cannot draw written as `‹U+FF1D›`, for a machine that has
 * no font for it either: an empty box says nothing, a code point can be looked up. Only ASCII stands in markup and style
 * sheets, so only text changes.
 */
export function spellUncovered(html: string): string {
  covered ??= readCoverage();
  const known = covered;
  return html.replace(/[^\0-\x7f]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return known.has(code) ? char : `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

function readCoverage(): ReadonlySet<number> {
  const face = fontFaces().find(({ family, weight }) => family === TEXT_FAMILY && weight === 400);
  if (!face) throw new Error(`no face of ${TEXT_FAMILY} is shipped`);
  return coverageOf(readFileSync(face.ttf));
}

/** Code points that a TrueType font maps to a glyph, from its format 4 and format 12 character maps. */
export function coverageOf(font: Buffer): ReadonlySet<number> {
  const codes = new Set<number>();
  const cmap = tableOffset(font, 'cmap');
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const subtable = cmap + font.readUInt32BE(cmap + 4 + i * 8 + 4);
    const format = font.readUInt16BE(subtable);
    if (format === 4) addFormat4(font, subtable, codes);
    if (format === 12) addFormat12(font, subtable, codes);
  }
  return codes;
}

function tableOffset(font: Buffer, tag: string): number {
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const record = 12 + i * 16;
    if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new Error(`the font has no ${tag} table`);
}

/** Segments of the basic plane; those that go through a glyph array may hold gaps, which map to glyph 0. */
function addFormat4(font: Buffer, at: number, codes: Set<number>): void {
  const segments = font.readUInt16BE(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + segments * 2 + 2;
  const deltas = starts + segments * 2;
  const offsets = deltas + segments * 2;
  for (let i = 0; i < segments; i++) {
    const start = font.readUInt16BE(starts + i * 2);
    const end = font.readUInt16BE(ends + i * 2);
    const delta = font.readUInt16BE(deltas + i * 2);
    const offset = font.readUInt16BE(offsets + i * 2);
    for (let code = start; code <= end && code < 0xffff; code++) {
      const glyph = offset === 0 ? code : font.readUInt16BE(offsets + i * 2 + offset + (code - start) * 2);
      if (glyph !== 0 && ((glyph + delta) & 0xffff) !== 0) codes.add(code);
    }
  }
}

function addFormat12(font: Buffer, at: number, codes: Set<number>): void {
  const groups = font.readUInt32BE(at + 12);
  for (let i = 0; i < groups; i++) {
    const group = at + 16 + i * 12;
    for (let code = font.readUInt32BE(group); code <= font.readUInt32BE(group + 4); code++) codes.add(code);
  }
}
