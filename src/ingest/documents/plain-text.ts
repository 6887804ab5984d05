import { isRecord, listOf } from './json-values.ts';

const LONGEST_TITLE = 160;
const LONGEST_DETAIL = 2_000;

/** Text on one line: white space collapsed, cut at 160 characters with an ellipsis. Undefined when nothing is left. */
export function toTitle(value: unknown): string | undefined {
  return typeof value === 'string' ? cut(value.replace(/\s+/gu, ' ').trim(), LONGEST_TITLE) : undefined;
}

/** Running text: lines kept, white space around them dropped, cut at 2,000 characters with an ellipsis. */
export function toDetail(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const lines = value.split(/\r\n|[\n\r\u2028\u2029]/u).map((line) => line.replace(/[^\S\n]+/gu, ' ').trim());
  return cut(
    lines
      .join('\n')
      .replace(/\n{3,}/gu, '\n\n')
      .trim(),
    LONGEST_DETAIL,
  );
}

function cut(text: string, longest: number): string | undefined {
  if (text === '') return undefined;
  const characters = [...text];
  return characters.length <= longest
    ? text
    : `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/**
 * The words of an HTML body: block ends become lines, script and style go with their contents, entities are resolved once.
 * The result is text and is escaped again when shown. Takes time in proportion to the text, whatever it holds.
 */
export function textOfHtml(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h[1-6])\b[^<>]*>/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi, (whole, name: string) => entity(name) ?? whole);
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES.get(name.toLowerCase());
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
}

const BLOCK_NODES = new Set(['paragraph', 'heading', 'listItem', 'codeBlock', 'blockquote', 'tableRow', 'rule']);
const DEEPEST_NODE = 40;

/** The words of an Atlassian Document Format body (Jira Cloud). Mentions of people are left out, other nodes keep their text. */
export function textOfAdf(node: unknown, depth = 0): string {
  if (!isRecord(node) || depth > DEEPEST_NODE) return '';
  if (node.type === 'mention') return '';
  if (node.type === 'hardBreak') return '\n';
  const own = typeof node.text === 'string' ? node.text : '';
  const inner = listOf(node.content).map((child) => textOfAdf(child, depth + 1));
  return `${own}${inner.join('')}${typeof node.type === 'string' && BLOCK_NODES.has(node.type) ? '\n' : ''}`;
}

/** The text with every listed name replaced by `[name removed]`, longest first, whatever its case. Names of one or two letters are not names. */
export function withoutNames(text: string, names: Iterable<string>): string {
  const known = [...new Set(names)].map((name) => name.trim()).filter((name) => name.length > 2);
  if (known.length === 0) return text;
  const pattern = known
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'giu'), '[name removed]');
}
