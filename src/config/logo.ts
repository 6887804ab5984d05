import { checkSvg } from './svg.ts';
import type { Problem } from './workspace-files.ts';

/** Largest logo file. It is inlined into every report. */
export const LARGEST_LOGO_BYTES = 512 * 1024;

/** Longest side in pixels: a small file may unpack to gigabytes. */
const LONGEST_SIDE = 8192;

const JPEG_MAGIC = Buffer.from([0xff, 0xd8, 0xff]);
const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const NO_PICTURE = 'is neither an SVG nor a PNG nor a JPEG picture';

/**
 * A picture as a `data:` URL, when it is a PNG or JPEG (told by its content, not its name) or an SVG that draws and does
 * nothing else. The bytes are passed on unchanged.
 */
export function checkLogo(bytes: Buffer): { readonly url: string } | Problem {
  if (bytes.length === 0) return { problem: 'is empty' };
  if (bytes.subarray(0, JPEG_MAGIC.length).equals(JPEG_MAGIC)) {
    const problem = checkJpeg(bytes);
    return problem === undefined ? { url: `data:image/jpeg;base64,${bytes.toString('base64')}` } : { problem };
  }
  if (bytes.subarray(0, PNG_MAGIC.length).equals(PNG_MAGIC)) {
    const problem = checkPng(bytes);
    return problem === undefined ? { url: `data:image/png;base64,${bytes.toString('base64')}` } : { problem };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: NO_PICTURE };
  }
  const problem = checkSvg(text);
  return problem === undefined ? { url: `data:image/svg+xml;base64,${bytes.toString('base64')}` } : { problem };
}

function checkPng(bytes: Buffer): string | undefined {
  if (bytes.length < 45 || bytes.toString('latin1', 12, 16) !== 'IHDR' || !bytes.includes('IEND', -12, 'latin1'))
    return 'is a damaged PNG';
  return sizeProblem(bytes.readUInt32BE(16), bytes.readUInt32BE(20), 'PNG');
}

/** Baseline and progressive frames in grey or RGB; printers' CMYK comes out in wrong colours. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);

/** Walks the segments up to the frame, which has the size. */
function checkJpeg(bytes: Buffer): string | undefined {
  let at = 2;
  while (at + 10 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (FRAMES.has(marker)) {
      if (!bytes.includes(Buffer.from([0xff, 0xd9]), -64)) return 'is a damaged JPEG';
      if ((bytes[at + 9] ?? 0) === 4) return 'is a JPEG in CMYK; export it in RGB';
      return sizeProblem(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5), 'JPEG');
    }
    if (marker === 0xda || marker === 0xd9) break;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return 'is a damaged JPEG';
}

function sizeProblem(width: number, height: number, kind: string): string | undefined {
  if (width === 0 || height === 0) return `is a damaged ${kind}`;
  return width > LONGEST_SIDE || height > LONGEST_SIDE
    ? `is ${width} by ${height} pixels; at most ${LONGEST_SIDE} a side`
    : undefined;
}
