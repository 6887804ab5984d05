import type { Inline, Phrase } from '../model/phrase.ts';
import type { Writer } from '../text/text.ts';

/** A run of text of one make. */
export interface Piece {
  readonly text: string;
  /** Role of a value from input: `name`, `indicator` or `code`; empty for our own wording and for numbers. */
  readonly role: string;
  /** Id of the report whose page it leads to. */
  readonly link?: string;
  /** A moment, as ISO 8601 in UTC; its words stay together. */
  readonly at?: string;
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
  const pieces: { text: string; role: string; link?: string; at?: string }[] = [];
  for (const [index, inline] of (isPhrase(phrase) ? phrase : [phrase]).entries()) {
    if (typeof inline === 'object' && (inline.kind === 'time' || inline.kind === 'span')) {
      pieces.push(...momentsOf(inline, writer));
      continue;
    }
    const written = writer.phrase(inline);
    const text =
      index === 0 && typeof inline === 'object' && inline.kind === 'measure' ? capitalised(written) : written;
    const role = roleOf(inline);
    const last = pieces.at(-1);
    if (last?.role === '' && last.at === undefined && role === '') last.text += text;
    else pieces.push({ text, role, ...linkOf(inline) });
  }
  const last = pieces.at(-1);
  if (last) last.text = last.text.trimEnd();
  return pieces.map(({ text, role, link, at }) => ({
    text: cutEndlessRuns(text),
    role,
    ...(link !== undefined && { link }),
    ...(at !== undefined && { at }),
    isLong: longestRun(text) > LONGEST_UNBROKEN,
  }));
}

/** A moment, or the two of a span with what stands between them, so that a page can keep the words of each together. */
function momentsOf(
  inline: Extract<Inline, { kind: 'time' | 'span' }>,
  writer: Writer,
): { text: string; role: string; at?: string }[] {
  const moment = (text: string, at: number) => ({ text, role: '', at: new Date(at).toISOString() });
  const written = writer.phrase(inline);
  if (inline.kind === 'time') return [moment(written, inline.at)];
  const { start, end, utc } = inline;
  const timeOf = (at: number, form: 'instant' | 'clock') =>
    writer.phrase({ kind: 'time', at, form, ...(utc && { utc }) });
  const first = timeOf(start, 'instant');
  const last = (['instant', 'clock'] as const).map((form) => timeOf(end, form)).find((text) => written.endsWith(text));
  // Where a language writes a span otherwise, it is left as it is.
  if (last === undefined || !written.startsWith(first) || written.length < first.length + last.length)
    return [{ text: written, role: '' }];
  return [
    moment(first, start),
    { text: written.slice(first.length, written.length - last.length), role: '' },
    moment(last, end),
  ];
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
