import type { Predicate } from '../../model/signature.ts';
import { type Network, readNetwork } from './address.ts';
import { type Obstacle, rangesOf, valuesOf, wholeNumber } from './language.ts';

// What the languages for packets have in common: protocols, flags, ports and addresses of `network_analytics_logs`.

/** Protocol numbers by the names of the log. */
const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['gre', 47],
  ['esp', 50],
  ['ipv6-icmp', 58],
  ['sctp', 132],
]);

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const ICMP6 = 58;

/** Bits of the flags byte, lowest first. */
export const TCP_FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'] as const;
const FLAG_BITS: ReadonlyMap<string, number> = new Map(TCP_FLAGS.map((flag, bit) => [flag, bit]));
export type TcpFlag = (typeof TCP_FLAGS)[number];

export const HIGHEST_PORT = 65_535;
export const LONGEST_PACKET = 65_535;

/** The numbers of a condition on the protocol. */
export function protocolsOf(condition: Predicate): readonly number[] | Obstacle {
  if (condition.op !== 'eq' && condition.op !== 'ne' && condition.op !== 'in') return 'no-comparison';
  const numbers = valuesOf(condition).map((value) =>
    condition.field === 'IPProtocolName' ? PROTOCOLS.get(String(value).toLowerCase()) : wholeNumber(value, 255),
  );
  const known = numbers.flatMap((number) => number ?? []);
  return known.length < numbers.length || known.length === 0 ? 'impossible-value' : [...new Set(known)];
}

export function protocolName(number: number): string {
  return [...PROTOCOLS].find(([, one]) => one === number)?.[0] ?? String(number);
}

export function isProtocol({ field }: Predicate): boolean {
  return field === 'IPProtocol' || field === 'IPProtocolName';
}

/** Fields that only packets of one protocol have, where they are not zero. */
const OWNERS: ReadonlyMap<string, readonly number[]> = new Map([
  ['TCPFlags', [TCP]],
  ['TCPFlagsString', [TCP]],
  ['UDPPayloadLength', [UDP]],
  ['ICMPType', [ICMP, ICMP6]],
  ['ICMPCode', [ICMP, ICMP6]],
]);

/** The protocols that all of the conditions allow, where any of them names or implies some; none when they contradict each other. */
export function namedProtocols(conditions: readonly Predicate[]): readonly number[] | undefined {
  const [first, ...rest] = conditions.flatMap((condition): (readonly number[])[] => {
    if (isProtocol(condition)) {
      const numbers = condition.op === 'ne' ? 'no-comparison' : protocolsOf(condition);
      return typeof numbers === 'string' ? [] : [numbers];
    }
    const owners = OWNERS.get(condition.field);
    return owners && !allowsZero(condition) ? [owners] : [];
  });
  return first?.filter((number) => rest.every((set) => set.includes(number)));
}

/**
 * Whether a condition on a field of one protocol also says so: zero and "other than" hold for packets that have no such field,
 * in the log as in a rule, but not the same way.
 */
export function needsProtocol(
  condition: Predicate,
  protocols: readonly number[] | undefined,
  own: readonly number[],
): boolean {
  if (protocols && protocols.length > 0 && protocols.every((number) => own.includes(number))) return false;
  return allowsZero(condition);
}

function allowsZero(condition: Predicate): boolean {
  if (condition.op === 'ne') return true;
  return condition.op === 'range'
    ? condition.value[0] <= 0
    : valuesOf(condition).some((value) => Number(value ?? 0) === 0);
}

/** The values of the flags byte that a condition names, whether the log wrote a number or `PSH-ACK`. */
export function flagsOf(condition: Predicate): readonly number[] | Obstacle {
  if (condition.op !== 'eq' && condition.op !== 'ne' && condition.op !== 'in') return 'no-comparison';
  if (condition.field === 'TCPFlags') {
    const ranges = rangesOf(condition, 255);
    return typeof ranges === 'string' ? ranges : ranges.map(([low]) => low);
  }
  const values = valuesOf(condition).map(readFlags);
  const known = values.flatMap((value) => value ?? []);
  return known.length < values.length || known.length === 0 ? 'impossible-value' : [...new Set(known)];
}

function readFlags(value: string | number | null): number | undefined {
  let flags = 0;
  for (const name of String(value).toLowerCase().split('-')) {
    const bit = FLAG_BITS.get(name);
    if (bit === undefined) return undefined;
    flags |= 1 << bit;
  }
  return flags;
}

export function flagNames(flags: number): readonly TcpFlag[] {
  return TCP_FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0);
}

/** The addresses or prefixes of a condition. */
export function networksOf(condition: Predicate): readonly Network[] | Obstacle {
  if (condition.op !== 'eq' && condition.op !== 'ne' && condition.op !== 'in') return 'no-comparison';
  const networks = valuesOf(condition).map((value) => readNetwork(String(value)));
  const known = networks.flatMap((network) => network ?? []);
  return known.length < networks.length || known.length === 0 ? 'impossible-value' : known;
}

const ADDRESS_SIDES: ReadonlyMap<string, 'source' | 'destination'> = new Map([
  ['IPSourceAddress', 'source'],
  ['IPSourceSubnet', 'source'],
  ['IPDestinationAddress', 'destination'],
  ['IPDestinationSubnet', 'destination'],
]);

export function addressSide({ field }: Predicate): 'source' | 'destination' | undefined {
  return ADDRESS_SIDES.get(field);
}

const PORT_SIDES: ReadonlyMap<string, 'source' | 'destination'> = new Map([
  ['SourcePort', 'source'],
  ['DestinationPort', 'destination'],
]);

export function portSide({ field }: Predicate): 'source' | 'destination' | undefined {
  return PORT_SIDES.get(field);
}

/** The one address family of all addresses of a rule; 4 when it has none that says. */
export function familyOf(conditions: readonly Predicate[]): 4 | 6 | 'mixed-families' {
  const families = new Set(
    conditions
      .filter((condition) => addressSide(condition) !== undefined)
      .flatMap((condition) => {
        const networks = networksOf(condition);
        return typeof networks === 'string' ? [] : networks.map(({ family }) => family);
      }),
  );
  if (families.size > 1) return 'mixed-families';
  return families.has(6) ? 6 : 4;
}
