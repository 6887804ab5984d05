import { checkSvg } from './svg.ts';
import type { Problem } from './workspace-files.ts';

/** Largest logo file. It is inlined into every report. */
export const LARGEST_LOGO_BYTES = 512 * 1024;

/** Longest side of a PNG in pixels: a small file may unpack to gigabytes. */
const LONGEST_SIDE = 8192;

const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A logo as a `data:` URL, when it is a PNG (told by its content, not its name) or an SVG that draws and does nothing else.
 * The bytes are passed on unchanged.
 */
export function checkLogo(bytes: Buffer): { readonly url: string } | Problem {
  if (bytes.length === 0) return { problem: 'is empty' };
  if (bytes.subarray(0, PNG_MAGIC.length).equals(PNG_MAGIC)) {
    const problem = checkPng(bytes);
    return problem === undefined ? { url: `data:image/png;base64,${bytes.toString('base64')}` } : { problem };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: 'is neither a PNG nor an SVG picture' };
  }
  const problem = checkSvg(text);
  return problem === undefined ? { url: `data:image/svg+xml;base64,${bytes.toString('base64')}` } : { problem };
}

function checkPng(bytes: Buffer): string | undefined {
  if (bytes.length < 45 || bytes.toString('latin1', 12, 16) !== 'IHDR' || !bytes.includes('IEND', -12, 'latin1'))
    return 'is a damaged PNG';
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width === 0 || height === 0) return 'is a damaged PNG';
  return width > LONGEST_SIDE || height > LONGEST_SIDE
    ? `is ${width} by ${height} pixels; at most ${LONGEST_SIDE} a side`
    : undefined;
}
