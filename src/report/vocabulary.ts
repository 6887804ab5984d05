import type { Dimension } from '../model/dimension.ts';
import type { Unit } from '../model/measure.ts';
import type { LabelRole, Message, Noun, Words } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import type { Disposition, Layer, MitigationSystem } from '../model/traffic.ts';

/** How each dimension is called, what its values are called, and how its values are treated when shown. */
export const DIMENSION_WORDS: Readonly<
  Record<Dimension, { readonly heading: Message; readonly noun: Noun; readonly all: Message; readonly role: LabelRole }>
> = {
  source_ip: {
    heading: say`Source address`,
    noun: noun('address', 'addresses'),
    all: say`addresses`,
    role: 'indicator',
  },
  source_prefix: {
    heading: say`Source prefix (/24, /48)`,
    noun: noun('prefix', 'prefixes'),
    all: say`prefixes`,
    role: 'indicator',
  },
  source_asn: { heading: say`Source network`, noun: noun('network', 'networks'), all: say`networks`, role: 'name' },
  source_country: {
    heading: say`Source country`,
    noun: noun('country', 'countries'),
    all: say`countries`,
    role: 'name',
  },
  source_port: {
    heading: say`Source port`,
    noun: noun('source port', 'source ports'),
    all: say`source ports`,
    role: 'code',
  },
  destination_ip: {
    heading: say`Target address`,
    noun: noun('target address', 'target addresses'),
    all: say`target addresses`,
    role: 'name',
  },
  destination_port: {
    heading: say`Target port`,
    noun: noun('target port', 'target ports'),
    all: say`target ports`,
    role: 'code',
  },
  transport: { heading: say`IP protocol`, noun: noun('protocol', 'protocols'), all: say`protocols`, role: 'name' },
  tcp_flags: {
    heading: say`TCP flags`,
    noun: noun('flag combination', 'flag combinations'),
    all: say`flag combinations`,
    role: 'code',
  },
  vector: { heading: say`Attack vector`, noun: noun('vector', 'vectors'), all: say`vectors`, role: 'name' },
  attack_id: { heading: say`Attack id`, noun: noun('attack id', 'attack ids'), all: say`attack ids`, role: 'code' },
  mitigation_system: {
    heading: say`Mitigation system`,
    noun: noun('system', 'systems'),
    all: say`systems`,
    role: 'name',
  },
  rule: { heading: say`Rule`, noun: noun('rule', 'rules'), all: say`rules`, role: 'name' },
  action: { heading: say`Action`, noun: noun('action', 'actions'), all: say`actions`, role: 'code' },
  data_centre: {
    heading: say`Data centre`,
    noun: noun('data centre', 'data centres'),
    all: say`data centres`,
    role: 'name',
  },
  data_centre_country: {
    heading: say`Country of the data centre`,
    noun: noun('country', 'countries'),
    all: say`countries`,
    role: 'name',
  },
  host: { heading: say`Host`, noun: noun('host', 'hosts'), all: say`hosts`, role: 'name' },
  path: { heading: say`Path`, noun: noun('path', 'paths'), all: say`paths`, role: 'code' },
  method: { heading: say`Method`, noun: noun('method', 'methods'), all: say`methods`, role: 'code' },
  http_version: { heading: say`HTTP version`, noun: noun('version', 'versions'), all: say`versions`, role: 'code' },
  user_agent: {
    heading: say`User agent`,
    noun: noun('user agent', 'user agents'),
    all: say`user agents`,
    role: 'indicator',
  },
  ja3: {
    heading: say`JA3 fingerprint`,
    noun: noun('JA3 fingerprint', 'JA3 fingerprints'),
    all: say`JA3 fingerprints`,
    role: 'code',
  },
  ja4: {
    heading: say`JA4 fingerprint`,
    noun: noun('JA4 fingerprint', 'JA4 fingerprints'),
    all: say`JA4 fingerprints`,
    role: 'code',
  },
  status: { heading: say`Edge status`, noun: noun('status', 'statuses'), all: say`statuses`, role: 'code' },
  origin_status: { heading: say`Origin status`, noun: noun('status', 'statuses'), all: say`statuses`, role: 'code' },
  cache_status: {
    heading: say`Cache status`,
    noun: noun('cache status', 'cache statuses'),
    all: say`cache statuses`,
    role: 'code',
  },
  application: {
    heading: say`Application`,
    noun: noun('application', 'applications'),
    all: say`applications`,
    role: 'name',
  },
  query_name: { heading: say`DNS name`, noun: noun('name', 'names'), all: say`names`, role: 'indicator' },
  query_type: { heading: say`DNS type`, noun: noun('type', 'types'), all: say`types`, role: 'code' },
};

export const DISPOSITION_WORDS: Readonly<Record<Disposition, Message>> = {
  blocked: say`Blocked`,
  challenged: say`Challenged`,
  rate_limited: say`Rate limited`,
  passed: say`Passed`,
  logged: say`Logged only`,
  unknown: say`Not recorded`,
};

export const SYSTEM_WORDS: Readonly<Record<MitigationSystem, Message>> = {
  'ddos-managed': say`DDoS managed rules`,
  'advanced-tcp-protection': say`Advanced TCP Protection`,
  'advanced-dns-protection': say`Advanced DNS Protection`,
  'network-firewall': say`Network firewall`,
  'waf-managed': say`WAF managed rules`,
  'waf-custom': say`WAF custom rules`,
  'rate-limiting': say`Rate limiting`,
  'bot-management': say`Bot Management`,
  'ip-reputation': say`IP reputation`,
  'ip-list': say`IP lists`,
  spectrum: say`Spectrum`,
  'dns-firewall': say`DNS firewall`,
  ids: say`Intrusion detection`,
  other: say`Other systems`,
};

/** Name of a mitigation system, or the id itself where it is not one of ours. */
export function systemName(id: string): Words {
  return Object.hasOwn(SYSTEM_WORDS, id) ? SYSTEM_WORDS[id as MitigationSystem] : id;
}

export const LAYER_WORDS: Readonly<Record<Layer, Message>> = {
  network: say`Network layer (L3/4)`,
  http: say`Application layer (L7)`,
};

export const LAYER_SHORT: Readonly<Record<Layer, Message>> = { network: say`L3/4`, http: say`L7` };

export const UNIT_WORDS: Readonly<Record<Unit, Message>> = {
  requests: say`Requests`,
  packets: say`Packets`,
  connections: say`Connections`,
  queries: say`Queries`,
  events: say`Events`,
  bytes: say`Bytes`,
  bits: say`Bits`,
  'requests/s': say`Requests per second`,
  'packets/s': say`Packets per second`,
  'connections/s': say`Connections per second`,
  'queries/s': say`Queries per second`,
  'events/s': say`Events per second`,
  'bits/s': say`Bits per second`,
  ms: say`Milliseconds`,
  share: say`Share`,
  count: say`Count`,
};
