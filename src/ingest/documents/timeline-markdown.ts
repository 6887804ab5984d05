import { nearestOf } from '../../config/config.ts';
import { MILESTONES, type Milestone, type Visibility } from '../../model/traffic.ts';
import type { TimelineEntry } from '../dataset.ts';
import type { DocumentReader, InputDocument } from '../format.ts';
import { createEntryClock, type EntryClock } from './entry-clock.ts';
import { collectFaults, type Faults } from './faults.ts';
import { toDetail, toTitle } from './plain-text.ts';

/** The timeline table of a post-mortem in Markdown: every table with a time column is read, the rest of the text is not. */
export const markdownTimelineReader: DocumentReader = {
  id: 'timeline/markdown',
  recognises: (document) => document.json === undefined && findTables(document.text).length > 0,
  read(document, collector) {
    const faults = collectFaults(
      document,
      'Name the zone in the header cell, such as `Time (UTC)` or `Time (Europe/Berlin)`.',
    );
    const tables = findTables(document.text);
    if (tables.length === 0) faults.add('holds no table with a time column, such as `| Time (UTC) | Event |`');
    const entries = tables.flatMap((table) => readTable(document, table, faults));
    faults.throwIfAny();
    collector.count(document.inputId, entries.length);
    for (const entry of entries) collector.timeline(entry);
  },
};

interface Table {
  /** 1-based line of the header. */
  readonly line: number;
  readonly header: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
  /** The nearest ISO date above the table. */
  readonly date: string | undefined;
}

const DELIMITER_ROW = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

function findTables(text: string): Table[] {
  const lines = text.split(/\r\n|\n|\r/);
  const tables: Table[] = [];
  let fenced = false;
  let date: string | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const under = lines[index + 1] ?? '';
    if (fenced || !line.includes('|') || !DELIMITER_ROW.test(under) || !under.includes('-')) {
      date = /(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)/.exec(line)?.[1] ?? date;
      continue;
    }
    const header = splitCells(line);
    const rows: { line: number; cells: string[] }[] = [];
    let end = index + 2;
    for (; (lines[end] ?? '').includes('|'); end += 1)
      rows.push({ line: end + 1, cells: splitCells(lines[end] ?? '') });
    if (header.length > 1 && header.some((cell) => roleOf(cell) === 'time'))
      tables.push({ line: index + 1, header, rows, date });
    index = end - 1;
  }
  return tables;
}

function splitCells(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => plainText(cell.replaceAll('\\|', '|')));
}

/** Without emphasis, code marks, links and line breaks; everything else is text. */
function plainText(cell: string): string {
  return cell
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|~~|`)(.*?)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}*])[*_](?=\S)(.*?\S)[*_](?![\p{L}\p{N}*])/gu, '$1')
    .trim();
}

type Role = 'time' | 'date' | 'end' | 'actor' | 'milestone' | 'visibility' | 'detail' | 'title';

const ROLES: readonly (readonly [Role, RegExp])[] = [
  ['date', /^date(?!\s*(?:\/|and|&)?\s*time)\b/i],
  ['end', /^(?:end|until|to)\b/i],
  ['time', /^(?:date\s*(?:\/|and|&)?\s*time|time|timestamp|when|start)\b/i],
  ['visibility', /^(?:visibility|audience)\b/i],
  ['milestone', /^milestone\b/i],
  ['actor', /^(?:who|actor|by|owner|role)\b/i],
  ['title', /^(?:event|action|what|activity|description|entry|update|summary|message)\b/i],
  ['detail', /^(?:details?|notes?|comments?|impact|result)\b/i],
];

function roleOf(header: string): Role | undefined {
  return ROLES.find(([, pattern]) => pattern.test(header))?.[0];
}

function readTable(document: InputDocument, table: Table, faults: Faults): TimelineEntry[] {
  const columns = new Map<Role, number>();
  for (const [index, header] of table.header.entries()) {
    const role = roleOf(header);
    if (role !== undefined && !columns.has(role)) columns.set(role, index);
  }
  if (!columns.has('title')) {
    const free = table.header.findIndex((header) => roleOf(header) === undefined);
    if (free === -1) {
      faults.add('the table has no column that says what happened, such as `Event`', { line: table.line });
      return [];
    }
    columns.set('title', free);
  }
  const zone = zoneOf(table.header[columns.get('time') ?? -1] ?? '', document.input.timeZone);
  if ('problem' in zone) {
    faults.add(zone.problem, { line: table.line });
    return [];
  }
  const clock = createEntryClock({ date: table.date, ...zone });
  return table.rows.flatMap((row) => {
    const cell = (role: Role) => row.cells[columns.get(role) ?? -1] ?? '';
    const fault = (problem: string, role: Role) =>
      faults.add(problem, { line: row.line, field: `column "${table.header[columns.get(role) ?? -1] ?? role}"` });
    return readRow(document, cell, fault, clock);
  });
}

function readRow(
  document: InputDocument,
  cell: (role: Role) => string,
  fault: (problem: string, role: Role) => void,
  clock: EntryClock,
): TimelineEntry[] {
  const title = toTitle(cell('title'));
  const [from = '', until] = cell('time').split(/\s*[–—]\s*|\s+(?:-|to|until)\s+/);
  if (from === '' && title === undefined) return [];
  if (from === '' || title === undefined) {
    fault(from === '' ? 'has no time' : 'says nothing', from === '' ? 'time' : 'title');
    return [];
  }
  const date = cell('date');
  const written = date === '' ? from : `${date} ${from.padStart(from.indexOf(':') === 1 ? from.length + 1 : 0, '0')}`;
  const start = clock.read(written);
  if ('problem' in start) {
    fault(start.problem, 'time');
    return [];
  }
  const endText = until ?? cell('end');
  const end = endText === '' ? undefined : clock.readEnd(endText, start.at);
  if (end && 'problem' in end) fault(end.problem, until === undefined ? 'end' : 'time');
  const milestone = readMilestone(cell('milestone'), fault);
  const visibility = readVisibility(cell('visibility'), fault);
  const detail = toDetail(cell('detail')) ?? (toDetail(cell('title')) === title ? undefined : toDetail(cell('title')));
  const actor = toTitle(cell('actor'));
  return [
    {
      at: start.at,
      ...(end && 'at' in end && { end: end.at }),
      precisionMs: start.precisionMs,
      milestone,
      title,
      ...(detail !== undefined && { detail }),
      // Tables of post-mortems name people here; a customer is told a role or nothing.
      ...(actor !== undefined && visibility === 'internal' && { actor }),
      actorKind: 'soc',
      visibility,
      source: document.input.path.split('/').at(-1) ?? document.input.path,
      originalTime: written,
      input: document.inputId,
    },
  ];
}

function readMilestone(cell: string, fault: (problem: string, role: Role) => void): Milestone {
  if (cell === '') return 'note';
  const word = cell.toLowerCase().replace(/[\s-]+/g, '_');
  const milestone = MILESTONES.find((name) => name === word);
  if (milestone) return milestone;
  const nearest = nearestOf(word, MILESTONES);
  fault(
    `"${cell}" is not a milestone; ${nearest ? `did you mean "${nearest}"?` : `milestones are ${MILESTONES.join(', ')}`}`,
    'milestone',
  );
  return 'note';
}

/** Internal unless the cell says otherwise in so many words. */
function readVisibility(cell: string, fault: (problem: string, role: Role) => void): Visibility {
  const word = cell.toLowerCase();
  if (word === '' || word === 'internal' || word === 'private') return 'internal';
  if (word === 'customer' || word === 'public' || word === 'external') return 'customer';
  fault(`"${cell}" is neither internal nor customer`, 'visibility');
  return 'internal';
}

type Zone = { readonly timeZone?: string; readonly offset?: string } | { readonly problem: string };

/** The zone in the header cell: `Time (UTC)`, `Time [Europe/Berlin]`, `Time UTC+2`; else the input's. Abbreviations such as CST mean several zones. */
function zoneOf(header: string, inputZone: string | undefined): Zone {
  const named = (
    /[([]([^)\]]+)[)\]]/.exec(header)?.[1] ?? /\s((?:UTC|GMT)\S*|[A-Za-z_]+\/[A-Za-z_/+-]+)\s*$/.exec(header)?.[1]
  )?.trim();
  if (named === undefined || /^(?:local|24|hh?:mm)/i.test(named))
    return inputZone === undefined ? {} : { timeZone: inputZone };
  if (/^(?:UTC|GMT|Z|Zulu)$/i.test(named)) return { timeZone: 'UTC' };
  const offset = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?$/i.exec(named);
  if (offset) return { offset: `${offset[1]}${(offset[2] ?? '').padStart(2, '0')}:${offset[3] ?? '00'}` };
  if (named.includes('/') && isZone(named)) return { timeZone: named };
  if (inputZone !== undefined) return { timeZone: inputZone };
  return {
    problem: `"${named}" in the header is not a zone that is the same everywhere; write UTC, an offset such as UTC+01:00, or a place such as Europe/Berlin`,
  };
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
