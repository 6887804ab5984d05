import { integer, label } from '../../model/inlines.ts';
import { say } from '../../model/say.ts';
import type { Milestone } from '../../model/traffic.ts';
import type { TimelineEntry } from '../dataset.ts';
import type { DocumentReader, InputDocument } from '../format.ts';
import { toEpochMs } from '../normalize.ts';
import { worded } from '../worded.ts';
import { collectFaults, type Faults } from './faults.ts';
import { documentsOf, fieldOf, isRecord, type JsonRecord, listOf, pathOfDocument, valueAt } from './json-values.ts';
import { textOfAdf, toDetail, withoutNames } from './plain-text.ts';

type Path = readonly (string | number)[];

/**
 * Issues of Jira with comments, work logs and change log. Internal, but for comments that Jira Service Management marks
 * `jsdPublic: true` and that no role or group restricts. Names of people are taken out.
 */
export const jiraReader: DocumentReader = {
  id: 'jira',
  recognises: (document) => {
    const issues = issuesOf(document.json);
    return issues.length > 0 && issues.every(({ issue }) => typeof issue.key === 'string' && isRecord(issue.fields));
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const context: Context = { document, faults, names: [...namesIn(document.json)] };
    const entries = issuesOf(document.json).flatMap(({ issue, path }) => [
      ...items(valueAt(issue, 'fields', 'comment', 'comments'), [...path, 'fields', 'comment', 'comments']).flatMap(
        (found) => readComment(context, found),
      ),
      ...items(valueAt(issue, 'fields', 'worklog', 'worklogs'), [...path, 'fields', 'worklog', 'worklogs']).flatMap(
        (found) => readWorklog(context, found),
      ),
      ...items(valueAt(issue, 'changelog', 'histories'), [...path, 'changelog', 'histories']).flatMap((found) =>
        readHistory(context, found),
      ),
    ]);
    faults.throwIfAny();
    collector.count(document.inputId, entries.length);
    for (const entry of entries) collector.timeline(entry);
    for (const { issue } of issuesOf(document.json)) {
      const comments = valueAt(issue, 'fields', 'comment');
      const total = fieldOf(comments, 'total');
      if (typeof total === 'number' && total > listOf(fieldOf(comments, 'comments')).length)
        collector.warn({
          code: 'possibly-truncated',
          ...worded(
            say`${label(document.input.path, 'code')}: the issue has ${integer(total)} comments and the file holds fewer; the timeline may have gaps.`,
          ),
          input: document.inputId,
        });
    }
  },
};

interface Context {
  readonly document: InputDocument;
  readonly faults: Faults;
  readonly names: readonly string[];
}

interface Found {
  readonly item: JsonRecord;
  readonly path: Path;
}

function issuesOf(json: unknown): { issue: JsonRecord; path: Path }[] {
  return documentsOf(json).flatMap((answer, index) => {
    const path = pathOfDocument(json, index);
    const list = fieldOf(answer, 'issues');
    if (Array.isArray(list))
      return list.flatMap((issue, position) => (isRecord(issue) ? { issue, path: [...path, 'issues', position] } : []));
    return isRecord(answer) ? { issue: answer, path } : [];
  });
}

function items(list: unknown, path: Path): Found[] {
  return listOf(list).flatMap((item, index) => (isRecord(item) ? { item, path: [...path, index] } : []));
}

const DEEPEST_REFERENCE = 40;

/** Display names, addresses and user names of every person that the file mentions. */
function* namesIn(value: unknown, depth = 0): Generator<string> {
  if (depth > DEEPEST_REFERENCE) return;
  if (Array.isArray(value)) for (const inner of value) yield* namesIn(inner, depth + 1);
  if (!isRecord(value)) return;
  if (typeof value.displayName === 'string') {
    for (const name of [value.displayName, value.emailAddress, value.name]) if (typeof name === 'string') yield name;
  }
  for (const inner of Object.values(value)) yield* namesIn(inner, depth + 1);
}

function readComment(context: Context, { item, path }: Found): TimelineEntry[] {
  const isPublic = item.jsdPublic === true && (item.visibility === undefined || item.visibility === null);
  return entry(context, item.created, [...path, 'created'], {
    title: isPublic ? 'Message to the customer' : 'Comment on the ticket',
    milestone: isPublic ? 'update' : 'note',
    body: item.body,
    isPublic,
  });
}

function readWorklog(context: Context, { item, path }: Found): TimelineEntry[] {
  const key = item.started === undefined ? 'created' : 'started';
  return entry(context, item[key], [...path, key], {
    title: 'Work logged on the ticket',
    milestone: 'note',
    body: item.comment,
  });
}

/** The names that Jira's own workflows give to finished work; any other status marks nothing. */
const STATUSES: ReadonlyMap<string, Milestone> = new Map([
  ['resolved', 'resolved'],
  ['done', 'resolved'],
  ['closed', 'closed'],
]);

function readHistory(context: Context, { item, path }: Found): TimelineEntry[] {
  return listOf(item.items).flatMap((change) => {
    if (fieldOf(change, 'field') !== 'status') return [];
    const named = fieldOf(change, 'toString');
    if (typeof named !== 'string') return [];
    const status = named.slice(0, 60);
    return entry(context, item.created, [...path, 'created'], {
      title: `Ticket status: ${status}`,
      milestone: STATUSES.get(status.toLowerCase()) ?? 'note',
      body: undefined,
    });
  });
}

function entry(
  { document, faults, names }: Context,
  value: unknown,
  path: Path,
  told: Pick<TimelineEntry, 'title' | 'milestone'> & { body: unknown; isPublic?: boolean },
): TimelineEntry[] {
  const time = toEpochMs(value, { timeZone: document.input.timeZone });
  if (!time || time.assumedZone) {
    faults.addAt(`${JSON.stringify(value) ?? 'nothing'} is not a time with a zone`, path);
    return [];
  }
  const text = typeof told.body === 'string' ? told.body.replace(/\[~[^\]]*\]/g, '') : textOfAdf(told.body);
  const detail = toDetail(text);
  return [
    {
      at: time.at,
      precisionMs: time.precisionMs,
      milestone: told.milestone,
      title: told.title,
      ...(detail !== undefined && { detail: withoutNames(detail, names) }),
      actorKind: 'soc',
      visibility: told.isPublic === true ? 'customer' : 'internal',
      source: 'Jira',
      originalTime: String(value),
      input: document.inputId,
    },
  ];
}
