import { brotliDecompressSync } from 'node:zlib';

// Which characters a font file has, from its own character map: packages promise more than their files hold.

/** Code points that a TrueType font maps to a glyph, from its format 4 and format 12 character maps. */
export function coverageOf(font: Buffer): ReadonlySet<number> {
  return readMap(font.subarray(tableOffset(font, 'cmap')));
}

function readMap(cmap: Buffer): ReadonlySet<number> {
  const codes = new Set<number>();
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const subtable = cmap.readUInt32BE(4 + i * 8 + 4);
    const format = cmap.readUInt16BE(subtable);
    if (format === 4) addFormat4(cmap, subtable, codes);
    if (format === 12) addFormat12(cmap, subtable, codes);
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

/** Places of tables that a WOFF2 directory names by number. */
const CMAP = 0;
const GLYF = 10;
const LOCA = 11;
const OWN_TAG = 63;
const WOFF2_HEADER = 48;

/** Code points of a WOFF2 file, whose tables lie one after the other in one compressed stream. */
export function coverageOfWoff2(file: Buffer): ReadonlySet<number> {
  let at = WOFF2_HEADER;
  let offset = 0;
  let cmap: { readonly offset: number; readonly length: number } | undefined;
  const readLength = (): number => {
    let value = 0;
    for (;;) {
      const byte = file[at++] ?? 0;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  };
  for (let table = file.readUInt16BE(12); table > 0; table--) {
    const flags = file[at++] ?? 0;
    const tag = flags & 0x3f;
    if (tag === OWN_TAG) at += 4;
    const original = readLength();
    // Outlines are always rewritten but in version 3; everything else is but in version 0.
    const isRewritten = tag === GLYF || tag === LOCA ? flags >> 6 !== 3 : flags >> 6 !== 0;
    const length = isRewritten ? readLength() : original;
    if (tag === CMAP) cmap = { offset, length };
    offset += length;
  }
  if (!cmap) throw new Error('the font has no cmap table');
  const tables = brotliDecompressSync(file.subarray(at, at + file.readUInt32BE(20)));
  return readMap(tables.subarray(cmap.offset, cmap.offset + cmap.length));
}
