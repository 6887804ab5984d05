import { createChooser, type Random } from '../random.ts';
import { forgedAddress, type Internet, type Source } from './addresses.ts';
import type { NetworkAttack } from './plan.ts';
import type { PlantedPredicate } from './scenario-truth.ts';

/** What is in the headers of one packet. */
export interface Packet {
  readonly source: Pick<Source, 'ip' | 'ttl'> & { readonly network?: Source['network'] };
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly length: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Bits of the TCP header. */
  readonly flags: number;
  readonly window: number;
}

export interface PacketAttacker {
  readonly signature: readonly PlantedPredicate[];
  /** Names that the attack goes by; any of them counts. */
  readonly vectors: readonly string[];
  readonly spoofed: boolean;
  draw(random: Random): Packet;
}

const SYN = 2;
const ACK = 16;
const PUSH_ACK = 24;
const highPort = (random: Random) => 1_024 + random.int(64_500);

/** What the customer's own users send: web traffic, QUIC, answers of resolvers and time servers, some pings. */
export function createUsers(random: Random, internet: Internet): (random: Random) => Packet {
  const known = Array.from({ length: 1_800 }, () => internet.client(random));
  const chooseKnown = createChooser(known.map((source) => [source, random.logNormal(1, 1.1)] as const));
  const chooseWindow = createChooser([
    [64_240, 5],
    [65_535, 5],
    [29_200, 3],
    [501, 6],
    [1_026, 5],
    [2_058, 4],
    [8_192, 1],
  ] as const);
  const web = (source: Random, flags: number, length: number) =>
    ({ protocol: 'tcp', flags, length, destinationPort: source.chance(0.93) ? 443 : 80 }) as const;
  const chooseKind = createChooser<
    (source: Random) => Omit<Packet, 'source' | 'sourcePort' | 'window'> & { readonly sourcePort?: number }
  >([
    [(source) => web(source, SYN, source.chance(0.75) ? 60 : 52), 9],
    [(source) => web(source, ACK, 40 + 12 * source.int(2)), 34],
    [(source) => web(source, PUSH_ACK, 60 + Math.min(1_440, Math.floor(source.logNormal(420, 0.9)))), 26],
    [(source) => web(source, 17, 52), 4],
    [
      (source) => ({
        protocol: 'udp',
        flags: 0,
        length: source.chance(0.5) ? 1_228 + source.int(50) : 60 + source.int(500),
        destinationPort: 443,
      }),
      20,
    ],
    [
      (source) => ({
        protocol: 'udp',
        flags: 0,
        length: Math.min(1_480, 90 + Math.floor(source.logNormal(90, 0.9))),
        sourcePort: 53,
        destinationPort: highPort(source),
      }),
      4,
    ],
    [() => ({ protocol: 'udp', flags: 0, length: 76, sourcePort: 123, destinationPort: 123 }), 1],
    [() => ({ protocol: 'icmp', flags: 0, length: 84, sourcePort: 0, destinationPort: 0 }), 1],
  ]);
  return (source) => {
    const kind = chooseKind(source)(source);
    return {
      source: source.chance(0.1) ? internet.client(source) : chooseKnown(source),
      sourcePort: kind.sourcePort ?? highPort(source),
      window: kind.protocol === 'tcp' ? chooseWindow(source) : 0,
      ...kind,
    };
  };
}

/** A packet of a scanner that the customer's own rules drop at all times. */
export function scan(random: Random, internet: Internet): Packet {
  return {
    source: internet.server(random),
    protocol: 'tcp',
    length: 44,
    sourcePort: highPort(random),
    destinationPort: random.pick([22, 23, 445, 3_389, 5_900]),
    flags: SYN,
    window: 1_024,
  };
}

export function createPacketAttacker(
  random: Random,
  parts: { readonly attack: NetworkAttack; readonly internet: Internet; readonly shared: readonly Source[] },
): PacketAttacker {
  const { attack, internet, shared } = parts;
  const size = attack === 'udp-single' ? 1 : Math.round(random.logNormal(isReflection(attack) ? 400 : 1_800, 0.4));
  const machines = Array.from(
    { length: size },
    (_, index) =>
      shared[index] ??
      (attack === 'mimic'
        ? internet.client(random)
        : isReflection(attack)
          ? internet.server(random)
          : internet.bot(random)),
  );
  return KINDS[attack](random, machines, internet);
}

function isReflection(attack: NetworkAttack): boolean {
  return attack === 'dns' || attack === 'ntp' || attack === 'cldap';
}

const udp = { protocol: 'udp', flags: 0, window: 0 } as const;
const forged = (random: Random) => ({ ip: forgedAddress(random), ttl: 32 + random.int(210) });

function reflection(
  name: string,
  port: number,
  low: number,
  high: number,
): (random: Random, machines: readonly Source[]) => PacketAttacker {
  return (_random, machines) => ({
    spoofed: false,
    vectors: [`${name}-amplification`, `${name}-reflection`],
    signature: [
      { field: 'IPProtocol', op: 'eq', value: 17 },
      { field: 'SourcePort', op: 'eq', value: port },
      { field: 'IPTotalLength', op: 'range', value: [low, high] },
    ],
    draw: (source) => ({
      ...udp,
      source: source.pick(machines),
      length: low + source.int(high - low + 1),
      sourcePort: port,
      destinationPort: highPort(source),
    }),
  });
}

const KINDS: Readonly<
  Record<NetworkAttack, (random: Random, machines: readonly Source[], internet: Internet) => PacketAttacker>
> = {
  'syn-forged': (random) => {
    const window = 512 + random.int(4_000);
    return {
      spoofed: true,
      vectors: ['syn-flood'],
      signature: [
        { field: 'TCPFlags', op: 'eq', value: SYN },
        { field: 'TCPWindowSize', op: 'eq', value: window },
      ],
      draw: (source) => ({
        source: forged(source),
        protocol: 'tcp',
        length: 40,
        sourcePort: highPort(source),
        destinationPort: 443,
        flags: SYN,
        window,
      }),
    };
  },
  'syn-botnet': (_random, machines) => ({
    spoofed: false,
    vectors: ['syn-flood'],
    signature: [
      { field: 'TCPFlags', op: 'eq', value: SYN },
      { field: 'IPTotalLength', op: 'eq', value: 40 },
    ],
    draw: (source) => ({
      source: source.pick(machines),
      protocol: 'tcp',
      length: 40,
      sourcePort: highPort(source),
      destinationPort: source.pick([80, 443]),
      flags: SYN,
      window: 1_024 * (1 + source.int(63)),
    }),
  }),
  'ack-forged': (random) => {
    const length = 90 + 2 * random.int(150);
    return {
      spoofed: true,
      vectors: ['ack-flood'],
      signature: [
        { field: 'TCPFlags', op: 'eq', value: ACK },
        { field: 'IPTotalLength', op: 'eq', value: length },
      ],
      draw: (source) => ({
        source: forged(source),
        protocol: 'tcp',
        length,
        sourcePort: highPort(source),
        destinationPort: highPort(source),
        flags: ACK,
        window: source.int(65_536),
      }),
    };
  },
  'udp-mirai': (random, machines) => {
    const length = random.pick([540, 1_052, 1_428]);
    return {
      spoofed: false,
      vectors: ['udp-flood', 'mirai'],
      signature: [
        { field: 'IPProtocol', op: 'eq', value: 17 },
        { field: 'IPTotalLength', op: 'eq', value: length },
      ],
      draw: (source) => ({
        ...udp,
        source: source.pick(machines),
        length,
        sourcePort: 1 + source.int(65_535),
        destinationPort: 1 + source.int(65_535),
      }),
    };
  },
  // As QUIC looks, but from machines whose system starts at 255 hops: their own TTL is not used.
  'udp-ttl': (random, machines) => {
    const low = 100 + random.int(8);
    return {
      spoofed: false,
      vectors: ['udp-flood'],
      signature: [
        { field: 'IPProtocol', op: 'eq', value: 17 },
        { field: 'IPTTL', op: 'range', value: [low + 60, low + 66] },
      ],
      draw: (source) => {
        const machine = source.pick(machines);
        return {
          ...udp,
          source: { ...machine, ttl: low + 60 + (machine.ttl % 7) },
          length: 1_228 + source.int(50),
          sourcePort: highPort(source),
          destinationPort: 443,
        };
      },
    };
  },
  'udp-ports': (random, machines) => {
    const low = 1_000 * (5 + random.int(40));
    return {
      spoofed: false,
      vectors: ['udp-flood'],
      signature: [
        { field: 'IPProtocol', op: 'eq', value: 17 },
        { field: 'SourcePort', op: 'range', value: [low, low + 63] },
      ],
      draw: (source) => ({
        ...udp,
        source: source.pick(machines),
        length: 60 + source.int(1_200),
        sourcePort: low + source.int(64),
        destinationPort: 443,
      }),
    };
  },
  'udp-single': (_random, machines) => ({
    spoofed: false,
    vectors: ['udp-flood'],
    signature: [{ field: 'IPSourceAddress', op: 'eq', value: machines[0]?.ip ?? '' }],
    draw: (source) => ({
      ...udp,
      source: source.pick(machines),
      length: 60 + source.int(1_200),
      sourcePort: highPort(source),
      destinationPort: 443,
    }),
  }),
  dns: reflection('dns', 53, 1_200, 1_479),
  ntp: reflection('ntp', 123, 468, 468),
  cldap: reflection('cldap', 389, 1_380, 1_492),
  icmp: (random, machines) => {
    const length = 500 + random.int(900);
    return {
      spoofed: false,
      vectors: ['icmp-flood', 'ping-flood'],
      signature: [
        { field: 'IPProtocol', op: 'eq', value: 1 },
        { field: 'IPTotalLength', op: 'eq', value: length },
      ],
      draw: (source) => ({
        source: source.pick(machines),
        protocol: 'icmp',
        length,
        sourcePort: 0,
        destinationPort: 0,
        flags: 0,
        window: 0,
      }),
    };
  },
  mimic: (random, machines, internet) => {
    const users = createUsers(random, internet);
    return {
      spoofed: false,
      vectors: [],
      signature: [],
      draw: (source) => ({ ...users(source), source: source.pick(machines) }),
    };
  },
};
