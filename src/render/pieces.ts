import type { Inline, Phrase } from '../model/phrase.ts';
import type { Writer } from '../text/text.ts';

/** A run of text of one make. */
export interface Piece {
  readonly text: string;
  /** Role of a value from input: `name`, `indicator` or `code`; empty for our own wording and for numbers. */
  readonly role: string;
  /** Id of the report whose page it leads to. */
  readonly link?: string;
  /** Whether it has a run without a break that is too long to keep whole in a column. */
  readonly isLong: boolean;
}

/** A word of ordinary length is never broken; an attacker's may be as long as he likes. */
const LONGEST_UNBROKEN = 24;

/** No word of ours is as long; one of several thousand letters keeps Chromium busy for a second wherever it stands. */
const LONGEST_RUN = 200;
const ENDLESS_RUN = new RegExp(`[^\\s\\p{Lo}]{${LONGEST_RUN + 1},}`, 'gu');

/** The text with endless runs cut. Scripts that are written without blanks (letters without case) break by themselves. */
export function cutEndlessRuns(text: string): string {
  return text.replace(ENDLESS_RUN, (run) => `${Array.from(run).slice(0, LONGEST_RUN).join('')}…`);
}

/**
 * Runs of our own words are joined; each label stays apart so that it can be isolated from its surroundings. Blanks at
 * the end are left out: in a column of numbers they would show.
 */
export function toPieces(phrase: Phrase | Inline, writer: Writer): readonly Piece[] {
  const pieces: { text: string; role: string; link?: string }[] = [];
  for (const [index, inline] of (isPhrase(phrase) ? phrase : [phrase]).entries()) {
    const written = writer.phrase(inline);
    const text =
      index === 0 && typeof inline === 'object' && inline.kind === 'measure' ? capitalised(written) : written;
    const role = roleOf(inline);
    const last = pieces.at(-1);
    if (last?.role === '' && role === '') last.text += text;
    else pieces.push({ text, role, ...linkOf(inline) });
  }
  const last = pieces.at(-1);
  if (last) last.text = last.text.trimEnd();
  return pieces.map(({ text, role, link }) => ({
    text: cutEndlessRuns(text),
    role,
    ...(link !== undefined && { link }),
    isLong: longestRun(text) > LONGEST_UNBROKEN,
  }));
}

function roleOf(inline: Inline): string {
  if (typeof inline !== 'object') return '';
  return inline.kind === 'label' ? inline.role : inline.kind === 'report' ? 'code' : '';
}

function linkOf(inline: Inline): { link?: string } {
  const isLink = typeof inline === 'object' && inline.kind === 'report' && inline.linked;
  return isLink ? { link: inline.reportId } : {};
}

/** A phrase as a document shows it. */
export function shownAs(phrase: Phrase | Inline, writer: Writer): string {
  return toPieces(phrase, writer)
    .map((piece) => piece.text)
    .join('');
}

/** A title or sentence may begin with a hedge: `About 412,000 requests`. */
function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function longestRun(text: string): number {
  return Math.max(0, ...text.split(/[\s-]/).map((run) => run.length));
}

/** `Array.isArray` does not narrow a readonly array. */
export function isPhrase(value: Phrase | Inline): value is Phrase {
  return Array.isArray(value);
}
