import type { ReportMeta } from '../report/report.ts';

/**
 * Letters as strokes, each a row of points `x y`, 6 wide and 10 high. Drawn, not written: a word behind every page would be read
 * out on each, and found in every copied line.
 */
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  A: ['0 10 3 0 6 10', '1.1 6.4 4.9 6.4'],
  D: ['0 0 0 10 2.6 10 4.7 9.1 6 6.8 6 3.2 4.7 .9 2.6 0 0 0'],
  E: ['6 0 0 0 0 10 6 10', '0 4.8 4.8 4.8'],
  F: ['6 0 0 0 0 10', '0 4.8 4.6 4.8'],
  I: ['3 0 3 10'],
  R: ['0 10 0 0 3.4 0 5.2 .7 6 2.7 5.2 4.7 3.4 5.4 0 5.4', '3.2 5.4 6 10'],
  T: ['0 0 6 0', '3 0 3 10'],
  V: ['0 0 3 10 6 0'],
  W: ['0 0 1.5 10 3 3 4.5 10 6 0'],
};
const WORDS = { draft: 'DRAFT', review: 'REVIEW' } as const;
/** From the start of one letter to the next. */
const PITCH = 8.5;
const LETTER = { width: 6, height: 10 } as const;

/** Light enough that every text on it keeps its contrast, in print on white. */
const ON_PAPER = 'stroke="#eceff4"';
/** The same on the light and the dark ground of a screen. */
const ON_SCREEN = 'stroke="#808080" stroke-opacity="0.12"';

/** What lies behind every page of a report that is not final; undefined for one that is, or that says nothing of it. */
export function watermarkOf({
  status,
}: Pick<ReportMeta, 'status'>): { readonly paper: string; readonly screen: string } | undefined {
  if (status === undefined || status === 'final') return undefined;
  return { paper: drawing(WORDS[status], ON_PAPER), screen: drawing(WORDS[status], ON_SCREEN) };
}

/**
 * The word from the lower left to the upper right of a square. Turned here: what is turned by a `transform` Chromium prints behind
 * the first page alone.
 */
function drawing(word: string, stroke: string): string {
  const width = (word.length - 1) * PITCH + LETTER.width;
  const side = (width + LETTER.height) / Math.SQRT2 + 2;
  const turned = (x: number, y: number): string => {
    const [fromCentre, below] = [x - width / 2, y - LETTER.height / 2];
    const place = (value: number) => (side / 2 + value / Math.SQRT2).toFixed(2);
    return `${place(fromCentre + below)} ${place(below - fromCentre)}`;
  };
  const path = Array.from(word, (letter, index) =>
    (LETTERS[letter] ?? []).map((line) => {
      const numbers = line.split(' ').map(Number);
      const points = numbers.flatMap((x, at) => (at % 2 === 0 ? turned(x + index * PITCH, numbers[at + 1] ?? 0) : []));
      return `M${points.join('L')}`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side.toFixed(1)} ${side.toFixed(1)}" aria-hidden="true"><path fill="none" stroke-width="1.5" ${stroke} d="${path.flat().join('')}"/></svg>`;
}
