import type { Dimension } from '../model/dimension.ts';
import type { Unit } from '../model/measure.ts';
import type { LabelRole } from '../model/phrase.ts';
import type { Disposition, Layer, MitigationSystem } from '../model/traffic.ts';

/** How each dimension is called, what one value of it is called, and how its values are treated when shown. */
export const DIMENSION_WORDS: Readonly<
  Record<Dimension, { readonly heading: string; readonly one: string; readonly many: string; readonly role: LabelRole }>
> = {
  source_ip: { heading: 'Source address', one: 'address', many: 'addresses', role: 'indicator' },
  source_prefix: { heading: 'Source prefix (/24, /48)', one: 'prefix', many: 'prefixes', role: 'indicator' },
  source_asn: { heading: 'Source network', one: 'network', many: 'networks', role: 'name' },
  source_country: { heading: 'Source country', one: 'country', many: 'countries', role: 'name' },
  source_port: { heading: 'Source port', one: 'source port', many: 'source ports', role: 'code' },
  destination_ip: { heading: 'Target address', one: 'target address', many: 'target addresses', role: 'name' },
  destination_port: { heading: 'Target port', one: 'target port', many: 'target ports', role: 'code' },
  transport: { heading: 'IP protocol', one: 'protocol', many: 'protocols', role: 'name' },
  tcp_flags: { heading: 'TCP flags', one: 'flag combination', many: 'flag combinations', role: 'code' },
  vector: { heading: 'Attack vector', one: 'vector', many: 'vectors', role: 'name' },
  attack_id: { heading: 'Attack id', one: 'attack id', many: 'attack ids', role: 'code' },
  mitigation_system: { heading: 'Mitigation system', one: 'system', many: 'systems', role: 'name' },
  rule: { heading: 'Rule', one: 'rule', many: 'rules', role: 'name' },
  action: { heading: 'Action', one: 'action', many: 'actions', role: 'code' },
  data_centre: { heading: 'Data centre', one: 'data centre', many: 'data centres', role: 'name' },
  data_centre_country: { heading: 'Country of the data centre', one: 'country', many: 'countries', role: 'name' },
  host: { heading: 'Host', one: 'host', many: 'hosts', role: 'name' },
  path: { heading: 'Path', one: 'path', many: 'paths', role: 'code' },
  method: { heading: 'Method', one: 'method', many: 'methods', role: 'code' },
  http_version: { heading: 'HTTP version', one: 'version', many: 'versions', role: 'code' },
  user_agent: { heading: 'User agent', one: 'user agent', many: 'user agents', role: 'indicator' },
  ja3: { heading: 'JA3 fingerprint', one: 'JA3 fingerprint', many: 'JA3 fingerprints', role: 'code' },
  ja4: { heading: 'JA4 fingerprint', one: 'JA4 fingerprint', many: 'JA4 fingerprints', role: 'code' },
  status: { heading: 'Edge status', one: 'status', many: 'statuses', role: 'code' },
  origin_status: { heading: 'Origin status', one: 'status', many: 'statuses', role: 'code' },
  cache_status: { heading: 'Cache status', one: 'cache status', many: 'cache statuses', role: 'code' },
  application: { heading: 'Application', one: 'application', many: 'applications', role: 'name' },
  query_name: { heading: 'DNS name', one: 'name', many: 'names', role: 'indicator' },
  query_type: { heading: 'DNS type', one: 'type', many: 'types', role: 'code' },
};

export const DISPOSITION_WORDS: Readonly<Record<Disposition, string>> = {
  blocked: 'Blocked',
  challenged: 'Challenged',
  rate_limited: 'Rate limited',
  passed: 'Passed',
  logged: 'Logged only',
  unknown: 'Not recorded',
};

export const SYSTEM_WORDS: Readonly<Record<MitigationSystem, string>> = {
  'ddos-managed': 'DDoS managed rules',
  'advanced-tcp-protection': 'Advanced TCP Protection',
  'advanced-dns-protection': 'Advanced DNS Protection',
  'network-firewall': 'Network firewall',
  'waf-managed': 'WAF managed rules',
  'waf-custom': 'WAF custom rules',
  'rate-limiting': 'Rate limiting',
  'bot-management': 'Bot Management',
  'ip-reputation': 'IP reputation',
  'ip-list': 'IP lists',
  spectrum: 'Spectrum',
  'dns-firewall': 'DNS firewall',
  ids: 'Intrusion detection',
  other: 'Other systems',
};

/** Name of a mitigation system, or the id itself where it is not one of ours. */
export function systemName(id: string): string {
  return Object.hasOwn(SYSTEM_WORDS, id) ? SYSTEM_WORDS[id as MitigationSystem] : id;
}

export const LAYER_WORDS: Readonly<Record<Layer, string>> = {
  network: 'Network layer (L3/4)',
  http: 'Application layer (L7)',
};

export const LAYER_SHORT: Readonly<Record<Layer, string>> = { network: 'L3/4', http: 'L7' };

export const UNIT_WORDS: Readonly<Record<Unit, string>> = {
  requests: 'Requests',
  packets: 'Packets',
  connections: 'Connections',
  queries: 'Queries',
  events: 'Events',
  bytes: 'Bytes',
  bits: 'Bits',
  'requests/s': 'Requests per second',
  'packets/s': 'Packets per second',
  'connections/s': 'Connections per second',
  'queries/s': 'Queries per second',
  'events/s': 'Events per second',
  'bits/s': 'Bits per second',
  ms: 'Milliseconds',
  share: 'Share',
  count: 'Count',
};
