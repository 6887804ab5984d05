import { say } from '../../model/say.ts';
import type { Predicate } from '../../model/signature.ts';
import { isObstacle, type Obstacle, type RuleLanguage, translateAll } from './language.ts';
import {
  addressSide,
  familyOf,
  flagsOf,
  HIGHEST_PORT,
  ICMP,
  isProtocol,
  LONGEST_PACKET,
  namedProtocols,
  needsProtocol,
  portSide,
  protocolName,
  protocolsOf,
  TCP,
  UDP,
} from './packets.ts';
import { compare, conjunction, type Field } from './wirefilter.ts';

/** Fields of `network_analytics_logs` that are fields of the language as they are. */
const FIELDS: ReadonlyMap<string, Field> = new Map(
  Object.entries({
    IPTotalLength: { kind: 'number', name: 'ip.len', most: LONGEST_PACKET },
    IPTTL: { kind: 'number', name: 'ip.ttl', most: 255 },
    SourceASN: { kind: 'number', name: 'ip.src.asnum', most: 4_294_967_295 },
    SourceCountry: { kind: 'country', name: 'ip.src.country' },
    ColoName: { kind: 'text', name: 'cf.colo.name' },
  } satisfies Record<string, Field>),
);

/** Names that the language is known to have for `ip.proto`. */
const NAMED: ReadonlySet<string> = new Set(['icmp', 'tcp', 'udp', 'gre', 'esp']);

/** Cloudflare's Magic Firewall (network firewall): the layer of packets. */
export const magicFirewall: RuleLanguage = {
  id: 'magic-firewall',
  name: say`Magic Firewall rule`,
  layer: 'network',
  file: 'rules/magic-firewall.txt',
  comment: '#',
  takes: 'rule',
  before: [],
  after: [],
  advice: say`Paste it into the expression of a custom policy and leave that disabled at first. Look up in Network Analytics what these conditions match, then enable Block.`,
  render({ conditions }) {
    const protocols = namedProtocols(conditions);
    if (protocols?.length === 0) return { refusals: [{ obstacle: 'impossible-value' }] };
    const isIpv4 = familyOf(conditions) === 4;
    const translated = translateAll(conditions, (condition) => translate(condition, protocols, isIpv4));
    if ('refusals' in translated) return translated;
    const lines = conjunction(translated.parts);
    return isObstacle(lines) ? { refusals: [{ obstacle: lines }] } : { watch: lines, enforce: lines };
  },
};

function translate(condition: Predicate, protocols: readonly number[] | undefined, isIpv4: boolean): string | Obstacle {
  const side = addressSide(condition);
  if (side) return compare({ kind: 'address', name: side === 'source' ? 'ip.src' : 'ip.dst' }, condition);
  if (isProtocol(condition)) return protocol(condition);
  if (portSide(condition)) return port(condition, protocols);
  if (condition.field === 'TCPFlags' || condition.field === 'TCPFlagsString') return flags(condition, protocols);
  if (condition.field === 'ICMPType' || condition.field === 'ICMPCode') {
    if (!isIpv4) return 'no-comparison'; // the fields are those of ICMP for IPv4
    if (needsProtocol(condition, protocols, [ICMP])) return 'needs-protocol';
    const name = condition.field === 'ICMPType' ? 'icmp.type' : 'icmp.code';
    return compare({ kind: 'number', name, most: 255 }, condition);
  }
  const field = FIELDS.get(condition.field);
  return field ? compare(field, condition) : 'no-field';
}

function protocol(condition: Predicate): string | Obstacle {
  const numbers = protocolsOf(condition);
  if (isObstacle(numbers)) return numbers;
  const names = numbers.map(protocolName);
  if (!names.every((name) => NAMED.has(name))) return 'no-comparison';
  const quoted = names.map((name) => `"${name}"`);
  if (condition.op === 'ne') return `ip.proto ne ${quoted[0]}`;
  return quoted.length === 1 ? `ip.proto eq ${quoted[0]}` : `ip.proto in {${quoted.join(' ')}}`;
}

/** A port is a field of its protocol; without one it is that of either. */
function port(condition: Predicate, protocols: readonly number[] | undefined): string | Obstacle {
  if (needsProtocol(condition, protocols, [TCP, UDP])) return 'needs-protocol';
  const end = portSide(condition) === 'source' ? 'srcport' : 'dstport';
  const all = (protocols ?? [TCP, UDP]).filter((number) => number === TCP || number === UDP);
  if (condition.op === 'ne' && all.length > 1) return 'needs-protocol';
  const either: string[] = [];
  for (const number of all) {
    const part = compare({ kind: 'number', name: `${protocolName(number)}.${end}`, most: HIGHEST_PORT }, condition);
    if (isObstacle(part)) return part;
    either.push(part);
  }
  if (either.length === 0) return 'needs-protocol';
  return either.length === 1 ? (either[0] ?? '') : `(${either.join(' or ')})`;
}

function flags(condition: Predicate, protocols: readonly number[] | undefined): string | Obstacle {
  if (needsProtocol(condition, protocols, [TCP])) return 'needs-protocol';
  const values = flagsOf(condition);
  if (isObstacle(values)) return values;
  if (condition.op === 'ne') return `tcp.flags ne ${values[0]}`;
  return values.length === 1 ? `tcp.flags eq ${values[0]}` : `tcp.flags in {${values.join(' ')}}`;
}
