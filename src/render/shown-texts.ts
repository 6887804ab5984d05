/** A run of text as a reader sees it: what stands between two edges of a box. White space is folded. */
export interface ShownText {
  readonly text: string;
  /**
   * Where it stands. What a drawing says is proved by the table behind it; an alternative text is heard, not seen; a page
   * number of the contents is known only on paper and empty here.
   */
  readonly place: 'page' | 'drawing' | 'alternative' | 'page-number';
  /** Whether it heads what follows: a heading, or the title of a figure or table. */
  readonly isHeading?: true;
  /** The same text in pieces: our own words and numbers, and what came from input. */
  readonly pieces: readonly { readonly text: string; readonly isInput: boolean }[];
}

/** A tag or a run of text. In what our templates write every `<` and `>` of a value is escaped, so these are all there are. */
const TOKEN = /<!doctype[^>]*>|<(\/?)([a-zA-Z][\w:-]*)([^>]*)>|([^<]+)/gu;
/** Elements that do not part a text. */
const WITHIN_TEXT = new Set(['a', 'bdi', 'time', 'wbr']);
/** Elements that hold what came from input, or is made of it. */
const OF_INPUT = new Set(['bdi', 'code']);
const HEADING = /^h[1-6]$/u;
const TITLE = ' class="exhibit-title"';
/** Elements of which nothing is seen, each with all that it holds. */
const UNSEEN = /<(head|style|script)\b[\s\S]*?<\/\1>/gu;

/**
 * The texts of an HTML report of ours in the order in which they stand; the alternative text of a figure stands before it.
 * A parser of all HTML would take longer than printing a page; tests hold this one against such a parser.
 */
export function readShownTexts(html: string): readonly ShownText[] {
  const texts: ShownText[] = [];
  let pieces: { text: string; isInput: boolean }[] = [];
  let drawings = 0;
  let isInput = false;
  let heading = '';
  const close = (place: ShownText['place'] = drawings > 0 ? 'drawing' : 'page') => {
    const text = foldBlanks(pieces.map((piece) => piece.text).join(''));
    if (text !== '') texts.push({ text, place, ...(heading !== '' && { isHeading: true as const }), pieces });
    pieces = [];
  };
  for (const [, slash, tag, attributes = '', text] of html.replace(UNSEEN, '').matchAll(TOKEN)) {
    if (text !== undefined) {
      pieces.push({ text: plainText(text), isInput });
      continue;
    }
    const opens = slash === '';
    if (tag === undefined) continue;
    if (!WITHIN_TEXT.has(tag)) close();
    if (OF_INPUT.has(tag)) isInput = opens;
    if (WITHIN_TEXT.has(tag)) continue;
    if (opens && (HEADING.test(tag) || attributes.includes(TITLE))) heading = tag;
    else if (!opens && tag === heading) heading = '';
    if (tag === 'svg') drawings += opens ? 1 : -1;
    if (!opens || drawings > 0) continue;
    const alternative = / role="img" aria-label="([^"]*)"/u.exec(attributes)?.[1];
    if (alternative !== undefined) {
      pieces = [{ text: plainText(alternative), isInput: false }];
      close('alternative');
    }
    if (attributes.includes(' class="page-slot"')) texts.push({ text: '', place: 'page-number', pieces: [] });
  }
  close();
  return texts;
}

/** One ordinary blank for every run of blanks, none at the ends. */
export function foldBlanks(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plainText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/giu, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
