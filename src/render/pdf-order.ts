import { pageText, type RunningTexts } from './page-rules.ts';
import type { ShownText } from './shown-texts.ts';

/** Repeated heads of a table stand between two texts where a page ends: at most so many characters. */
const MOST_BETWEEN = 1_000;
/** A character may be drawn as none (no glyph) or as several. */
const LONGEST_SHOWN = 4;
/** Characters of the longest word that is kept whole. */
const LONGEST_WORD = 40;
/**
 * Letters of right-to-left scripts. A page draws them from the left, numbers and Latin words between them where they stand
 * then, and many in shapes that name no letter.
 */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/u;
/** Stands between two pages; no page shows it. */
const PAGE_END = '\f';

/** The texts of pages without the running heads and feet that they are drawn with first; a cover has none. */
export function withoutRunningTexts(pages: readonly string[], running: RunningTexts): string[] {
  return pages.map((page, index) => {
    const texts = [
      running.title,
      running.label,
      running.label,
      running.origin,
      pageText(running, index + 1, pages.length),
    ];
    const patterns = texts.map(
      (text) =>
        new RegExp(
          // Where it ends is known by the label, which is drawn behind it.
          `^${patternOf([{ text, isInput: true }], Number.POSITIVE_INFINITY)}${RIGHT_TO_LEFT.test(text) ? `(?=${running.label})` : ''}`,
          'u',
        ),
    );
    let rest = page;
    while (patterns.length > 0) {
      const start = withoutSigns(rest);
      const next = patterns.findIndex((pattern) => pattern.test(start));
      if (next < 0) return page;
      rest = start.replace(patterns.splice(next, 1)[0] ?? '', '');
    }
    return running.origin.endsWith('…') ? rest.replace(/^…/u, '') : rest;
  });
}

/** Signs at the end of a running text are left over when it is taken off, since they may be drawn as others. */
function withoutSigns(text: string): string {
  return text.replace(/^[^A-Za-z0-9]+/u, '');
}

/**
 * Whether a finished PDF says what its document does: every text of the HTML in the same order, and no digits between two of
 * them but in the head of a table that a page repeats. `pages` are the texts of the pages without white space and without
 * running heads, in drawing order, which Chromium keeps as in the document. Signs outside ASCII are not compared: fonts draw
 * several alike, and which of them the PDF names is not ours. Returns a sentence for each text that is missing and each
 * number that is foreign.
 */
export function orderFaults(pages: readonly string[], expected: readonly ShownText[]): string[] {
  const shown = pages.join(PAGE_END);
  const faults: string[] = [];
  let at = 0;
  let slack = 0;
  let before = '';
  for (const { text, place, pieces } of expected) {
    if (place === 'alternative') continue;
    // A page number stands right before the number of the next entry, so all three are looked for together.
    if (place === 'page-number') before = `\\d{1,4}?${PAGE_END}?`;
    if (text === '') continue;
    if (before !== '' && /^\d+$/u.test(text)) {
      before += `${patternOf(pieces)}${PAGE_END}?`;
      continue;
    }
    const plain = text.replaceAll(' ', '');
    if (before === '' && shown.startsWith(plain, at)) {
      at += plain.length;
      slack = 0;
      continue;
    }
    // Behind a text that could not be compared a bare number might be found inside it.
    if (slack > 0 && /^\W*\w{1,3}\W*$/u.test(text)) {
      slack += LONGEST_SHOWN * text.length;
      continue;
    }
    const source = `${before}${patternOf(pieces)}`;
    before = '';
    const reach = MOST_BETWEEN + slack + LONGEST_SHOWN * text.length;
    const legible = isLegible(pieces);
    const found = legible ? new RegExp(source, 'u').exec(shown.slice(at, at + reach)) : null;
    if (!found) {
      if (legible) faults.push(`it does not show "${text}"`);
      slack += LONGEST_SHOWN * text.length;
      continue;
    }
    const between = shown.slice(at, at + found.index);
    // A head that a page repeats may read like the row below it, and then stands on both sides of what was found.
    const pageStart = shown.lastIndexOf(PAGE_END, at);
    const mayRepeat = pageStart >= 0 && at - pageStart <= MOST_BETWEEN;
    if (slack === 0 && !mayRepeat && /\d/u.test(between.split(PAGE_END, 1)[0] ?? ''))
      faults.push(`before "${text}" it shows "${between}", which the report does not say`);
    at += found.index + found[0].length;
    slack = isLoose(text) ? LONGEST_SHOWN * text.length : 0;
  }
  const rest = shown.slice(at);
  if (slack === 0 && /\d/u.test(rest))
    faults.push(`it ends with "${rest.slice(0, 80)}", which the report does not say`);
  return faults;
}

/** Headings that stand last on their page, whose text begins on the next. Signs are not compared. */
export function orphanHeadings(pages: readonly string[], expected: readonly ShownText[]): string[] {
  const letters = pages.map(lettersOf);
  const seen = expected.filter(
    ({ place, text }) => (place === 'page' || place === 'drawing') && lettersOf(text) !== '',
  );
  return seen.flatMap(({ text, isHeading }, index) => {
    const next = seen[index + 1];
    if (!isHeading || !next) return [];
    const [last, first] = [lettersOf(text), lettersOf(next.text)];
    const page = letters.findIndex((one, at) => one.endsWith(last) && letters[at + 1]?.startsWith(first));
    return page < 0 ? [] : [`page ${page + 1} ends with the heading "${text}", whose text is on the next`];
  });
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * The text as pages may show it, also across the end of one. Of our own text every character of ASCII is exact; of input only
 * letters and digits are, since some of its signs are drawn together. Of a word without end Chromium loses letters where it
 * breaks it.
 */
function patternOf(pieces: ShownText['pieces'], longestWord = LONGEST_WORD): string {
  return pieces
    .flatMap(({ text, isInput }) =>
      RIGHT_TO_LEFT.test(text)
        ? [`[^]{0,${LONGEST_SHOWN * text.length}}?`]
        : text.split(/\s+/u).flatMap((word) => {
            const characters = Array.from(word);
            return characters.length > longestWord
              ? [`[^]{0,${LONGEST_SHOWN * characters.length}}?`]
              : drawn(characters, isInput);
          }),
    )
    .join(`${PAGE_END}?`);
}

/** Each character, or a run of those that are not compared: one by one they could match a text in too many ways to be tried. */
function drawn(characters: readonly string[], isInput: boolean): string[] {
  const patterns: string[] = [];
  let signs = 0;
  const endRun = () => {
    if (signs > 0) patterns.push(`[^A-Za-z0-9]{0,${LONGEST_SHOWN * signs}}?`);
    signs = 0;
  };
  for (const character of characters) {
    if (!/[A-Za-z0-9]/u.test(character) && (isInput || !/\p{ASCII}/u.test(character))) {
      signs += 1;
      continue;
    }
    endRun();
    patterns.push(/[\\^$.*+?()[\]{}|/]/u.test(character) ? `\\${character}` : character);
  }
  endRun();
  return patterns;
}

/** Whether how much a page shows of the text is not known to the character. */
function isLoose(text: string): boolean {
  return RIGHT_TO_LEFT.test(text) || text.split(/\s+/u).some((word) => Array.from(word).length > LONGEST_WORD);
}

/** Whether something of the text has to be found: not only signs, words without end and right-to-left names. */
function isLegible(pieces: ShownText['pieces']): boolean {
  return pieces.some(
    ({ text }) =>
      !RIGHT_TO_LEFT.test(text) &&
      text.split(/\s+/u).some((word) => /[A-Za-z0-9]/u.test(word) && Array.from(word).length <= LONGEST_WORD),
  );
}
