import { say } from '../../model/say.ts';
import type { Predicate } from '../../model/signature.ts';
import { isObstacle, LARGEST_SET, type Obstacle, type RuleLanguage, rangesOf, translateAll } from './language.ts';
import {
  addressSide,
  familyOf,
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
  protocolsOf,
  TCP,
  UDP,
} from './packets.ts';

/** One way to meet a condition. Several conditions are met by one way of each. */
interface Way {
  /** A line has addresses first, then its protocol, then matches. */
  readonly place: 'address' | 'match';
  readonly text: string;
  /** The protocol that its line has to name, or may not have. */
  readonly protocol?: number;
  readonly not?: number;
}

interface Surroundings {
  readonly family: 4 | 6;
  readonly protocols: readonly number[] | undefined;
}

/** Ports that one `multiport` takes; a range counts as two. */
const MOST_PORTS = 15;
/** Bits that `--tcp-flags` knows; the two above it belong to `ecn`. */
const SIX_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;
const ECE = 0x40;
const CWR = 0x80;
/** Longest prefix of a line in the kernel's log. */
const LONGEST_LOG_PREFIX = 29;

/** For IPv4; a rule for IPv6 addresses says that it is one for ip6tables. */
export const iptables: RuleLanguage = {
  id: 'iptables',
  name: say`iptables rule`,
  layer: 'network',
  file: 'rules/iptables.txt',
  comment: '#',
  takes: 'file',
  before: ['*raw', ':PROPOSED - [0:0]', '-A PREROUTING -j PROPOSED'],
  after: ['COMMIT'],
  advice: say`Load the file with iptables-restore --noflush (ip6tables-restore for IPv6 targets). It logs; replace each line by the one in the comment to drop.`,
  render({ name, conditions }) {
    const family = familyOf(conditions);
    if (family === 'mixed-families') return { refusals: [{ obstacle: family }] };
    const around: Surroundings = { family, protocols: namedProtocols(conditions) };
    if (around.protocols?.length === 0) return { refusals: [{ obstacle: 'impossible-value' }] };
    const translated = translateAll(conditions, (condition) => translate(condition, around));
    if ('refusals' in translated) return translated;
    const lines = hasRivals(conditions) ? 'no-comparison' : linesOf(translated.parts);
    if (isObstacle(lines)) return { refusals: [{ obstacle: lines }] };
    const prefix = `${name} `.length <= LONGEST_LOG_PREFIX ? `${name} ` : 'proposed ';
    return {
      watch: lines.map((line) => `-A PROPOSED ${line} -m limit --limit 10/sec -j LOG --log-prefix "${prefix}"`),
      enforce: lines.map((line) => `-A PROPOSED ${line} -m comment --comment "${name}" -j DROP`),
    };
  },
};

/** A line has one source, one destination and one protocol option; two conditions on one of them cannot share it. */
function hasRivals(conditions: readonly Predicate[]): boolean {
  const options = conditions.flatMap(
    (condition) => addressSide(condition) ?? (isProtocol(condition) ? 'protocol' : []),
  );
  return new Set(options).size < options.length;
}

/** Each combination of ways is a line; a packet that meets any of them meets the conditions. */
function linesOf(conditions: readonly (readonly Way[])[]): readonly string[] | Obstacle {
  let combinations: readonly (readonly Way[])[] = [[]];
  for (const ways of conditions) {
    combinations = combinations.flatMap((begun) => ways.map((way) => [...begun, way])).filter(isPossible);
    if (combinations.length > LARGEST_SET) return 'too-many-values';
  }
  return combinations.length > 0 ? combinations.map(lineOf) : 'impossible-value';
}

/** A line has one protocol. */
function isPossible(ways: readonly Way[]): boolean {
  const named = new Set(ways.flatMap((way) => way.protocol ?? []));
  return named.size <= 1 && !ways.some((way) => way.not !== undefined && named.has(way.not));
}

function lineOf(ways: readonly Way[]): string {
  const protocol = ways.find((way) => way.protocol !== undefined)?.protocol;
  const other = ways.find((way) => way.not !== undefined)?.not;
  const named = protocol !== undefined ? `-p ${protocol}` : other !== undefined ? `! -p ${other}` : '';
  const at = (place: Way['place']) => ways.filter((way) => way.place === place).map(({ text }) => text);
  return [...at('address'), named, ...at('match')].filter((text) => text !== '').join(' ');
}

function translate(condition: Predicate, around: Surroundings): readonly Way[] | Obstacle {
  const side = addressSide(condition);
  if (side) {
    const networks = networksOf(condition);
    if (isObstacle(networks)) return networks;
    const flag = side === 'source' ? '-s' : '-d';
    return networks.map(({ text }) => ({ place: 'address', text: `${not(condition)}${flag} ${text}` }));
  }
  if (isProtocol(condition)) {
    const numbers = protocolsOf(condition);
    if (isObstacle(numbers)) return numbers;
    return numbers.map((number) => ({
      place: 'match',
      text: '',
      ...(condition.op === 'ne' ? { not: number } : { protocol: number }),
    }));
  }
  if (portSide(condition)) return port(condition, around);
  switch (condition.field) {
    case 'TCPFlags':
    case 'TCPFlagsString':
      return flags(condition, around);
    case 'IPTTL':
      return ttl(condition, around.family);
    case 'IPTotalLength':
      return ranged(condition, LONGEST_PACKET, (text) => `-m length ${not(condition)}--length ${text}`);
    case 'ICMPType': {
      const [own, match] = around.family === 4 ? [ICMP, 'icmp --icmp-type'] : [ICMP6, 'icmp6 --icmpv6-type'];
      if (condition.op === 'range') return 'no-comparison';
      if (needsProtocol(condition, around.protocols, [own])) return 'needs-protocol';
      const [module, option] = match.split(' ');
      return ranged(condition, 255, (text) => `-m ${module} ${not(condition)}${option} ${text}`, own);
    }
    default:
      return 'no-field';
  }
}

function not({ op }: Predicate): string {
  return op === 'ne' ? '! ' : '';
}

function ranged(
  condition: Predicate,
  most: number,
  write: (text: string) => string,
  protocol?: number,
): readonly Way[] | Obstacle {
  const ranges = rangesOf(condition, most);
  if (isObstacle(ranges)) return ranges;
  return ranges.map(([low, high]) => ({
    place: 'match',
    text: write(low === high ? String(low) : `${low}:${high}`),
    ...(protocol !== undefined && { protocol }),
  }));
}

function port(condition: Predicate, { protocols }: Surroundings): readonly Way[] | Obstacle {
  if (needsProtocol(condition, protocols, [TCP, UDP])) return 'needs-protocol';
  const ranges = rangesOf(condition, HIGHEST_PORT);
  if (isObstacle(ranges)) return ranges;
  const option = portSide(condition) === 'source' ? '--sports' : '--dports';
  const texts = ranges.map(([low, high]) => (low === high ? String(low) : `${low}:${high}`));
  const perLine = condition.op === 'range' ? 1 : MOST_PORTS;
  const possible = (protocols ?? [TCP, UDP]).filter((number) => number === TCP || number === UDP);
  const ways: Way[] = [];
  for (const protocol of possible)
    for (let from = 0; from < texts.length; from += perLine)
      ways.push({
        place: 'match',
        text: `-m multiport ${not(condition)}${option} ${texts.slice(from, from + perLine).join(',')}`,
        protocol,
      });
  return ways.length > 0 ? ways : 'needs-protocol';
}

function ttl(condition: Predicate, family: 4 | 6): readonly Way[] | Obstacle {
  const ranges = rangesOf(condition, 255);
  if (isObstacle(ranges)) return ranges;
  const match = family === 4 ? '-m ttl --ttl' : '-m hl --hl';
  const [module, option] = match.split(' --');
  return ranges.map(([low, high]): Way => {
    if (low === high) return { place: 'match', text: `${module} ${not(condition)}--${option}-eq ${low}` };
    const above = low > 0 ? [`${module} --${option}-gt ${low - 1}`] : [];
    const below = high < 255 ? [`${module} --${option}-lt ${high + 1}`] : [];
    return { place: 'match', text: [...above, ...below].join(' ') };
  });
}

/** All eight bits: six by name, the two of congestion control by the match that knows them. */
function flags(condition: Predicate, { protocols }: Surroundings): readonly Way[] | Obstacle {
  if (needsProtocol(condition, protocols, [TCP])) return 'needs-protocol';
  if (condition.op === 'ne') return 'no-comparison';
  const values = flagsOf(condition);
  if (isObstacle(values)) return values;
  return values.map((value) => {
    const names = SIX_FLAGS.filter((_, bit) => (value & (1 << bit)) !== 0);
    const ecn = `-m ecn ${value & CWR ? '' : '! '}--ecn-tcp-cwr ${value & ECE ? '' : '! '}--ecn-tcp-ece`;
    return {
      place: 'match',
      text: `-m tcp --tcp-flags ${SIX_FLAGS.join(',')} ${names.join(',') || 'NONE'} ${ecn}`,
      protocol: TCP,
    };
  });
}
