import { label } from '../../model/inlines.ts';
import { say } from '../../model/say.ts';
import type { Milestone } from '../../model/traffic.ts';
import type { TimelineEntry } from '../dataset.ts';
import type { Collector, DocumentReader, InputDocument } from '../format.ts';
import { toEpochMs } from '../normalize.ts';
import { worded } from '../worded.ts';
import { collectFaults, type Faults } from './faults.ts';
import { documentsOf, fieldOf, isRecord, type JsonRecord, listOf, pathOfDocument, valueAt } from './json-values.ts';
import { textOfHtml, toDetail } from './plain-text.ts';

type Path = readonly (string | number)[];

/** Audits or comments of a Zendesk ticket, and the ticket itself. Only what Zendesk marks `public: true` is for the customer. */
export const zendeskReader: DocumentReader = {
  id: 'zendesk',
  recognises: (document) => {
    const answers = documentsOf(document.json);
    return answers.length > 0 && answers.every(isAnswer);
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const answers = documentsOf(document.json).map((answer, index) => ({
      answer,
      path: pathOfDocument(document.json, index),
    }));
    const requesters = new Set(
      answers.map(({ answer }) => valueAt(answer, 'ticket', 'requester_id')).filter((id) => id !== undefined),
    );
    const context: Context = { document, faults, requesters };
    const entries = answers.flatMap(({ answer, path }) => [
      ...readTicket(context, fieldOf(answer, 'ticket'), [...path, 'ticket']),
      ...items(answer, path, 'audits').flatMap((audit) => readAudit(context, audit)),
      ...items(answer, path, 'comments').flatMap(({ item, path: place }) => readComment(context, item, item, place)),
    ]);
    faults.throwIfAny();
    collector.count(document.inputId, entries.length);
    for (const entry of entries) collector.timeline(entry);
    warnPages(document, collector, answers);
  },
};

interface Context {
  readonly document: InputDocument;
  readonly faults: Faults;
  /** Ids of who asked: their comments are the customer's own words. */
  readonly requesters: ReadonlySet<unknown>;
}

function isAnswer(answer: unknown): boolean {
  const audits = fieldOf(answer, 'audits');
  if (Array.isArray(audits)) return audits.every((audit) => Array.isArray(fieldOf(audit, 'events')));
  const comments = fieldOf(answer, 'comments');
  if (Array.isArray(comments)) return comments.every((comment) => typeof fieldOf(comment, 'public') === 'boolean');
  const ticket = fieldOf(answer, 'ticket');
  return isRecord(ticket) && ticket.subject !== undefined && ticket.requester_id !== undefined;
}

function items(answer: unknown, path: Path, name: string): { item: JsonRecord; path: Path }[] {
  return listOf(fieldOf(answer, name)).flatMap((item, index) =>
    isRecord(item) ? { item, path: [...path, name, index] } : [],
  );
}

function readTicket(context: Context, ticket: unknown, path: Path): TimelineEntry[] {
  if (!isRecord(ticket)) return [];
  return entry(context, ticket.created_at, [...path, 'created_at'], {
    title: 'Ticket opened',
    milestone: 'note',
    actorKind: 'customer',
  });
}

function readAudit(context: Context, { item: audit, path }: { item: JsonRecord; path: Path }): TimelineEntry[] {
  return listOf(audit.events).flatMap((event, index) => {
    if (!isRecord(event)) return [];
    const place = [...path, 'events', index];
    if (event.type === 'Comment')
      return readComment(context, { ...event, author_id: event.author_id ?? audit.author_id }, audit, path);
    if (event.type === 'Change' && event.field_name === 'status') return readStatus(context, event, audit, place);
    return [];
  });
}

function readComment(
  { document, faults, requesters }: Context,
  comment: JsonRecord,
  dated: JsonRecord,
  path: Path,
): TimelineEntry[] {
  const isPublic = comment.public === true;
  const fromCustomer = isPublic && requesters.has(comment.author_id);
  const plain = comment.plain_body ?? comment.body;
  const text = typeof plain === 'string' && plain.trim() !== '' ? plain : comment.html_body;
  const detail =
    typeof text === 'string'
      ? toDetail(text === comment.html_body || looksLikeHtml(text) ? textOfHtml(text) : text)
      : undefined;
  return entry({ document, faults, requesters }, dated.created_at, [...path, 'created_at'], {
    title: fromCustomer
      ? 'Message from the customer'
      : isPublic
        ? 'Message to the customer'
        : 'Internal note on the ticket',
    milestone: isPublic && !fromCustomer ? 'update' : 'note',
    actorKind: fromCustomer ? 'customer' : 'soc',
    isPublic,
    detail,
  });
}

function looksLikeHtml(text: string): boolean {
  return /<\/(?:p|div|span|a|li|ul|b|strong|em|table)>|<br\s*\/?>/i.test(text);
}

const STATUSES: ReadonlyMap<string, Milestone> = new Map([
  ['solved', 'resolved'],
  ['closed', 'closed'],
]);

function readStatus(context: Context, event: JsonRecord, audit: JsonRecord, path: Path): TimelineEntry[] {
  const status = String(event.value);
  return entry(context, audit.created_at, [...path.slice(0, -2), 'created_at'], {
    title: `Ticket status: ${status.slice(0, 60)}`,
    milestone: STATUSES.get(status) ?? 'note',
    actorKind: 'soc',
  });
}

function entry(
  { document, faults }: Context,
  value: unknown,
  path: Path,
  told: Pick<TimelineEntry, 'title' | 'milestone' | 'actorKind'> & { isPublic?: boolean; detail?: string | undefined },
): TimelineEntry[] {
  const time = toEpochMs(value, { timeZone: document.input.timeZone });
  if (!time || time.assumedZone) {
    faults.addAt(`${JSON.stringify(value) ?? 'nothing'} is not a time with a zone`, path);
    return [];
  }
  return [
    {
      at: time.at,
      precisionMs: time.precisionMs,
      milestone: told.milestone,
      title: told.title,
      ...(told.detail !== undefined && { detail: told.detail }),
      actorKind: told.actorKind,
      visibility: told.isPublic === true ? 'customer' : 'internal',
      source: 'Zendesk',
      originalTime: String(value),
      input: document.inputId,
    },
  ];
}

function warnPages(document: InputDocument, collector: Collector, answers: readonly { answer: unknown }[]): void {
  if (answers.every(({ answer }) => typeof fieldOf(answer, 'next_page') !== 'string')) return;
  collector.warn({
    code: 'possibly-truncated',
    ...worded(say`${label(document.input.path, 'code')}: the ticket has further pages; the timeline may have gaps.`),
    input: document.inputId,
  });
}
