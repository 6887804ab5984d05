import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { fontFaces, scriptFonts, TEXT_FAMILY } from './fonts.ts';

for (const face of fontFaces()) GlobalFonts.registerFromPath(face.ttf, face.family);

let rightToLeft: string | undefined;

/** Families for Arabic and Hebrew, whose letters join up and have widths of their own; registered when first needed. */
function rightToLeftFamilies(): string {
  rightToLeft ??= scriptFonts()
    .filter(({ language }) => language === 'ar' || language === 'he')
    .map(({ family, slices }) => {
      for (const { regular, bold } of slices)
        for (const file of [regular, bold]) GlobalFonts.registerFromPath(file, family);
      return `, "${family}"`;
    })
    .join('');
  return rightToLeft;
}

const context = createCanvas(1, 1).getContext('2d');
const known = new Map<string, number>();
const MOST_KNOWN = 20_000;

/** Letters of East Asia and emoji, which Inter does not have: they are as wide as they are high in every font. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF]|\p{Extended_Pictographic}|[\u{20000}-\u{3FFFD}]/gu;

const RIGHT_TO_LEFT = /[\u0590-\u07FF\u0860-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/u;

/** What no shipped font has and is not wide, Indian scripts and the like: printed as one sign, wider than most of their letters. */
const OTHER_SCRIPT = /[\u0530-\u058F\u0800-\u085F\u0900-\u1DFF\u2300-\u2BFF]/gu;

/** Width in px of one line in the shipped fonts, which is the same on every machine. */
export function textWidth(text: string, size: number, weight: 400 | 600 = 400): number {
  const key = `${weight} ${size} ${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const narrow = text.replace(WIDE, '');
  const wide = text === narrow ? 0 : (text.match(WIDE)?.length ?? 0);
  const families = RIGHT_TO_LEFT.test(narrow) ? `${TEXT_FAMILY}${rightToLeftFamilies()}` : TEXT_FAMILY;
  context.font = `${weight} ${size}px ${families}`;
  const width = context.measureText(narrow.replace(OTHER_SCRIPT, '□')).width + wide * size;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, width);
  return width;
}

/** The text, or as much of it as fits into `width` px with an ellipsis; empty when not even one letter and it fit. */
export function fitText(text: string, width: number, size: number, weight: 400 | 600 = 400): string {
  if (textWidth(text, size, weight) <= width) return text;
  const characters = [...text];
  let [low, high] = [0, characters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (textWidth(shortened(characters, middle), size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : shortened(characters, low);
}

function shortened(characters: readonly string[], length: number): string {
  return `${characters.slice(0, length).join('').trimEnd()}…`;
}
