import { integer } from '../model/inlines.ts';
import type { Phrase } from '../model/phrase.ts';
import { say } from '../model/say.ts';
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
  const told = (phrase: Phrase | string) => markdown(typeof phrase === 'string' ? [phrase] : phrase, writer);
  const head = [
    `**${tlpText(meta.tlp)}**`,
    ...(meta.status === undefined || meta.status === 'final'
      ? []
      : ['', `**${told([meta.status === 'draft' ? say`DRAFT` : say`IN REVIEW`])}**`]),
    '',
    `## ${told([documentKind(meta), ` ${meta.reportId}: ${meta.title}`])}`,
    '',
    told([
      `${meta.customer.name}, `,
      say`${{ kind: 'time', at: meta.window.start, form: 'instant' }} to ${{ kind: 'time', at: meta.window.end, form: 'instant' }}`,
      ', ',
      { kind: 'zone', at: meta.window.start },
    ]),
    '',
    `**${told(cover.verdict)}**`,
    '',
    ...(cover.severity ? [`${told(cover.severity.label)}: ${told(cover.severity.why)}.`, ''] : []),
    ...(cover.extent ? [`${told(cover.extent)}.`, ''] : []),
    ...cover.tiles.map((tile) => `- ${told(tile.label)}: **${told([tile.value])}** (${told(tile.note)})`),
  ];
  const foot = [
    '',
    told([
      say`The complete report is attached.`,
      ' ',
      say`${[meta.provider.name]}, ${[meta.preparedBy]}; ${[meta.reportId]}, revision ${integer(meta.revision)}.`,
    ]),
    '',
  ];
  return shortenTo(
    [...head, ...waveLines(model, writer), ...findingLines(model, writer), ...adviceLines(model, writer)],
    foot,
    `- ${told([say`shortened; the rest is in the report`])}`,
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
  const more = Math.max(table.totalRows, table.rows.length) - MOST_WAVES;
  return [
    '',
    `### ${markdown([model.meta.kind === 'incident' ? say`Waves` : say`Incidents`], writer)}`,
    '',
    ...lines,
    ...(more > 0 ? [`- ${markdown([say`and ${integer(more)} more in the report`], writer)}`] : []),
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
    `### ${markdown([say`Findings`], writer)}`,
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
  const owner = table.columns.findIndex(({ id }) => id === 'owner');
  const lines = table.rows.map((row) => `- ${cellText(row[0] ?? '', writer)} (${cellText(row[owner] ?? '', writer)})`);
  const heading = table.id === 'table-open' ? say`Open recommendations` : say`Recommendations`;
  return ['', `### ${markdown([heading], writer)}`, '', ...lines];
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
function shortenTo(lines: readonly string[], foot: readonly string[], note: string): string {
  const kept: string[] = [];
  let left = LONGEST_SUMMARY - foot.join('\n').length - note.length - 2;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) return [...kept, note, ...foot].join('\n');
    kept.push(line);
  }
  return [...kept, ...foot].join('\n');
}
