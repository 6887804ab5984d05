import { counted, label } from '../../model/inlines.ts';
import { noun, say } from '../../model/say.ts';
import type { ActorKind, Milestone, Visibility } from '../../model/traffic.ts';
import type { Collector, DocumentReader, InputDocument } from '../format.ts';
import { toEpochMs } from '../normalize.ts';
import { worded } from '../worded.ts';
import { collectFaults, type Faults } from './faults.ts';
import { documentsOf, fieldOf, isRecord, type JsonRecord, listOf, pathOfDocument } from './json-values.ts';
import { toDetail, toTitle, withoutNames } from './plain-text.ts';

type Path = readonly (string | number)[];

/**
 * PagerDuty's REST answers: an incident, its log entries, notes and status updates, in one file or several. Everything is
 * internal but status updates, and names of people are taken out of every text.
 */
export const pagerdutyReader: DocumentReader = {
  id: 'pagerduty',
  recognises: (document) => {
    const answers = documentsOf(document.json);
    return answers.length > 0 && answers.every(isAnswer);
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const context = { document, faults, names: [...namesIn(document.json)] };
    const answers = documentsOf(document.json).map((answer, index) => ({
      answer,
      path: pathOfDocument(document.json, index),
    }));
    const log = answers.flatMap(({ answer, path }) => items(answer, path, 'log_entries'));
    const entries = [
      ...answers
        .flatMap(({ answer, path }) => incidentsOf(answer, path))
        .flatMap((item) => readIncident(context, item)),
      ...log.flatMap((item) => readLogEntry(context, item)),
      ...answers
        .flatMap(({ answer, path }) => items(answer, path, 'notes'))
        .flatMap((item) => readText(context, item, NOTE)),
      ...answers
        .flatMap(({ answer, path }) => items(answer, path, 'status_updates'))
        .flatMap((item) => readText(context, item, STATUS_UPDATE)),
    ];
    faults.throwIfAny();
    collector.count(document.inputId, entries.length);
    // An incident and its log in one file tell the same moments.
    const told = new Set<string>();
    for (const entry of entries) {
      const key = `${entry.at} ${entry.title} ${entry.detail ?? ''}`;
      if (!told.has(key)) collector.timeline(entry);
      told.add(key);
    }
    warn(document, collector, { paged: log.filter(({ item }) => item.type === 'notify_log_entry').length, answers });
  },
};

interface Found {
  readonly item: JsonRecord;
  readonly path: Path;
}

interface Context {
  readonly document: InputDocument;
  readonly faults: Faults;
  readonly names: readonly string[];
}

function isAnswer(answer: unknown): boolean {
  const lists = ['log_entries', 'notes', 'status_updates'] as const;
  const fits = {
    log_entries: (item: unknown) => /_log_entry(?:_reference)?$/.test(String(fieldOf(item, 'type'))),
    notes: (item: unknown) => typeof fieldOf(item, 'content') === 'string',
    status_updates: (item: unknown) => typeof fieldOf(item, 'message') === 'string',
  };
  const found = lists.filter((name) => Array.isArray(fieldOf(answer, name)));
  if (found.some((name) => listOf(fieldOf(answer, name)).every(fits[name]))) return true;
  const incidents = incidentsOf(answer, []);
  return (
    incidents.length > 0 &&
    incidents.every(({ item }) => item.type === 'incident' || item.incident_number !== undefined)
  );
}

function items(answer: unknown, path: Path, name: string): Found[] {
  return listOf(fieldOf(answer, name)).flatMap((item, index) =>
    isRecord(item) ? { item, path: [...path, name, index] } : [],
  );
}

function incidentsOf(answer: unknown, path: Path): Found[] {
  const single = fieldOf(answer, 'incident');
  return isRecord(single) ? [{ item: single, path: [...path, 'incident'] }] : items(answer, path, 'incidents');
}

const DEEPEST_REFERENCE = 40;

/** Every name of a person that the answer mentions anywhere. */
function* namesIn(value: unknown, depth = 0): Generator<string> {
  if (depth > DEEPEST_REFERENCE) return;
  if (Array.isArray(value)) for (const inner of value) yield* namesIn(inner, depth + 1);
  if (!isRecord(value)) return;
  if (typeof value.type === 'string' && /^(?:user|user_reference)$/.test(value.type)) {
    for (const name of [value.summary, value.name, value.email]) if (typeof name === 'string') yield name;
  }
  for (const inner of Object.values(value)) yield* namesIn(inner, depth + 1);
}

interface Moment {
  readonly milestone: Milestone;
  readonly title: string;
  readonly actorKind?: ActorKind;
  readonly visibility?: Visibility;
}

const OPENED: Moment = { milestone: 'alerted', title: 'PagerDuty incident opened', actorKind: 'automatic' };
const ACKNOWLEDGED: Moment = { milestone: 'acknowledged', title: 'PagerDuty incident acknowledged' };
const RESOLVED: Moment = { milestone: 'resolved', title: 'PagerDuty incident resolved' };
const NOTE: Moment = { milestone: 'note', title: 'Note in PagerDuty' };
const STATUS_UPDATE: Moment = { milestone: 'update', title: 'Status update', visibility: 'customer' };

/** What the kinds of log entries mark. A kind that is not listed marks nothing; pages to staff are noise. */
const LOG_ENTRIES: ReadonlyMap<string, Moment | undefined> = new Map([
  ['trigger_log_entry', OPENED],
  ['acknowledge_log_entry', ACKNOWLEDGED],
  ['resolve_log_entry', RESOLVED],
  ['escalate_log_entry', { milestone: 'escalated', title: 'PagerDuty incident escalated' }],
  ['annotate_log_entry', NOTE],
  ['notify_log_entry', undefined],
]);

function readLogEntry(context: Context, { item, path }: Found) {
  const type = String(item.type).replace(/_reference$/, '');
  const moment = LOG_ENTRIES.has(type)
    ? LOG_ENTRIES.get(type)
    : { milestone: 'note' as const, title: `PagerDuty: ${type.replace(/_log_entry$/, '').replaceAll('_', ' ')}` };
  if (!moment) return [];
  const agent = String(fieldOf(item.agent, 'type'));
  const actorKind: ActorKind = moment.actorKind ?? (/^user(?:_reference)?$/.test(agent) ? 'soc' : 'automatic');
  // The summary of these three repeats the title and adds a name.
  const told = moment === OPENED || moment === ACKNOWLEDGED || moment === RESOLVED;
  return entry(context, path, item, 'created_at', { ...moment, actorKind }, told ? undefined : item.summary);
}

function readIncident(context: Context, { item, path }: Found) {
  const acknowledgements = listOf(item.acknowledgements).filter(isRecord);
  return [
    ...entry(context, path, item, 'created_at', OPENED, undefined),
    ...acknowledgements.flatMap((acknowledgement, index) =>
      entry(context, [...path, 'acknowledgements', index], acknowledgement, 'at', ACKNOWLEDGED, undefined),
    ),
    ...(item.resolved_at === null || item.resolved_at === undefined
      ? []
      : entry(context, path, item, 'resolved_at', RESOLVED, undefined)),
  ];
}

function readText(context: Context, { item, path }: Found, moment: Moment) {
  const author = String(fieldOf(item.user, 'type'));
  const actorKind: ActorKind = author.startsWith('bot_') ? 'automatic' : 'soc';
  return entry(context, path, item, 'created_at', { actorKind, ...moment }, item.content ?? item.message);
}

function entry(
  { document, faults, names }: Context,
  path: Path,
  item: JsonRecord,
  timeKey: string,
  moment: Moment,
  text: unknown,
) {
  const value = fieldOf(item, timeKey);
  const time = toEpochMs(value, { timeZone: document.input.timeZone });
  if (!time || time.assumedZone) {
    faults.addAt(`${JSON.stringify(value) ?? 'nothing'} is not a time with a zone`, [...path, timeKey]);
    return [];
  }
  const words = toDetail(text);
  const detail = words === undefined ? undefined : withoutNames(words, names);
  const visibility = moment.visibility ?? 'internal';
  return [
    {
      at: time.at,
      precisionMs: time.precisionMs,
      milestone: moment.milestone,
      // A status update is what the customer was told: its first words are the title.
      title: visibility === 'customer' ? (toTitle(detail) ?? moment.title) : moment.title,
      ...(detail !== undefined && (visibility === 'internal' || toTitle(detail) !== detail) && { detail }),
      actorKind: moment.actorKind ?? 'soc',
      visibility,
      source: 'PagerDuty',
      originalTime: String(value),
      input: document.inputId,
    } as const,
  ];
}

function warn(
  document: InputDocument,
  collector: Collector,
  { paged, answers }: { paged: number; answers: readonly { answer: unknown }[] },
): void {
  if (paged > 0)
    collector.warn({
      code: 'left-out',
      ...worded(
        say`${label(document.input.path, 'code')}: ${counted(paged, noun('entry', 'entries'))} about pages to staff left out of the timeline.`,
      ),
      input: document.inputId,
    });
  if (answers.some(({ answer }) => fieldOf(answer, 'more') === true))
    collector.warn({
      code: 'possibly-truncated',
      ...worded(
        say`${label(document.input.path, 'code')}: the answer says that there are more entries; the timeline may have gaps.`,
      ),
      input: document.inputId,
    });
}
