import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../model/time.ts';
import type { Layer, MitigationSystem } from '../../model/traffic.ts';
import type { PointSeries } from '../format.ts';
import { foldName } from '../vocabulary.ts';
import { fieldOf, isRecord, type JsonRecord } from './json-values.ts';

/** What a row of a node is, and so how it is read. */
type NodeShape = 'attacks' | 'packets' | 'requests' | 'request-roll-up' | 'security-events' | 'security-event-groups';

export interface GraphqlNode {
  readonly name: string;
  readonly shape: NodeShape;
  readonly layer: Layer;
  readonly unit: PointSeries['unit'];
  readonly priority: number;
  /** Every row of the node passed through this system. */
  readonly system?: MitigationSystem;
  /** Length of the bucket behind a plain `datetime`; 0 where it is an instant. */
  readonly datetimeMs: number;
}

const packets = (name: string, priority: number, system?: MitigationSystem): GraphqlNode => ({
  name,
  shape: 'packets',
  layer: 'network',
  unit: 'packets',
  priority,
  datetimeMs: 0,
  ...(system !== undefined && { system }),
});

const rollUp = (name: string, datetimeMs: number): GraphqlNode => ({
  name,
  shape: 'request-roll-up',
  layer: 'http',
  unit: 'requests',
  priority: 95,
  datetimeMs,
});

const http = (name: string, shape: NodeShape, unit: PointSeries['unit'], priority: number): GraphqlNode => ({
  name,
  shape,
  layer: 'http',
  unit,
  priority,
  datetimeMs: 0,
});

/** A network analytics node that hides behind an alias: whether it holds all traffic or one system's cannot be told. */
const SOME_PACKETS = packets('network analytics', 50);

const NODES: ReadonlyMap<string, GraphqlNode> = new Map(
  [
    { ...packets('dosdAttackAnalyticsGroups', 50, 'ddos-managed'), shape: 'attacks' } satisfies GraphqlNode,
    packets('magicTransitNetworkAnalyticsAdaptiveGroups', 100),
    packets('spectrumNetworkAnalyticsAdaptiveGroups', 99),
    packets('dosdNetworkAnalyticsAdaptiveGroups', 50, 'ddos-managed'),
    packets('flowtrackdNetworkAnalyticsAdaptiveGroups', 49, 'advanced-tcp-protection'),
    packets('advancedTcpProtectionNetworkAnalyticsAdaptiveGroups', 49, 'advanced-tcp-protection'),
    packets('advancedDnsProtectionNetworkAnalyticsAdaptiveGroups', 48, 'advanced-dns-protection'),
    packets('magicFirewallNetworkAnalyticsAdaptiveGroups', 47, 'network-firewall'),
    http('httpRequestsAdaptiveGroups', 'requests', 'requests', 100),
    rollUp('httpRequests1mGroups', MINUTE_MS),
    rollUp('httpRequests1hGroups', HOUR_MS),
    rollUp('httpRequests1dGroups', DAY_MS),
    http('firewallEventsAdaptive', 'security-events', 'events', 49),
    http('firewallEventsAdaptiveGroups', 'security-event-groups', 'events', 50),
  ].map((node) => [foldName(node.name), node]),
);

/** The node of that name, in any case; undefined when we do not read it. */
export function findNode(name: string): GraphqlNode | undefined {
  return NODES.get(foldName(name));
}

export function listNodes(): readonly string[] {
  return [...NODES.values()].map((node) => node.name);
}

/** Whether a key is the name of some node of the API rather than an alias of the query's author. */
export function looksLikeNode(name: string): boolean {
  return /(?:Groups|Adaptive)$/.test(name);
}

/** The node behind an alias, told by the fields that its rows have; undefined when they fit several nodes or none. */
export function inferNode(row: JsonRecord): GraphqlNode | undefined {
  const sum = fieldOf(row, 'sum');
  const fields = new Set([...fieldNames(row), ...fieldNames(fieldOf(row, 'dimensions'))]);
  const has = (...names: readonly string[]) => names.some((name) => fields.has(foldName(name)));
  const sums = (...names: readonly string[]) => names.some((name) => fieldOf(sum, name) !== undefined);

  if (has('attackId') && has('startDatetime', 'endDatetime')) return findNode('dosdAttackAnalyticsGroups');
  if (sums('packets', 'bits')) {
    if (has('attackId', 'attackVector')) return findNode('dosdNetworkAnalyticsAdaptiveGroups');
    return has('dnsQueryName', 'dnsQueryType')
      ? findNode('advancedDnsProtectionNetworkAnalyticsAdaptiveGroups')
      : SOME_PACKETS;
  }
  if (sums('edgeResponseBytes', 'visits', 'edgeRequestBytes')) return findNode('httpRequestsAdaptiveGroups');
  const counted = has('count');
  if (counted && has('securityAction', 'securitySource', 'edgeResponseStatus', 'originResponseStatus', 'cacheStatus'))
    return findNode('httpRequestsAdaptiveGroups');
  if (has('action') && has('ruleId', 'source', 'rayName', 'clientIP', 'datetime'))
    return findNode(counted ? 'firewallEventsAdaptiveGroups' : 'firewallEventsAdaptive');
  return undefined;
}

function fieldNames(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value).map(foldName) : [];
}

/** Lengths of the buckets that time dimensions are named after; `datetime` depends on the node. */
export const TIME_DIMENSIONS: ReadonlyMap<string, number> = new Map([
  ['datetimetenseconds', 10 * SECOND_MS],
  ['datetimeminute', MINUTE_MS],
  ['datetimefiveminutes', 5 * MINUTE_MS],
  ['datetimefifteenminutes', 15 * MINUTE_MS],
  ['datetimehalfofhour', 30 * MINUTE_MS],
  ['datetimehour', HOUR_MS],
  ['datetimesixhours', 6 * HOUR_MS],
  ['date', DAY_MS],
]);
