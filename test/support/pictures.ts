import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, type Image, loadImage } from '@napi-rs/canvas';
import pixelmatch from 'pixelmatch';
import { expect } from 'vitest';

/** How far two colours may lie apart and be the same: what another processor rounds otherwise. Of 1; see pixelmatch. */
const COLOUR_TOLERANCE = 0.15;
/** Part of the pixels that may differ. A line of text that moves changes a hundred times as many. */
const PIXEL_TOLERANCE = 0.003;
/** Small enough to keep; both sides of a comparison lose the same by it. */
const QUALITY = 45;

const DIFFERENCES = join(import.meta.dirname, '../visual/diff');
const isRebaseline = process.env.GOLDEN === 'rewrite' && process.env.CI === undefined;

/** All pages of a PDF beside each other as PNG, at so many pixels an inch. */
export function drawPdf(pdf: Uint8Array, pixelsPerInch: number): Buffer {
  const script = fileURLToPath(new URL('pdf-pictures.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, String(pixelsPerInch)], {
    input: pdf,
    maxBuffer: 100 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`pdf.js cannot draw it: ${stderr.toString()}`);
  return stdout;
}

/**
 * Compares a picture with the one that is kept under its name, or keeps it with `npm run golden`. Of a difference both and
 * what differs are left in `test/visual/diff/`.
 */
export async function expectPicture(folder: string, name: string, png: Buffer): Promise<void> {
  const path = join(folder, `${name}.webp`);
  const now = await compressed(png);
  if (isRebaseline) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, now);
  }
  if (!existsSync(path)) throw new Error(`no picture ${path} to compare with; run npm run golden and look at it`);
  const [before, after] = await Promise.all([pixelsOf(readFileSync(path)), pixelsOf(now)]);
  expect([after.width, after.height], `size of ${name}`).toEqual([before.width, before.height]);
  const { width, height } = after;
  const marked = createCanvas(width, height);
  const difference = marked.getContext('2d').createImageData(width, height);
  const differing = pixelmatch(before.data, after.data, difference.data, width, height, {
    threshold: COLOUR_TOLERANCE,
  });
  const share = differing / (width * height);
  if (share > PIXEL_TOLERANCE) {
    marked.getContext('2d').putImageData(difference, 0, 0);
    mkdirSync(DIFFERENCES, { recursive: true });
    writeFileSync(join(DIFFERENCES, `${name}-difference.png`), marked.toBuffer('image/png'));
    writeFileSync(join(DIFFERENCES, `${name}-now.png`), png);
  } else for (const kind of ['difference', 'now']) rmSync(join(DIFFERENCES, `${name}-${kind}.png`), { force: true });
  expect(share, `part of ${name} that looks different; see test/visual/diff/`).toBeLessThanOrEqual(PIXEL_TOLERANCE);
}

async function compressed(png: Buffer): Promise<Buffer> {
  return canvasOf(await loadImage(png)).encode('webp', QUALITY);
}

async function pixelsOf(picture: Buffer) {
  const image = await loadImage(picture);
  const data = canvasOf(image).getContext('2d').getImageData(0, 0, image.width, image.height).data;
  return { data, width: image.width, height: image.height };
}

function canvasOf(image: Image) {
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas;
}
