import type { Phrase } from '../model/phrase.ts';
import { blocksOf, type ReportModel, type StatementsBlock, type TableBlock } from '../report/report.ts';
import type { Writer } from '../text/text.ts';
import { documentKind } from './document-kind.ts';
import { toPieces } from './pieces.ts';
import { tlpText } from './tlp.ts';

/** Longest comment that every ticket system we know takes, with room for its own additions, in characters. */
const LONGEST_SUMMARY = 6_000;
/** A run of text without a break is a title or a sentence; a longer one is cut. */
const LONGEST_RUN = 400;
/** A name that no ticket system turns into a link, a mention or markup: words only, no dots, slashes or signs. */
const HARMLESS_NAME = /^[\p{L}\p{N} ,()-]+$/u;
/** More waves than this are counted, not listed. */
const MOST_WAVES = 8;

/**
 * The report as a comment for the ticket, in the Markdown that all ticket systems share: what happened, the six numbers,
 * the waves, the findings and what to change. What comes from input and is more than plain words stands in code spans, so it
 * cannot become a link, a mention or markup. At most `LONGEST_SUMMARY` characters: whole lines are left out from the end, and that is said.
 */
export function renderSummary(model: ReportModel, writer: Writer): string {
  const { meta, cover } = model;
  const say = (phrase: Phrase | string) => markdown(typeof phrase === 'string' ? [phrase] : phrase, writer);
  const head = [
    `**${tlpText(meta.tlp)}**`,
    ...(meta.status === undefined || meta.status === 'final'
      ? []
      : ['', `**${meta.status === 'draft' ? 'DRAFT' : 'IN REVIEW'}**`]),
    '',
    `## ${say(`${documentKind(meta)} ${meta.reportId}: ${meta.title}`)}`,
    '',
    say([
      `${meta.customer.name}, `,
      { kind: 'time', at: meta.window.start, form: 'instant' },
      ' to ',
      { kind: 'time', at: meta.window.end, form: 'instant' },
      ', ',
      { kind: 'zone', at: meta.window.start },
    ]),
    '',
    `**${say(cover.verdict)}**`,
    '',
    ...(cover.severity ? [`${say(cover.severity.label)}: ${say(cover.severity.why)}.`, ''] : []),
    ...(cover.extent ? [`${say(cover.extent)}.`, ''] : []),
    ...cover.tiles.map((tile) => `- ${say(tile.label)}: **${say([tile.value])}** (${say(tile.note)})`),
  ];
  const foot = [
    '',
    say(
      `The complete report is attached. ${meta.provider.name}, ${meta.preparedBy}; ${meta.reportId}, revision ${meta.revision}.`,
    ),
    '',
  ];
  return shortenTo(
    [...head, ...waveLines(model, writer), ...findingLines(model, writer), ...adviceLines(model, writer)],
    foot,
  );
}

/** One line a wave of an incident or an incident of a period, from their table, as it stands in the report. */
function waveLines(model: ReportModel, writer: Writer): string[] {
  const table = blocksOf(model).find(
    (block): block is TableBlock =>
      block.kind === 'table' && (block.id === 'table-waves' || block.id === 'table-incidents'),
  );
  if (!table || table.rows.length === 0) return [];
  const lines = table.rows.slice(0, MOST_WAVES).map((row) => {
    const cells = row.map((cell, i) => {
      const label = table.columns[i]?.label ?? '';
      return i === 0
        ? `${markdown([label], writer)} ${cellText(cell, writer)}`
        : `${markdown([label.toLowerCase()], writer)} ${cellText(cell, writer)}`;
    });
    return `- ${cells.join(', ')}`;
  });
  const more = table.rows.length - MOST_WAVES;
  return [
    '',
    model.meta.kind === 'incident' ? '### Waves' : '### Incidents',
    '',
    ...lines,
    ...(more > 0 ? [`- and ${writer.integer(more)} more in the report`] : []),
  ];
}

/** Titles of the findings; the unfavourable ones first, so that shortening never hides them. */
function findingLines(model: ReportModel, writer: Writer): string[] {
  const items = blocksOf(model)
    .filter((block): block is StatementsBlock => block.kind === 'statements')
    .flatMap((block) => block.items);
  if (items.length === 0) return [];
  const ordered = [
    ...items.filter((item) => item.tone === 'unfavourable'),
    ...items.filter((item) => item.tone !== 'unfavourable'),
  ];
  return [
    '',
    '### Findings',
    '',
    ...ordered.map((item) => `- **${markdown(item.title, writer)}** ${markdown(item.text, writer)}`),
  ];
}

/** What to change, and who has to. */
function adviceLines(model: ReportModel, writer: Writer): string[] {
  const table = blocksOf(model).find(
    (block): block is TableBlock =>
      block.kind === 'table' && (block.id === 'table-recommendations' || block.id === 'table-open'),
  );
  if (!table || table.rows.length === 0) return [];
  const owner = table.columns.findIndex(({ label }) => label === 'Owner');
  const lines = table.rows.map((row) => `- ${cellText(row[0] ?? '', writer)} (${cellText(row[owner] ?? '', writer)})`);
  return ['', table.id === 'table-open' ? '### Open recommendations' : '### Recommendations', '', ...lines];
}

function cellText(cell: TableBlock['rows'][number][number], writer: Writer): string {
  return toPieces(cell, writer).map(spanOf).join('') || '–';
}

function markdown(phrase: Phrase, writer: Writer): string {
  return toPieces(phrase, writer).map(spanOf).join('');
}

function spanOf(piece: { readonly text: string; readonly role: string }): string {
  const text = piece.text.length > LONGEST_RUN ? `${piece.text.slice(0, LONGEST_RUN)}…` : piece.text;
  return piece.role === '' || piece.role === 'prose' || (piece.role === 'name' && HARMLESS_NAME.test(text))
    ? escapeMarkdown(text)
    : codeSpan(text);
}

/** Our own words and those of the configuration: markup characters lose their meaning, the text stays readable as it is. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]|~]|<(?=[a-z/!?])/gi, '\\$&')
    .replace(/&(?=#|\w+;)/g, '&amp;')
    .replace(/@/g, '(at)');
}

/** A span whose fence is longer than any run of backticks inside it. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** As many of the lines, in order, as fit together with the foot. */
function shortenTo(lines: readonly string[], foot: readonly string[]): string {
  const note = '- shortened; the rest is in the report';
  const kept: string[] = [];
  let left = LONGEST_SUMMARY - foot.join('\n').length - note.length - 2;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) return [...kept, note, ...foot].join('\n');
    kept.push(line);
  }
  return [...kept, ...foot].join('\n');
}
