/** Longest text from input that is shown, in characters, the ellipsis included. */
const LONGEST_SHOWN = 160;

/**
 * Code points that a reader cannot see, that reorder what he sees, or that our fonts cannot draw: controls, format and
 * bidi characters, zero-width and default-ignorable ones, tags, lone surrogates, private use, unassigned, line and
 * paragraph separators, every blank but the ordinary space, U+FFFC and U+FFFD.
 */
const UNSEEN =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{115F}\u{1160}\u{2800}\u{3164}\u{FFA0}\u{FFFC}\u{FFFD}]|(?! )\p{Zs}/u;

const COMBINING = /\p{M}/u;

/** More marks than this on one letter reach into the lines above and below; no living script needs them. */
const MOST_COMBINING_MARKS = 4;

/** Our own wording keeps its no-break spaces, which are never left out and never longer than they are. */
const OWN_BLANKS = new Set(['\u00A0', '\u202F']);

/**
 * Text from input as it is shown: whatever cannot be seen stands as `‹U+202E›`, and what is longer than `limit`
 * characters ends in `…`. Marks are never cut in two. Safe in text nodes and attributes after the usual escaping.
 */
export function visible(text: string, limit = LONGEST_SHOWN): string {
  return spell(text, limit, () => false);
}

/** Our own wording with the same promise, but uncut and with its no-break spaces. */
export function visibleWording(text: string): string {
  return spell(text, Number.POSITIVE_INFINITY, (character) => OWN_BLANKS.has(character));
}

function spell(text: string, limit: number, keeps: (character: string) => boolean): string {
  let shown = '';
  // Where the text has to end if an ellipsis follows, so that it and the ellipsis fit into the limit.
  let cut = '';
  let marks = 0;
  for (const character of text) {
    marks = COMBINING.test(character) ? marks + 1 : 0;
    const unseen = UNSEEN.test(character) || marks > MOST_COMBINING_MARKS;
    shown += unseen && !keeps(character) ? codePointName(character) : character;
    if (shown.length > limit) return `${cut}…`;
    if (shown.length < limit) cut = shown;
  }
  return shown;
}

function codePointName(character: string): string {
  return `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
}
