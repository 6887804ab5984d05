import type { Problem } from './workspace-files.ts';

/** Largest font file. Every report holds it whole. */
export const LARGEST_FONT_BYTES = 1024 * 1024;

const TRUETYPE = [0x00010000, 0x74727565];
/** Bit 1 of OS/2 fsType: the licence forbids embedding. */
const RESTRICTED = 0x0002;

/**
 * A font as base64, when it is a TrueType file of one static weight that may be embedded: outlines of other kinds and
 * variable fonts end up in a PDF as Type 3, which no reader searches or copies well.
 */
export function checkFont(bytes: Buffer): string | Problem {
  if (bytes.length < 12 || !TRUETYPE.includes(bytes.readUInt32BE(0)))
    return { problem: 'is not a TrueType font; take the static TTF of one weight' };
  const tables = tablesOf(bytes);
  if (!tables) return { problem: 'is a damaged TrueType font' };
  if (tables.has('fvar')) return { problem: 'is a variable font; take the static TTF of one weight' };
  for (const tag of ['glyf', 'cmap', 'head', 'hmtx'])
    if (!tables.has(tag)) return { problem: `is a TrueType font without a ${tag} table` };
  const os2 = tables.get('OS/2');
  if (os2 !== undefined && os2 + 10 <= bytes.length && (bytes.readUInt16BE(os2 + 8) & 0x000f) === RESTRICTED)
    return { problem: 'says that its licence forbids embedding it' };
  return bytes.toString('base64');
}

/** Offset of each table; undefined where one lies outside the file. */
function tablesOf(bytes: Buffer): ReadonlyMap<string, number> | undefined {
  const count = bytes.readUInt16BE(4);
  if (12 + count * 16 > bytes.length) return undefined;
  const tables = new Map<string, number>();
  for (let at = 12; at < 12 + count * 16; at += 16) {
    const [offset, length] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)];
    if (offset + length > bytes.length) return undefined;
    tables.set(bytes.toString('latin1', at, at + 4), offset);
  }
  return tables;
}
