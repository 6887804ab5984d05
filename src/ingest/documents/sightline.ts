import { counted, label } from '../../model/inlines.ts';
import { noun, say } from '../../model/say.ts';
import type { ReportedAttack } from '../dataset.ts';
import type { Collector, DocumentReader, InputDocument } from '../format.ts';
import { toAddress, toEpochMs, toText } from '../normalize.ts';
import { worded } from '../worded.ts';
import { claimOwners } from './claims.ts';
import { collectFaults, type Faults } from './faults.ts';
import {
  documentsOf,
  fieldOf,
  isRecord,
  type JsonRecord,
  listOf,
  pathOfDocument,
  toAmount,
  valueAt,
} from './json-values.ts';
import { toDetail } from './plain-text.ts';

type Path = readonly (string | number)[];

/** Alerts of NETSCOUT Sightline (Arbor) as its REST API answers them. */
export const sightlineReader: DocumentReader = {
  id: 'netscout/sightline',
  recognises: (document) => {
    const answers = documentsOf(document.json);
    const alerts = answers.flatMap((answer) => alertsOf(answer, []));
    return (
      alerts.length > 0 && alerts.every(({ alert }) => typeof valueAt(alert, 'attributes', 'alert_class') === 'string')
    );
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const answers = documentsOf(document.json);
    const alerts = answers.flatMap((answer, index) => alertsOf(answer, pathOfDocument(document.json, index)));
    const attacks = alerts.filter(({ alert }) => valueAt(alert, 'attributes', 'alert_class') === 'dos');
    const incoming = attacks.filter(({ alert }) => directionOf(alert) !== 'outgoing');
    const read = incoming.flatMap(({ alert, path }) => readAlert(document, alert, path, faults));
    const notes = answers.flatMap((answer, index) => annotationsOf(answer, pathOfDocument(document.json, index)));
    addAnnotations(document, collector, notes, faults);
    faults.throwIfAny();
    collector.count(document.inputId, alerts.length);
    claimTargets(document, collector, attacks);
    for (const attack of read) collector.attack(attack);
    warn(document, collector, {
      left: alerts.length - attacks.length,
      outgoing: attacks.length - incoming.length,
      read,
    });
  },
};

interface Found {
  readonly alert: JsonRecord;
  readonly path: Path;
}

function alertsOf(answer: unknown, path: Path): Found[] {
  const data = fieldOf(answer, 'data');
  const list = Array.isArray(data) ? data : [data];
  return list.flatMap((alert, index) =>
    isRecord(alert) && alert.type === 'alert' && isRecord(alert.attributes)
      ? { alert, path: [...path, 'data', ...(Array.isArray(data) ? [index] : [])] }
      : [],
  );
}

function directionOf(alert: JsonRecord): string | undefined {
  return toText(valueAt(alert, 'attributes', 'subobject', 'direction'))?.toLowerCase();
}

function readAlert(document: InputDocument, alert: JsonRecord, path: Path, faults: Faults): ReportedAttack[] {
  const attributes = fieldOf(alert, 'attributes');
  const subobject = fieldOf(attributes, 'subobject');
  const id = toText(alert.id);
  if (id === undefined) {
    faults.addAt('an alert without id', [...path, 'id']);
    return [];
  }
  const start = readTime(document, attributes, 'start_time', path, faults);
  const end = readTime(document, attributes, 'stop_time', path, faults);
  const misuse = listOf(fieldOf(subobject, 'misuse_types')).flatMap((type) => toText(type) ?? []);
  const target = targetOf(alert);
  const bits = toAmount(fieldOf(subobject, 'impact_bps'));
  const packets = toAmount(fieldOf(subobject, 'impact_pps'));
  const classification = toText(fieldOf(attributes, 'classification'));
  const ongoing = fieldOf(attributes, 'ongoing') === true;
  return [
    {
      id,
      system: 'NETSCOUT Sightline',
      layer: 'network',
      ...(misuse.length > 0 && { vector: misuse.join(', ') }),
      window: { ...(start !== undefined && { start }), ...(end !== undefined && !ongoing && { end }) },
      ...(target !== undefined && { target }),
      peak: {
        ...(bits !== undefined && { bitsPerSecond: bits }),
        ...(packets !== undefined && { packetsPerSecond: packets }),
      },
      total: {},
      ...(classification !== undefined && { classification }),
      status: ongoing ? 'ongoing' : end !== undefined ? 'ended' : 'unknown',
      input: document.inputId,
    },
  ];
}

/** The attacked host; an alert about a managed object has none, and the object's name may be that of another customer's. */
function targetOf(alert: JsonRecord): string | undefined {
  const host = toText(valueAt(alert, 'attributes', 'subobject', 'host_address'));
  return toAddress(host) ?? host;
}

function readTime(
  document: InputDocument,
  holder: unknown,
  name: string,
  path: Path,
  faults: Faults,
): number | undefined {
  const value = fieldOf(holder, name);
  if (value === undefined || value === null) return undefined;
  const time = toEpochMs(value, { timeZone: document.input.timeZone });
  if (time && !time.assumedZone) return time.at;
  faults.addAt(`${JSON.stringify(value)} is not a time with a zone`, [...path, 'attributes', name]);
  return undefined;
}

function claimTargets(document: InputDocument, collector: Collector, found: readonly Found[]): void {
  const claim = claimOwners(document, collector);
  for (const { alert, path } of found) {
    const target = targetOf(alert);
    if (target !== undefined) claim('address', target, [...path, 'attributes', 'subobject', 'host_address']);
  }
}

function annotationsOf(answer: unknown, path: Path): { note: unknown; path: Path }[] {
  return listOf(fieldOf(answer, 'included')).flatMap((entry, index) => {
    const note = fieldOf(entry, 'attributes');
    const isNote = isRecord(note) && typeof note.text === 'string' && note.added !== undefined;
    return isNote ? { note, path: [...path, 'included', index] } : [];
  });
}

/** Analysts' notes on the alerts: internal, without their authors. */
function addAnnotations(
  document: InputDocument,
  collector: Collector,
  notes: readonly { note: unknown; path: Path }[],
  faults: Faults,
): void {
  for (const { note, path } of notes) {
    const at = readTime(document, note, 'added', path, faults);
    const detail = toDetail(fieldOf(note, 'text'));
    if (at === undefined || detail === undefined) continue;
    collector.timeline({
      at,
      precisionMs: 1_000,
      milestone: 'note',
      title: 'Note on the alert',
      detail,
      actorKind: 'soc',
      visibility: 'internal',
      source: 'NETSCOUT Sightline',
      originalTime: String(fieldOf(note, 'added')),
      input: document.inputId,
    });
  }
}

function warn(
  document: InputDocument,
  collector: Collector,
  counts: { left: number; outgoing: number; read: readonly ReportedAttack[] },
): void {
  const place = document.input.path;
  const input = document.inputId;
  if (counts.left > 0)
    collector.warn({
      code: 'left-out',
      ...worded(
        say`${label(place, 'code')}: ${counted(counts.left, noun('alert that is not about an attack was', 'alerts that are not about attacks were'))} left out.`,
      ),
      input,
    });
  if (counts.outgoing > 0)
    collector.warn({
      code: 'not-an-attack',
      ...worded(
        say`${label(place, 'code')}: ${counted(counts.outgoing, noun('alert is', 'alerts are'))} about outgoing traffic, where the customer is the source; not counted as attacks on the customer.`,
      ),
      input,
    });
  const running = counts.read.filter((attack) => attack.status === 'ongoing').length;
  if (running > 0)
    collector.warn({
      code: 'ongoing',
      ...worded(
        say`${label(place, 'code')}: ${counted(running, noun('attack', 'attacks'))} had not ended when the answer was saved.`,
      ),
      input,
    });
  const more = documentsOf(document.json).some((answer) => {
    const next = valueAt(answer, 'links', 'next');
    return next !== undefined && next !== null && next !== '';
  });
  if (more)
    collector.warn({
      code: 'possibly-truncated',
      ...worded(say`${label(place, 'code')}: the answer has further pages; alerts may be missing.`),
      input,
    });
}
