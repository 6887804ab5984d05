import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import type { Predicate } from '../../src/model/signature.ts';
import { HOSTILE_STRINGS } from './hostile-strings.ts';
import type { Row } from './rule-readers.ts';

// Conditions and rows of logs that are near to each other, so that a rule often matches and often just does not.

/** Ways out of a quoted string, beside those that attack documents. */
const ESCAPES = [
  '" or ssl or http.host eq "',
  '\\" or ssl or http.host eq \\"',
  '\\',
  'a\\',
  '\\\\"',
  '") or (ssl',
  'r#"x"#',
  '*',
  '{"a" "b"}',
  '# comment',
  'ends in a blank ',
  '""',
];

const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_STRINGS, ...ESCAPES) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('GET', 'HTTP/2', 'python-requests/2.32', '/search', 'Mozilla/5.0 (X11; Linux)'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
);

const TEXT_FIELDS = [
  'ClientRequestHost',
  'ClientRequestPath',
  'ClientRequestURI',
  'ClientRequestMethod',
  'ClientRequestProtocol',
  'ClientRequestUserAgent',
  'ClientRequestReferer',
  'ClientSSLProtocol',
  'JA3Hash',
  'JA4',
  'RequestHeaders.accept-language',
  'RequestHeaders.x-header-order',
  'Cookies.session',
  'Cookies.a"b\\',
] as const;

const textPredicate: fc.Arbitrary<Predicate> = fc.oneof(
  fc.record({ field: fc.constantFrom(...TEXT_FIELDS), op: fc.constantFrom('eq', 'ne'), value: fc.option(hostileText) }),
  fc.record({
    field: fc.constantFrom(...TEXT_FIELDS),
    op: fc.constant('in'),
    value: fc.array(hostileText, { minLength: 1, maxLength: 6 }),
  }),
  fc.record({
    field: fc.constantFrom(...TEXT_FIELDS),
    op: fc.constantFrom('contains', 'startsWith'),
    value: hostileText,
  }),
);

function numberPredicate(fields: readonly string[], value: fc.Arbitrary<number>): fc.Arbitrary<Predicate> {
  const field = fc.constantFrom(...fields);
  return fc.oneof(
    fc.record({ field, op: fc.constantFrom('eq', 'ne'), value }),
    fc.record({ field, op: fc.constant('in'), value: fc.array(value, { minLength: 1, maxLength: 20 }) }),
    fc
      .tuple(field, value, value)
      .map(([name, a, b]) => ({ field: name, op: 'range', value: [Math.min(a, b), Math.max(a, b)] }) as const),
  );
}

function wordPredicate(field: string, words: readonly string[]): fc.Arbitrary<Predicate> {
  return fc.oneof(
    fc.record({ field: fc.constant(field), op: fc.constantFrom('eq', 'ne'), value: fc.constantFrom(...words) }),
    fc.record({
      field: fc.constant(field),
      op: fc.constant('in'),
      value: fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: words.length }),
    }),
  );
}

const CLIENTS = ['203.0.113.7', '198.51.100.9', '2001:db8::7', '3fff:b7:2b:1::57'];

const httpPredicate = fc.oneof(
  { weight: 5, arbitrary: textPredicate },
  { weight: 2, arbitrary: numberPredicate(['BotScore', 'WAFAttackScore'], fc.integer({ min: 0, max: 100 })) },
  { weight: 1, arbitrary: numberPredicate(['ClientASN'], fc.integer({ min: 64_496, max: 64_500 })) },
  { weight: 1, arbitrary: wordPredicate('ClientCountry', ['de', 'us', 't1', 'xx']) },
  { weight: 1, arbitrary: wordPredicate('ClientIP', CLIENTS) },
  { weight: 1, arbitrary: wordPredicate('ClientRequestScheme', ['http', 'https']) },
  { weight: 1, arbitrary: wordPredicate('JSDetectionPassed', ['passed', 'failed', 'missing']) },
);

/** A value that meets the predicate, where `draw` is a number from 0 to 1. */
function satisfying(predicate: Predicate, draw: number): string | number | null {
  switch (predicate.op) {
    case 'eq':
      return predicate.value;
    case 'ne':
      return predicate.value === null ? 'something' : null;
    case 'in':
      return predicate.value[Math.floor(draw * predicate.value.length)] ?? null;
    case 'range':
      return Math.round(predicate.value[0] + draw * (predicate.value[1] - predicate.value[0]));
    case 'contains':
      return `x${predicate.value}y`;
    case 'startsWith':
      return `${predicate.value}y`;
    default:
      return predicate satisfies never;
  }
}

/** What the log always has, so that a value is never missing where it cannot be. */
const HTTP_ROW: Row = {
  ClientIP: '192.0.2.1',
  ClientASN: 64_511,
  ClientCountry: 'fr',
  ClientRequestHost: 'www.example.com',
  ClientRequestScheme: 'https',
  BotScore: 50,
  WAFAttackScore: 50,
  JSDetectionPassed: 'missing',
};

export interface RuleCase {
  readonly conditions: readonly Predicate[];
  readonly rows: readonly Row[];
}

/** Conditions on requests, with rows that meet all, some or none of them. */
export const httpCase: fc.Arbitrary<RuleCase> = fc
  .record({
    all: fc.uniqueArray(httpPredicate, { minLength: 1, maxLength: 4, selector: ({ field }) => field }),
    draws: fc.array(
      fc.record({
        pick: fc.double({ min: 0, max: 0.999, noNaN: true }),
        misses: fc.nat({ max: 9 }),
        other: hostileText,
      }),
      {
        minLength: 4,
        maxLength: 8,
      },
    ),
  })
  .map(({ all, draws }) => {
    const conditions: Predicate[] = [
      { field: 'ClientRequestHost', op: 'in', value: ['www.example.com', 'a.example'] },
      ...all,
    ];
    const rows = draws.map(({ pick, misses, other }): Row => {
      const row: Record<string, string | number | null> = { ...HTTP_ROW };
      for (const [index, predicate] of all.entries()) {
        const value =
          index === misses && /^(?:RequestH|Cookies|JA|ClientReq|ClientSSL)/.test(predicate.field)
            ? other
            : satisfying(predicate, pick);
        if (value !== null || HTTP_ROW[predicate.field] === undefined) row[predicate.field] = value;
      }
      if (row.ClientRequestScheme !== 'http') row.ClientRequestScheme = 'https';
      return row;
    });
    return { conditions, rows };
  });

interface Packet {
  readonly is6: boolean;
  readonly protocol: number;
  readonly source: number;
  readonly target: number;
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly flags: number;
  readonly ttl: number;
  readonly length: number;
  readonly icmp: number;
  readonly asn: number;
}

const NAMES: Record<number, string> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'ipv6-icmp',
  132: 'sctp',
};
const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

const packet = (is6: boolean): fc.Arbitrary<Packet> =>
  fc.record({
    is6: fc.constant(is6),
    protocol: fc.constantFrom(is6 ? 58 : 1, 6, 6, 6, 17, 17, 17, 47, 50, 132),
    source: fc.integer({ min: 0, max: 5 }),
    target: fc.integer({ min: 0, max: 3 }),
    sourcePort: fc.constantFrom(0, 53, 123, 443, 11_211, 65_535),
    targetPort: fc.constantFrom(0, 53, 80, 443, 65_535),
    flags: fc.constantFrom(0, 2, 16, 18, 24, 66, 130, 255),
    ttl: fc.constantFrom(0, 1, 48, 64, 128, 255),
    length: fc.constantFrom(40, 52, 60, 576, 1_479, 1_500),
    icmp: fc.constantFrom(0, 3, 8),
    asn: fc.integer({ min: 64_496, max: 64_499 }),
  });

function addressOf(is6: boolean, net: number, host: number): string {
  return is6 ? ipaddr.parse(`2001:db8:${net}::${host + 1}`).toString() : `198.51.${100 + net}.${host + 1}`;
}

function subnetOf(address: string): string {
  return address.includes(':') ? `${address.split('::')[0]}::/48` : `${address.split('.').slice(0, 3).join('.')}.0/24`;
}

/** As `network_analytics_logs` writes it: what a protocol does not have is zero. */
function rowOf(p: Packet): Row {
  const hasPorts = p.protocol === 6 || p.protocol === 17;
  const isIcmp = p.protocol === 1 || p.protocol === 58;
  const flags = p.protocol === 6 ? p.flags : 0;
  const source = addressOf(p.is6, p.source % 3, p.source);
  const target = addressOf(p.is6, 9 + (p.target % 2), p.target);
  return {
    IPSourceAddress: source,
    IPSourceSubnet: subnetOf(source),
    IPDestinationAddress: target,
    IPDestinationSubnet: subnetOf(target),
    IPProtocol: p.protocol,
    IPProtocolName: NAMES[p.protocol] ?? '',
    IPTotalLength: p.length,
    IPTTL: p.ttl,
    SourcePort: hasPorts ? p.sourcePort : 0,
    DestinationPort: hasPorts ? p.targetPort : 0,
    TCPFlags: flags,
    TCPFlagsString: FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0).join('-'),
    UDPPayloadLength: p.protocol === 17 ? p.length - (p.is6 ? 48 : 28) : 0,
    ICMPType: isIcmp ? p.icmp : 0,
    ICMPCode: isIcmp ? (p.icmp === 3 ? 1 : 0) : 0,
    SourceASN: p.asn,
    SourceCountry: p.asn % 2 === 0 ? 'US' : 'DE',
    ColoName: 'ewr01',
  };
}

const NUMBERS = ['IPTotalLength', 'IPTTL', 'SourcePort', 'DestinationPort', 'UDPPayloadLength', 'ICMPType'] as const;
const NAMED_FIELDS = [
  'IPProtocol',
  'IPProtocolName',
  'TCPFlags',
  'TCPFlagsString',
  'IPSourceAddress',
  'IPSourceSubnet',
  'SourceASN',
  'SourceCountry',
  'ICMPCode',
  'IPIdentification',
] as const;

/** Conditions on packets, made from packets, so that some of them are met. */
export const networkCase: fc.Arbitrary<RuleCase> = fc.boolean().chain((is6) =>
  fc
    .record({
      model: packet(is6),
      others: fc.array(packet(is6), { minLength: 6, maxLength: 10 }),
      namesProtocol: fc.boolean(),
      fields: fc.uniqueArray(fc.constantFrom(...NUMBERS, ...NAMED_FIELDS), { minLength: 1, maxLength: 3 }),
      ops: fc.array(fc.constantFrom('eq', 'eq', 'in', 'range', 'ne'), { minLength: 3, maxLength: 3 }),
      isSubnet: fc.boolean(),
    })
    .map(({ model, others, namesProtocol, fields, ops, isSubnet }) => {
      const rows = [
        model,
        ...others.map((other, index) =>
          index % 2 === 0 ? { ...other, protocol: model.protocol, target: model.target } : other,
        ),
      ].map(rowOf);
      const [first = {}, second = {}, third = {}] = rows;
      const scopeField = isSubnet ? 'IPDestinationSubnet' : 'IPDestinationAddress';
      const conditions: Predicate[] = [{ field: scopeField, op: 'eq', value: first[scopeField] ?? null }];
      if (namesProtocol) conditions.push({ field: 'IPProtocolName', op: 'eq', value: first.IPProtocolName ?? null });
      for (const [index, field] of fields.entries()) {
        if (namesProtocol && (field === 'IPProtocol' || field === 'IPProtocolName')) continue;
        const [a = '', b = '', c = ''] = [first, second, third].map((row) => row[field] ?? '');
        const op = ops[index] ?? 'eq';
        if (op === 'range' && typeof a === 'number' && typeof b === 'number')
          conditions.push({ field, op, value: [Math.min(a, b), Math.max(a, b)] });
        else if (op === 'in') conditions.push({ field, op, value: [...new Set([a, b, c])] });
        else conditions.push({ field, op: op === 'ne' ? 'ne' : 'eq', value: a });
      }
      return { conditions, rows };
    }),
);
