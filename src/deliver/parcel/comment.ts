import { marked, type Token, type Tokens } from 'marked';

/** A run of text in one dress. */
interface Span {
  readonly text: string;
  readonly dress: 'plain' | 'strong' | 'code';
}

/** One line of the comment. */
interface Line {
  readonly kind: 'heading' | 'item' | 'text';
  readonly spans: readonly Span[];
}

/** What a comment is made of, whatever it becomes. */
export interface CommentSource {
  /** Markdown as `summary.md` has it: headings, paragraphs, lists of one level, bold and code. */
  readonly summary: string;
  /** Plain lines that are never left out. */
  readonly footer: readonly string[];
}

export type Markup = 'plain' | 'html' | 'markdown' | 'slack' | 'textile';

const SHORTENED: Line = { kind: 'text', spans: [{ text: 'Shortened; the rest is in the report.', dress: 'plain' }] };

/**
 * The comment as a system takes it, at most `longest` characters: lines of the summary are left out from its end, and that is
 * said; the footer stays.
 */
export function renderComment(source: CommentSource, markup: Markup, longest: number): string {
  const write = WRITERS[markup];
  const footer = source.footer.map((text): Line => ({ kind: 'text', spans: [{ text, dress: 'plain' }] }));
  let summary = readSummary(source.summary);
  let text = write([...summary, ...footer]);
  while (text.length > longest && summary.length > 0) {
    summary = summary.slice(0, -1);
    text = write([...summary, SHORTENED, ...footer]);
  }
  if (text.length > longest) throw new Error(`a comment of ${longest} characters has no room for its footer`);
  return text;
}

/** The comment in the document format of Atlassian (ADF), version 1. */
export function renderAdf(source: CommentSource): unknown {
  const content: unknown[] = [];
  for (const line of [
    ...readSummary(source.summary),
    ...source.footer.map((text): Line => ({ kind: 'text', spans: [{ text, dress: 'plain' }] })),
  ]) {
    const spans = line.spans
      .filter(({ text }) => text !== '')
      .map(({ text, dress }) => ({
        type: 'text',
        text,
        ...(dress !== 'plain' && { marks: [{ type: dress }] }),
      }));
    if (line.kind === 'heading') content.push({ type: 'heading', attrs: { level: 3 }, content: spans });
    else if (line.kind === 'text') content.push({ type: 'paragraph', content: spans });
    else
      content.push({
        type: 'bulletList',
        content: [{ type: 'listItem', content: [{ type: 'paragraph', content: spans }] }],
      });
  }
  return { type: 'doc', version: 1, content };
}

/** The first heading as plain text on one line. */
export function firstHeading(summary: string): string | undefined {
  const heading = readSummary(summary).find(({ kind }) => kind === 'heading');
  return heading?.spans.map(({ text }) => text).join('');
}

const WRITERS: Readonly<Record<Markup, (lines: readonly Line[]) => string>> = {
  plain: (lines) =>
    join(lines, { heading: (text) => text, item: (text) => `- ${text}`, text: (text) => text }, ({ text }) => text),
  textile: (lines) => `<pre>\n${WRITERS.plain(lines).replaceAll('<', '‹').replaceAll('>', '›')}\n</pre>`,
  html: (lines) =>
    join(
      lines,
      { heading: (text) => `<h3>${text}</h3>`, item: (text) => `<p>• ${text}</p>`, text: (text) => `<p>${text}</p>` },
      ({ text, dress }) => (dress === 'plain' ? escapeHtml(text) : `<${dress}>${escapeHtml(text)}</${dress}>`),
    ).replaceAll('\n\n', '\n'),
  markdown: (lines) =>
    join(
      lines,
      { heading: (text) => `### ${text}`, item: (text) => `- ${text}`, text: (text) => text },
      ({ text, dress }) =>
        dress === 'code' ? codeSpan(text) : dress === 'strong' ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text),
    ),
  // https://docs.slack.dev/messaging/formatting-message-text/: &, < and > are escaped; * _ ~ and ` mark text up.
  slack: (lines) =>
    join(
      lines,
      { heading: (text) => `*${text}*`, item: (text) => `• ${text}`, text: (text) => text },
      ({ text, dress }) => {
        const safe = escapeHtml(text)
          .replaceAll('&quot;', '"')
          .replaceAll(/[*_~`]/g, (mark) => (dress === 'code' ? '’' : `\u200b${mark}`));
        return dress === 'code' ? `\`${safe}\`` : dress === 'strong' ? `*${safe}*` : safe;
      },
    ),
};

/** An empty line between paragraphs and none between items. */
function join(
  lines: readonly Line[],
  dress: Readonly<Record<Line['kind'], (text: string) => string>>,
  span: (span: Span) => string,
): string {
  return lines
    .map((line, index) => {
      const text = dress[line.kind](line.spans.map(span).join(''));
      const before = lines[index - 1];
      return before === undefined ? text : `${before.kind === 'item' && line.kind === 'item' ? '\n' : '\n\n'}${text}`;
    })
    .join('');
}

function readSummary(markdown: string): Line[] {
  return marked.lexer(markdown, { gfm: false }).flatMap((token) => linesOf(token));
}

function linesOf(token: Token): Line[] {
  if (isList(token))
    return token.items.map((item) => ({
      kind: 'item',
      spans: tidy(item.tokens.flatMap((inner) => spansOf(inner, 'plain'))),
    }));
  if (token.type === 'heading') return [{ kind: 'heading', spans: tidy(spansOf(token, 'plain')) }];
  if (token.type === 'space') return [];
  return [{ kind: 'text', spans: tidy(spansOf(token, 'plain')) }];
}

function isList(token: Token): token is Tokens.List {
  return token.type === 'list';
}

function spansOf(token: Token, dress: Span['dress']): Span[] {
  if (token.type === 'codespan' && 'text' in token) return [{ text: String(token.text), dress: 'code' }];
  const inner = token.type === 'strong' ? 'strong' : dress;
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.flatMap((part) => spansOf(part, inner));
  return [{ text: 'text' in token ? String(token.text) : token.raw, dress }];
}

/** Neighbours in one dress together, entities as the characters that they stand for, line breaks as blanks. */
function tidy(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const text = (span.dress === 'code' ? span.text : span.text.replaceAll('&amp;', '&')).replaceAll(/\s*\n\s*/g, ' ');
    const last = joined.at(-1);
    if (last?.dress === span.dress && span.dress !== 'code')
      joined.splice(-1, 1, { text: last.text + text, dress: last.dress });
    else joined.push({ text, dress: span.dress });
  }
  return joined;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]|~<]/g, '\\$&').replaceAll(/&(?=#|\w+;)/g, '&amp;');
}

function codeSpan(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}
