import { label } from '../../model/inlines.ts';
import { say } from '../../model/say.ts';
import type { ReportedAttack } from '../dataset.ts';
import type { Collector, DocumentReader, InputDocument } from '../format.ts';
import { toAddress, toText, toTransport } from '../normalize.ts';
import { worded } from '../worded.ts';
import { claimOwners } from './claims.ts';
import { mergeAttacks } from './combine.ts';
import { collectFaults, type Faults } from './faults.ts';
import { documentsOf, fieldOf, isRecord, type JsonRecord, pathOfDocument, toAmount } from './json-values.ts';

/** JSON that FastNetMon hands to its notify script: one call, a list, or one a line. */
export const fastnetmonReader: DocumentReader = {
  id: 'fastnetmon',
  recognises: (document) => {
    const calls = documentsOf(document.json);
    return (
      calls.length > 0 &&
      calls.every((call) => isRecord(fieldOf(call, 'attack_details')) && typeof fieldOf(call, 'action') === 'string')
    );
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const calls = documentsOf(document.json).flatMap((call, index) => readCall(document, call, index, faults));
    faults.throwIfAny();
    collector.count(document.inputId, calls.length);
    const claim = claimOwners(document, collector);
    for (const call of calls) claim('address', call.target, [...pathOfDocument(document.json, call.index), 'ip']);
    const incoming = calls.filter((call) => !call.outgoing);
    for (const call of calls) if (call.outgoing) warnOutgoing(document, collector, call);
    if (incoming.length === 0) return;
    warnTimes(document, collector, incoming);
    for (const call of incoming) addEntry(document, collector, call);
    for (const attack of mergeAttacks(incoming.map((call) => toAttack(call, document)))) collector.attack(attack);
  },
};

interface Call {
  readonly index: number;
  readonly action: string;
  readonly isEnd: boolean;
  readonly id: string;
  readonly target: string;
  readonly outgoing: boolean;
  readonly details: JsonRecord;
}

function readCall(document: InputDocument, call: unknown, index: number, faults: Faults): Call[] {
  const path = pathOfDocument(document.json, index);
  const details = fieldOf(call, 'attack_details');
  const action = toText(fieldOf(call, 'action'))?.toLowerCase();
  const ip = toText(fieldOf(call, 'ip'));
  if (!isRecord(details) || action === undefined) {
    faults.addAt('is not a call of a notify script', path);
    return [];
  }
  // A call about a group of hosts has networks instead of one address.
  const target = toAddress(ip) ?? toText(fieldOf(details, 'host_network')) ?? ip;
  if (target === undefined) {
    faults.addAt('names no address', [...path, 'ip']);
    return [];
  }
  return [
    {
      index,
      action,
      isEnd: action === 'unban' || action === 'unblock',
      id: toText(details.attack_uuid) ?? `${target} ${index + 1}`,
      target,
      outgoing: toText(details.attack_direction)?.toLowerCase() === 'outgoing',
      details,
    },
  ];
}

function warnOutgoing(document: InputDocument, collector: Collector, call: Call): void {
  collector.warn({
    code: 'not-an-attack',
    ...worded(
      say`${label(document.input.path, 'code')}: FastNetMon reports outgoing traffic: ${label(call.target, 'code')} is the source, not the target. It is not counted as an attack on the customer.`,
    ),
    input: document.inputId,
  });
}

function warnTimes(document: InputDocument, collector: Collector, calls: readonly Call[]): void {
  const many = calls.some((call) => call.isEnd) && calls.some((call) => !call.isEnd);
  if (document.input.receivedAt !== undefined && !many) return;
  collector.warn({
    code: 'no-times',
    ...worded(
      many
        ? say`${label(document.input.path, 'code')}: ban and unban carry no times and share one file, so the span of the attack is not known; keep them in two files, each with receivedAt.`
        : say`${label(document.input.path, 'code')}: FastNetMon messages carry no time; add receivedAt to this input of the case file.`,
    ),
    input: document.inputId,
  });
}

/** When the message came, where one file holds one moment. */
function momentOf(document: InputDocument): number | undefined {
  const actions = documentsOf(document.json).map((call) => fieldOf(call, 'action'));
  return new Set(actions).size === 1 ? document.input.receivedAt : undefined;
}

function addEntry(document: InputDocument, collector: Collector, call: Call): void {
  const at = momentOf(document);
  if (at === undefined) return;
  collector.timeline({
    at,
    precisionMs: 60_000,
    milestone: call.isEnd ? 'note' : 'mitigation_started',
    title: call.isEnd
      ? `Block of ${call.target} lifted`
      : `Traffic to ${call.target} blocked or diverted automatically`,
    detail: `FastNetMon ${call.action}`,
    actorKind: 'automatic',
    visibility: 'internal',
    source: 'FastNetMon',
    originalTime: new Date(at).toISOString(),
    input: document.inputId,
  });
}

function toAttack(call: Call, document: InputDocument): ReportedAttack {
  const { details } = call;
  const moment = momentOf(document);
  const type = toText(details.attack_type);
  const transport = toTransport(details.attack_protocol);
  return {
    id: call.id,
    system: 'FastNetMon',
    layer: 'network',
    ...(type !== undefined && { vector: type }),
    window: moment === undefined ? {} : call.isEnd ? { end: moment } : { start: moment },
    target: call.target,
    ...(transport !== undefined && { transport }),
    peak: readRates(details),
    total: {},
    mitigation: call.isEnd ? 'ban' : call.action,
    ...severityOf(details),
    status: call.isEnd ? 'ended' : 'unknown',
    input: document.inputId,
  };
}

function severityOf(details: JsonRecord): Pick<ReportedAttack, 'classification'> {
  const severity = toText(details.attack_severity);
  return severity === undefined ? {} : { classification: `severity ${severity}` };
}

/**
 * Rates that the message states. `*_traffic` is in bytes a second, newer versions state `*_bits` too. A call with nothing but
 * zeros (group of hosts) knows no rate.
 */
function readRates(details: JsonRecord): ReportedAttack['peak'] {
  const bytes = toAmount(details.total_incoming_traffic);
  const bits = toAmount(details.total_incoming_traffic_bits) ?? (bytes === undefined ? undefined : bytes * 8);
  const packets = toAmount(details.total_incoming_pps);
  return {
    ...(bits !== undefined && bits > 0 && { bitsPerSecond: bits }),
    ...(packets !== undefined && packets > 0 && { packetsPerSecond: packets }),
  };
}
