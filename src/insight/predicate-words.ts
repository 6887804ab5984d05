import { label, list } from '../model/inlines.ts';
import type { LabelRole, Message, Phrase, Value } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import type { Predicate } from '../model/signature.ts';

/** What fields are called where their own name would not be understood. */
const FIELD_WORDS: ReadonlyMap<string, Message> = new Map([
  ['JA4', say`the JA4 fingerprint`],
  ['JA3Hash', say`the JA3 fingerprint`],
  ['ClientRequestMethod', say`the method`],
  ['ClientRequestProtocol', say`the HTTP version`],
  ['ClientRequestReferer', say`the referer`],
  ['ClientRequestUserAgent', say`the user agent`],
  ['ClientRequestBytes', say`the length of the request`],
  ['ClientRequestHost', say`the host`],
  ['ClientRequestPath', say`the path`],
  ['ClientRequestURI', say`the address asked for`],
  ['ClientCountry', say`the country`],
  ['ClientASN', say`the network (AS)`],
  ['ClientIP', say`the address`],
  ['ClientIPClass', say`the class of the address`],
  ['ClientDeviceType', say`the kind of device`],
  ['ClientSSLProtocol', say`the TLS version`],
  ['ClientSSLCipher', say`the TLS cipher`],
  ['BotScore', say`the bot score`],
  ['BotTags', say`the bot tags`],
  ['BotDetectionIDs', say`the bot detections`],
  ['JSDetectionPassed', say`the JavaScript detection`],
  ['WAFAttackScore', say`the WAF score`],
  ['WAFSQLiAttackScore', say`the WAF score for SQL injection`],
  ['WAFXSSAttackScore', say`the WAF score for XSS`],
  ['WAFRCEAttackScore', say`the WAF score for code execution`],
  ['IPProtocol', say`the IP protocol`],
  ['IPProtocolName', say`the IP protocol`],
  ['IPSourceAddress', say`the source address`],
  ['IPDestinationAddress', say`the target address`],
  ['IPTotalLength', say`the packet length`],
  ['IPTTL', say`the TTL`],
  ['IPFragmentOffset', say`the fragment offset`],
  ['SourcePort', say`the source port`],
  ['DestinationPort', say`the target port`],
  ['SourceASN', say`the source network (AS)`],
  ['SourceCountry', say`the source country`],
  ['TCPFlags', say`the TCP flags`],
  ['TCPFlagsString', say`the TCP flags`],
  ['TCPWindowSize', say`the TCP window`],
  ['TCPMSS', say`the TCP MSS`],
  ['UDPPayloadLength', say`the UDP payload length`],
  ['ICMPType', say`the ICMP type`],
  ['ICMPCode', say`the ICMP code`],
  ['DNSQueryName', say`the DNS name`],
  ['DNSQueryType', say`the DNS type`],
]);

const MEMBER = /^(RequestHeaders|Cookies)\.(.+)$/u;
const INDICATORS: ReadonlySet<string> = new Set([
  'ClientIP',
  'IPSourceAddress',
  'ClientRequestUserAgent',
  'ClientRequestReferer',
]);
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [58, 'ICMPv6'],
]);
/** Of a long list the rest is counted. */
const MOST_LISTED = 5;

/** `the JA4 fingerprint`, `the header accept-language`. */
export function fieldWords(field: string): Phrase {
  const member = MEMBER.exec(field);
  if (member) {
    const name = label(member[2] ?? '', 'code');
    return [member[1] === 'Cookies' ? say`the cookie ${name}` : say`the header ${name}`];
  }
  const words = FIELD_WORDS.get(field);
  return words === undefined ? [label(field, 'code')] : [words];
}

/** A value of a field as people read it; `none` for a missing one. */
export function valueWords(field: string, value: string | number | null): Value {
  if (value === null) return say`none`;
  if (typeof value === 'string') return label(value, roleOf(field));
  if (field === 'TCPFlags') return value === 0 ? say`none set` : label(flagNames(value), 'code');
  if (field === 'IPProtocol') return label(PROTOCOLS.get(value) ?? String(value), 'code');
  // Numbers that name something are not quantities: no separators, no rounding.
  return label(field.endsWith('ASN') ? `AS${value}` : String(value), 'code');
}

/** One condition as a clause: `the JA4 fingerprint is t13d…`. */
function predicateWords(predicate: Predicate): Value {
  const field = fieldWords(predicate.field);
  switch (predicate.op) {
    case 'eq':
      return predicate.value === null
        ? say`${field} is missing`
        : say`${field} is ${valueWords(predicate.field, predicate.value)}`;
    case 'ne':
      return predicate.value === null
        ? say`${field} is present`
        : say`${field} is not ${valueWords(predicate.field, predicate.value)}`;
    case 'in':
      return say`${field} is one of ${list(
        predicate.value.map((value) => valueWords(predicate.field, value)),
        MOST_LISTED,
      )}`;
    case 'range':
      return say`${field} is ${valueWords(predicate.field, predicate.value[0])} to ${valueWords(predicate.field, predicate.value[1])}`;
    case 'contains':
      return say`${field} contains ${valueWords(predicate.field, predicate.value)}`;
    case 'startsWith':
      return say`${field} begins with ${valueWords(predicate.field, predicate.value)}`;
    default:
      return predicate satisfies never;
  }
}

/** All conditions in one clause. */
export function conjunctionWords(predicates: readonly Predicate[]): Phrase {
  return list(predicates.map(predicateWords));
}

function roleOf(field: string): LabelRole {
  return INDICATORS.has(field) ? 'indicator' : 'code';
}

function flagNames(bits: number): string {
  return TCP_FLAGS.filter((_, bit) => (bits & (2 ** bit)) !== 0).join(' ');
}
