import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkFont } from '../../../src/config/font.ts';

const FONT = readFileSync(
  new URL(
    '../../../node_modules/@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf',
    import.meta.url,
  ),
);

function withTag(from: string, to: string): Buffer {
  const copy = Buffer.from(FONT);
  for (let at = 12; at < 12 + copy.readUInt16BE(4) * 16; at += 16)
    if (copy.toString('latin1', at, at + 4) === from) copy.write(to, at, 'latin1');
  return copy;
}

describe('a font of a brand', () => {
  test('is taken as it is when it is TrueType of one static weight', () => {
    expect(checkFont(FONT)).toBe(FONT.toString('base64'));
  });

  test.each([
    ['no font at all', Buffer.from('<html>'), /is not a TrueType font/],
    ['a web font', Buffer.concat([Buffer.from('wOF2'), FONT]), /is not a TrueType font/],
    ['a variable font', withTag('GDEF', 'fvar'), /is a variable font/],
    ['a font without outlines', withTag('glyf', 'xxxx'), /without a glyf table/],
    ['a font that was cut', FONT.subarray(0, 4096), /is a damaged TrueType font/],
  ])('is refused when it is %s', (_, bytes, problem) => {
    expect(checkFont(bytes)).toEqual({ problem: expect.stringMatching(problem) });
  });

  test('is refused when its licence forbids embedding', () => {
    const copy = Buffer.from(FONT);
    for (let at = 12; at < 12 + copy.readUInt16BE(4) * 16; at += 16)
      if (copy.toString('latin1', at, at + 4) === 'OS/2') copy.writeUInt16BE(2, copy.readUInt32BE(at + 8) + 8);
    expect(checkFont(copy)).toEqual({ problem: expect.stringMatching(/licence forbids/) });
  });
});
