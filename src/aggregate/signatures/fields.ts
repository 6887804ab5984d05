import type { Dialect } from '../../engine/engine.ts';
import type { Layer } from '../../model/traffic.ts';

/** An attribute that the logs carry about each record, and how it may tell an attack. */
export interface Field {
  /** Name as in the source. */
  readonly name: string;
  /** Column of the relation that it is read from. */
  readonly column: string;
  readonly kind: FieldKind;
  /** `target`: what was hit. It may narrow a condition on the sender and is never one by itself. */
  readonly side: 'sender' | 'target';
  /** How much better a rule has to be (F1) to be built on this field instead of another: some are not known to firewalls, some change by the hour. */
  readonly cost: number;
}

/**
 * `text` and `code` (a number that only names something) are compared whole, `number` may also lie in a range, `agent` and
 * `address` may also begin with something, `list` may contain something, `members` (a JSON object of texts) is taken apart by
 * member, of `query` the first parameter counts.
 */
type FieldKind = 'text' | 'code' | 'number' | 'agent' | 'address' | 'list' | 'members' | 'query';

const HTTP: readonly Field[] = [
  ...sender('text', {
    JA4: 'ja4',
    JA3Hash: 'ja3',
    ClientRequestMethod: 'method',
    ClientRequestProtocol: 'http_version',
    ClientRequestReferer: 'referer',
    ClientCountry: 'source_country',
    JSDetectionPassed: 'js_detection',
    ClientSSLProtocol: 'tls_version',
    ClientSSLCipher: 'tls_cipher',
    ClientIPClass: 'ip_class',
    ClientDeviceType: 'device_type',
  }),
  ...sender('agent', { ClientRequestUserAgent: 'user_agent' }),
  ...sender('address', { ClientIP: 'source_ip' }, 0.02),
  ...sender('code', { ClientASN: 'source_asn' }, 0.01),
  ...sender('members', { RequestHeaders: 'headers', Cookies: 'cookies' }),
  ...sender('list', { BotTags: 'bot_tags', BotDetectionIDs: 'bot_detections' }),
  ...sender('number', {
    BotScore: 'bot_score',
    WAFAttackScore: 'waf_score',
    WAFSQLiAttackScore: 'waf_sqli_score',
    WAFXSSAttackScore: 'waf_xss_score',
    WAFRCEAttackScore: 'waf_rce_score',
  }),
  // No rule language knows the length of a request.
  ...sender('number', { ClientRequestBytes: 'request_bytes' }, 0.06),
  ...target('text', { ClientRequestHost: 'host', ClientRequestPath: 'path' }),
  ...target('query', { ClientRequestURI: 'query' }),
];

const NETWORK: readonly Field[] = [
  ...sender('code', {
    IPProtocol: 'ip_protocol',
    TCPFlags: 'tcp_flag_bits',
    SourceASN: 'source_asn',
    ICMPType: 'icmp_type',
    ICMPCode: 'icmp_code',
    IPFragmentOffset: 'fragment_offset',
  }),
  ...sender('text', {
    IPProtocolName: 'transport',
    TCPFlagsString: 'tcp_flags',
    SourceCountry: 'source_country',
    DNSQueryType: 'query_type',
  }),
  ...sender('address', { IPSourceAddress: 'source_ip' }, 0.02),
  ...sender('number', {
    SourcePort: 'source_port',
    IPTotalLength: 'ip_length',
    IPTTL: 'ttl',
    UDPPayloadLength: 'udp_payload_length',
    TCPWindowSize: 'tcp_window',
    TCPMSS: 'tcp_mss',
  }),
  ...target('text', { IPDestinationAddress: 'destination_ip', DNSQueryName: 'query_name' }),
  ...target('number', { DestinationPort: 'destination_port' }),
];

function sender(kind: FieldKind, names: Readonly<Record<string, string>>, cost = 0): Field[] {
  return Object.entries(names).map(([name, column]) => ({ name, column, kind, side: 'sender', cost }));
}

function target(kind: FieldKind, names: Readonly<Record<string, string>>): Field[] {
  return Object.entries(names).map(([name, column]) => ({ name, column, kind, side: 'target', cost: 0 }));
}

/** Of two fields that say the same the one that tells more exactly what was on the wire. */
export const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['IPProtocolName', 'IPProtocol'],
  ['TCPFlagsString', 'TCPFlags'],
]);

/** Fields of a layer that are among the columns, in the order in which they are preferred. */
export function fieldsOf(layer: Layer, columns: ReadonlySet<string>): Field[] {
  return (layer === 'http' ? HTTP : NETWORK).filter((field) => columns.has(field.column));
}

/** A field by the name that a predicate uses: that of a member stands behind a point. */
export function fieldNamed(
  layer: Layer,
  name: string,
): { readonly field: Field; readonly member?: string } | undefined {
  const fields = layer === 'http' ? HTTP : NETWORK;
  const whole = fields.find((field) => field.name === name && field.kind !== 'members');
  if (whole) return { field: whole };
  const parent = fields.find((field) => field.kind === 'members' && name.startsWith(`${field.name}.`));
  return parent && { field: parent, member: name.slice(parent.name.length + 1) };
}

/** The value of a field that is compared whole: text, or a number for `code` and `number`. */
export function valueSql(field: Field, dialect: Dialect): string {
  if (field.kind === 'code' || field.kind === 'number') return dialect.tryCast(field.column, 'BIGINT');
  // Logpush writes countries of requests in lower case and those of packets in capitals.
  return field.name === 'ClientCountry' ? `lower(${field.column})` : field.column;
}
