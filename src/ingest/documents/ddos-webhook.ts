import type { Layer } from '../../model/traffic.ts';
import type { Collector, DocumentReader, InputDocument } from '../format.ts';
import { toAddress, toEpochMs, toPort, toText, toTransport } from '../normalize.ts';
import { claimOwners } from './claims.ts';
import { mergeAttacks } from './combine.ts';
import { collectFaults, type Faults } from './faults.ts';
import { documentsOf, fieldOf, isRecord, type JsonRecord, pathOfDocument, toAmount } from './json-values.ts';
import { toTitle } from './plain-text.ts';

/** Notifications of Cloudflare about DDoS attacks, as its webhooks send them: one, a list, or one a line. */
export const ddosWebhookReader: DocumentReader = {
  id: 'cloudflare/ddos-webhook',
  recognises: (document) => {
    const alerts = documentsOf(document.json);
    return alerts.length > 0 && alerts.every((alert) => layerOf(alert) !== undefined);
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const alerts = documentsOf(document.json).flatMap((alert, index) => readAlert(document, alert, index, faults));
    faults.throwIfAny();
    collector.count(document.inputId, alerts.length);
    claimTargets(document, collector, alerts);
    for (const alert of alerts) addEntries(document, collector, alert);
    for (const attack of mergeAttacks(pairAlerts(alerts).map((pair) => toAttack(pair, document.inputId))))
      collector.attack(attack);
  },
};

interface Alert {
  readonly layer: Layer;
  readonly index: number;
  readonly isEnd: boolean;
  /** When the notification was sent, epoch ms. */
  readonly sentAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly id: string;
  readonly correlation: string | undefined;
  readonly vector: string | undefined;
  readonly target: string | undefined;
  readonly data: JsonRecord;
  readonly raw: JsonRecord;
}

/** `advanced_ddos_attack_l4_alert`, `dos_attack_l7`, …: every alert type of the family names its layer. */
function layerOf(alert: unknown): Layer | undefined {
  const type = fieldOf(alert, 'alert_type');
  const layer = typeof type === 'string' ? /d?dos_attack_l([47])(?:_|$)/.exec(type)?.[1] : undefined;
  return layer === undefined ? undefined : layer === '4' ? 'network' : 'http';
}

function readAlert(document: InputDocument, alert: unknown, index: number, faults: Faults): Alert[] {
  const path = pathOfDocument(document.json, index);
  const layer = layerOf(alert);
  if (!isRecord(alert) || layer === undefined) {
    faults.addAt('is not a DDoS alert', [...path, 'alert_type']);
    return [];
  }
  const found = fieldOf(alert, 'data');
  const data = isRecord(found) ? found : {};
  const sentAt = toEpochMs(alert.ts)?.at;
  const startedAt = toEpochMs(data.start_time)?.at;
  const at = sentAt ?? startedAt ?? document.input.receivedAt;
  if (at === undefined) {
    faults.addAt('the alert has no time; add `receivedAt:` to this input of the case file', [...path, 'ts']);
    return [];
  }
  const correlation = toText(alert.alert_correlation_id);
  const vector = toTitle(data.attack_vector) ?? toTitle(data.attack_type);
  return [
    {
      layer,
      index,
      isEnd: toText(alert.alert_event)?.toUpperCase().endsWith('_END') ?? false,
      sentAt: at,
      startedAt,
      endedAt: toEpochMs(data.end_time)?.at,
      id: toText(data.attack_id) ?? correlation ?? `alert ${index + 1}`,
      correlation,
      vector: toText(vector),
      target:
        layer === 'network'
          ? (toAddress(data.target_ip) ?? toText(data.target_ip))
          : toText(data.target_hostname)?.toLowerCase(),
      data,
      raw: alert,
    },
  ];
}

function claimTargets(document: InputDocument, collector: Collector, alerts: readonly Alert[]): void {
  const claim = claimOwners(document, collector);
  for (const { layer, index, target, data, raw } of alerts) {
    const path = pathOfDocument(document.json, index);
    const zone = toText(data.zone_tag);
    const account = toText(data.account_tag) ?? toText(raw.account_id);
    if (target !== undefined) claim(layer === 'network' ? 'address' : 'host', target, [...path, 'data']);
    else if (zone !== undefined) claim('zone', zone, [...path, 'data', 'zone_tag']);
    else if (account !== undefined) claim('account', account, path);
  }
}

/**
 * The sentence is made of our words, the vector and the customer's own target: no account, policy, rule or link of the message
 * gets in, so the customer may read it.
 */
function addEntries(document: InputDocument, collector: Collector, alert: Alert): void {
  const subject = [
    alert.vector ?? 'DDoS attack',
    ...(alert.target === undefined ? [] : ['against', alert.target]),
  ].join(' ');
  const common = {
    actorKind: 'automatic',
    visibility: 'customer',
    source: 'Cloudflare DDoS alert',
    input: document.inputId,
    precisionMs: 1_000,
  } as const;
  if (!alert.isEnd && alert.startedAt !== undefined)
    collector.timeline({
      ...common,
      at: alert.startedAt,
      milestone: 'detected',
      title: `Attack detected: ${subject}`,
      originalTime: String(alert.data.start_time),
    });
  const rate = alert.isEnd ? undefined : describeRate(alert);
  collector.timeline({
    ...common,
    at: alert.sentAt,
    // The end of an alert comes some time after the end of the attack and marks neither.
    milestone: alert.isEnd ? 'note' : 'alerted',
    title: `DDoS alert ${alert.isEnd ? 'ended' : 'raised'}: ${subject}`,
    ...(rate !== undefined && { detail: rate }),
    originalTime: String(alert.raw.ts ?? alert.data.start_time ?? ''),
  });
}

function describeRate({ data }: Alert): string | undefined {
  const rates = [
    [toAmount(data.packets_per_second), 'packets per second'],
    [toAmount(data.megabits_per_second), 'Mbps'],
    [toAmount(data.requests_per_second), 'requests per second'],
  ] as const;
  // 0 stands for "not given" in these messages: an attack has a rate.
  const given = rates.flatMap(([rate, unit]) => (rate === undefined || rate === 0 ? [] : `${rate} ${unit}`));
  return given.length === 0 ? undefined : `Rate when the alert was raised, not the peak: ${given.join(', ')}.`;
}

interface AlertPair {
  readonly start: Alert | undefined;
  readonly end: Alert | undefined;
}

/** START and END of one correlation id; a message without one stands alone. */
function pairAlerts(alerts: readonly Alert[]): AlertPair[] {
  const pairs = new Map<string, { start: Alert | undefined; end: Alert | undefined }>();
  for (const alert of alerts) {
    const key = alert.correlation ?? `${alert.id} ${alert.index}`;
    const pair = pairs.get(key) ?? { start: undefined, end: undefined };
    pairs.set(key, pair);
    if (alert.isEnd) pair.end = !pair.end || alert.sentAt > pair.end.sentAt ? alert : pair.end;
    else pair.start = !pair.start || alert.sentAt < pair.start.sentAt ? alert : pair.start;
  }
  return [...pairs.values()];
}

function toAttack({ start, end }: AlertPair, inputId: string) {
  const alert = start ?? end;
  if (!alert) throw new Error('a pair of alerts holds at least one');
  const from = start?.startedAt ?? end?.startedAt ?? start?.sentAt;
  const until = end && (end.endedAt ?? end.sentAt);
  const port = toPort(alert.data.target_port);
  const transport = toTransport(alert.data.protocol);
  const mitigation = toTitle(alert.data.mitigation) ?? toTitle(alert.data.action);
  return {
    id: alert.id,
    system: alert.layer === 'network' ? 'Cloudflare dosd' : 'Cloudflare HTTP DDoS protection',
    layer: alert.layer,
    ...(alert.vector !== undefined && { vector: alert.vector }),
    window: { ...(from !== undefined && { start: from }), ...(until !== undefined && { end: until }) },
    ...(alert.target !== undefined && { target: alert.target }),
    ...(port !== undefined && { destinationPort: Number(port) }),
    ...(transport !== undefined && { transport }),
    peak: {},
    total: {},
    ...(mitigation !== undefined && { mitigation }),
    // Without an END message nobody said that it is over, nor that it goes on.
    status: end ? ('ended' as const) : ('unknown' as const),
    input: inputId,
  };
}
