import { label, list } from '../model/inlines.ts';
import type { Inline, LabelRole, Phrase } from '../model/phrase.ts';
import type { Predicate } from '../model/signature.ts';

/** What fields are called where their own name would not be understood. */
const FIELD_WORDS: ReadonlyMap<string, string> = new Map([
  ['JA4', 'the JA4 fingerprint'],
  ['JA3Hash', 'the JA3 fingerprint'],
  ['ClientRequestMethod', 'the method'],
  ['ClientRequestProtocol', 'the HTTP version'],
  ['ClientRequestReferer', 'the referer'],
  ['ClientRequestUserAgent', 'the user agent'],
  ['ClientRequestBytes', 'the length of the request'],
  ['ClientRequestHost', 'the host'],
  ['ClientRequestPath', 'the path'],
  ['ClientRequestURI', 'the address asked for'],
  ['ClientCountry', 'the country'],
  ['ClientASN', 'the network (AS)'],
  ['ClientIP', 'the address'],
  ['ClientIPClass', 'the class of the address'],
  ['ClientDeviceType', 'the kind of device'],
  ['ClientSSLProtocol', 'the TLS version'],
  ['ClientSSLCipher', 'the TLS cipher'],
  ['BotScore', 'the bot score'],
  ['BotTags', 'the bot tags'],
  ['BotDetectionIDs', 'the bot detections'],
  ['JSDetectionPassed', 'the JavaScript detection'],
  ['WAFAttackScore', 'the WAF score'],
  ['WAFSQLiAttackScore', 'the WAF score for SQL injection'],
  ['WAFXSSAttackScore', 'the WAF score for XSS'],
  ['WAFRCEAttackScore', 'the WAF score for code execution'],
  ['IPProtocol', 'the IP protocol'],
  ['IPProtocolName', 'the IP protocol'],
  ['IPSourceAddress', 'the source address'],
  ['IPDestinationAddress', 'the target address'],
  ['IPTotalLength', 'the packet length'],
  ['IPTTL', 'the TTL'],
  ['IPFragmentOffset', 'the fragment offset'],
  ['SourcePort', 'the source port'],
  ['DestinationPort', 'the target port'],
  ['SourceASN', 'the source network (AS)'],
  ['SourceCountry', 'the source country'],
  ['TCPFlags', 'the TCP flags'],
  ['TCPFlagsString', 'the TCP flags'],
  ['TCPWindowSize', 'the TCP window'],
  ['TCPMSS', 'the TCP MSS'],
  ['UDPPayloadLength', 'the UDP payload length'],
  ['ICMPType', 'the ICMP type'],
  ['ICMPCode', 'the ICMP code'],
  ['DNSQueryName', 'the DNS name'],
  ['DNSQueryType', 'the DNS type'],
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
  if (member) return [member[1] === 'Cookies' ? 'the cookie ' : 'the header ', label(member[2] ?? '', 'code')];
  const words = FIELD_WORDS.get(field);
  return words === undefined ? [label(field, 'code')] : [words];
}

/** A value of a field as people read it; `none` for a missing one. */
export function valueWords(field: string, value: string | number | null): Inline {
  if (value === null) return 'none';
  if (typeof value === 'string') return label(value, roleOf(field));
  if (field === 'TCPFlags') return label(flagNames(value), 'code');
  if (field === 'IPProtocol') return label(PROTOCOLS.get(value) ?? String(value), 'code');
  // Numbers that name something are not quantities: no separators, no rounding.
  return label(field.endsWith('ASN') ? `AS${value}` : String(value), 'code');
}

/** One condition as a clause: `the JA4 fingerprint is t13d…`. */
function predicateWords(predicate: Predicate): Phrase {
  const field = fieldWords(predicate.field);
  switch (predicate.op) {
    case 'eq':
      return predicate.value === null
        ? [...field, ' is missing']
        : [...field, ' is ', valueWords(predicate.field, predicate.value)];
    case 'ne':
      return predicate.value === null
        ? [...field, ' is present']
        : [...field, ' is not ', valueWords(predicate.field, predicate.value)];
    case 'in':
      return [
        ...field,
        ' is one of ',
        ...list(
          predicate.value.map((value) => valueWords(predicate.field, value)),
          MOST_LISTED,
        ),
      ];
    case 'range':
      return [
        ...field,
        ' is ',
        valueWords(predicate.field, predicate.value[0]),
        ' to ',
        valueWords(predicate.field, predicate.value[1]),
      ];
    case 'contains':
      return [...field, ' contains ', valueWords(predicate.field, predicate.value)];
    case 'startsWith':
      return [...field, ' begins with ', valueWords(predicate.field, predicate.value)];
    default:
      return predicate satisfies never;
  }
}

/** All conditions in one clause. */
export function conjunctionWords(predicates: readonly Predicate[]): Phrase {
  return predicates.flatMap((predicate, index): Inline[] => [
    ...(index === 0 ? [] : [index === predicates.length - 1 ? ' and ' : ', ']),
    ...predicateWords(predicate),
  ]);
}

function roleOf(field: string): LabelRole {
  return INDICATORS.has(field) ? 'indicator' : 'code';
}

function flagNames(bits: number): string {
  return TCP_FLAGS.filter((_, bit) => (bits & (2 ** bit)) !== 0).join(' ') || 'none set';
}
