import { say } from '../../model/say.ts';
import type { Predicate } from '../../model/signature.ts';
import { isObstacle, type Obstacle, type RuleLanguage, rangesOf, translateAll } from './language.ts';
import {
  addressSide,
  familyOf,
  flagNames,
  flagsOf,
  HIGHEST_PORT,
  ICMP,
  ICMP6,
  isProtocol,
  LONGEST_PACKET,
  namedProtocols,
  needsProtocol,
  networksOf,
  portSide,
  protocolName,
  protocolsOf,
  TCP,
  UDP,
} from './packets.ts';

interface Surroundings {
  readonly family: 4 | 6;
  readonly protocols: readonly number[] | undefined;
}

/** Bytes of the IPv6 header, which its length field does not count. */
const IPV6_HEADER = 40;
/** Bytes of the UDP header, which its length field counts and the log does not. */
const UDP_HEADER = 8;

/** A table of its own, before everything else: loading it changes no other rule. */
export const nftables: RuleLanguage = {
  id: 'nftables',
  name: say`nftables rule`,
  layer: 'network',
  file: 'rules/nftables.txt',
  comment: '#',
  takes: 'file',
  before: [
    'table inet proposed {',
    '  chain prerouting {',
    '    type filter hook prerouting priority raw; policy accept;',
  ],
  after: ['  }', '}'],
  advice: say`Load the file with nft -f. It logs and counts; replace the rule by the one in the comment to drop.`,
  render({ name, conditions }) {
    const family = familyOf(conditions);
    if (family === 'mixed-families') return { refusals: [{ obstacle: family }] };
    const around: Surroundings = { family, protocols: namedProtocols(conditions) };
    if (around.protocols?.length === 0) return { refusals: [{ obstacle: 'impossible-value' }] };
    const translated = translateAll(conditions, (condition) => translate(condition, around));
    if ('refusals' in translated) return translated;
    const match = translated.parts.join(' ');
    return {
      watch: [`    ${match} counter limit rate 10/second log prefix "${name} "`],
      enforce: [`    ${match} counter drop comment "${name}"`],
    };
  },
};

function translate(condition: Predicate, around: Surroundings): string | Obstacle {
  const side = addressSide(condition);
  if (side) {
    const networks = networksOf(condition);
    if (isObstacle(networks)) return networks;
    const key = `${around.family === 4 ? 'ip' : 'ip6'} ${side === 'source' ? 'saddr' : 'daddr'}`;
    return matchOf(
      key,
      condition,
      networks.map(({ text }) => text),
    );
  }
  if (isProtocol(condition)) {
    const numbers = protocolsOf(condition);
    return isObstacle(numbers) ? numbers : matchOf('meta l4proto', condition, numbers.map(protocolName));
  }
  if (portSide(condition)) return port(condition, around);
  switch (condition.field) {
    case 'TCPFlags':
    case 'TCPFlagsString':
      return flags(condition, around);
    case 'IPTTL':
      return numberMatch(around.family === 4 ? 'ip ttl' : 'ip6 hoplimit', condition, 255);
    case 'IPTotalLength':
      return around.family === 4
        ? numberMatch('ip length', condition, LONGEST_PACKET)
        : numberMatch('ip6 length', condition, LONGEST_PACKET, -IPV6_HEADER);
    case 'UDPPayloadLength':
      return needsProtocol(condition, around.protocols, [UDP])
        ? 'needs-protocol'
        : numberMatch('udp length', condition, LONGEST_PACKET, UDP_HEADER);
    case 'ICMPType':
    case 'ICMPCode': {
      const [own, table] = around.family === 4 ? [ICMP, 'icmp'] : [ICMP6, 'icmpv6'];
      if (needsProtocol(condition, around.protocols, [own])) return 'needs-protocol';
      return numberMatch(`${table} ${condition.field === 'ICMPType' ? 'type' : 'code'}`, condition, 255);
    }
    default:
      return 'no-field';
  }
}

function port(condition: Predicate, { protocols }: Surroundings): string | Obstacle {
  if (needsProtocol(condition, protocols, [TCP, UDP])) return 'needs-protocol';
  const end = portSide(condition) === 'source' ? 'sport' : 'dport';
  const [only, ...others] = protocols ?? [];
  if (others.length === 0 && (only === TCP || only === UDP))
    return numberMatch(`${protocolName(only)} ${end}`, condition, HIGHEST_PORT);
  const match = numberMatch(`th ${end}`, condition, HIGHEST_PORT);
  return isObstacle(match) ? match : `meta l4proto { tcp, udp } ${match}`;
}

/** The whole flags byte, not single bits of it. */
function flags(condition: Predicate, { protocols }: Surroundings): string | Obstacle {
  if (needsProtocol(condition, protocols, [TCP])) return 'needs-protocol';
  const values = flagsOf(condition);
  if (isObstacle(values)) return values;
  const texts = values.map((value) => flagNames(value).map(nftFlag).join(' | ') || '0x0');
  if (texts.length > 1) return `tcp flags { ${texts.join(', ')} }`;
  const [text = ''] = texts;
  return `tcp flags ${condition.op === 'ne' ? '!=' : '=='} ${text.includes('|') ? `(${text})` : text}`;
}

function nftFlag(flag: string): string {
  return flag === 'ece' ? 'ecn' : flag;
}

/** `shift`: what the field of the packet counts more than the log does. */
function numberMatch(key: string, condition: Predicate, most: number, shift = 0): string | Obstacle {
  const ranges = rangesOf(condition, most);
  if (isObstacle(ranges)) return ranges;
  const moved = ranges.map(([low, high]) => [low + shift, high + shift] as const);
  if (moved.some(([low, high]) => low < 0 || high > most)) return 'impossible-value';
  return matchOf(
    key,
    condition,
    moved.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`)),
  );
}

function matchOf(key: string, condition: Predicate, texts: readonly string[]): string {
  if (condition.op === 'ne') return `${key} != ${texts[0]}`;
  return texts.length === 1 ? `${key} ${texts[0]}` : `${key} { ${texts.join(', ')} }`;
}
