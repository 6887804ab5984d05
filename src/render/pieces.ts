import type { Inline, Phrase } from '../model/phrase.ts';
import type { Writer } from '../text/text.ts';

/** A run of text of one make. */
export interface Piece {
  readonly text: string;
  /** Role of a value from input: `name`, `indicator` or `code`; empty for our own wording and for numbers. */
  readonly role: string;
}

/** Runs of our own words are joined; each label stays apart so that it can be isolated from its surroundings. */
export function toPieces(phrase: Phrase | Inline, writer: Writer): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const inline of isPhrase(phrase) ? phrase : [phrase]) {
    const text = writer.phrase(inline);
    const role = typeof inline === 'object' && inline.kind === 'label' ? inline.role : '';
    const last = pieces.at(-1);
    if (last?.role === '' && role === '') pieces[pieces.length - 1] = { text: last.text + text, role };
    else pieces.push({ text, role });
  }
  return pieces;
}

/** `Array.isArray` does not narrow a readonly array. */
function isPhrase(value: Phrase | Inline): value is Phrase {
  return Array.isArray(value);
}
