import { ipv4Of, NETWORKS, type Network, networkOf } from '../internet.ts';
import { createChooser, type Random } from '../random.ts';

/** Where a packet says it comes from. `network` is undefined for addresses that nobody announces. */
export interface PacketSource {
  readonly address: string;
  readonly network: Network | undefined;
  readonly ttl: number;
}

/** Address space that never reaches the public internet from its owner: a share of any randomly forged set of sources. */
const UNROUTED: readonly (readonly [first: number, second: number | undefined])[] = [
  [0, undefined],
  [10, undefined],
  [100, 64],
  [127, undefined],
  [169, 254],
  [172, 16],
  [192, 168],
  [240, undefined],
  [245, undefined],
  [251, undefined],
];

/**
 * A forged source. One in five falls into unrouted space; the rest is drawn from 198.18.0.0/15, the benchmarking range,
 * which stands in for the public internet so that no real address is ever printed. Forged TTLs are spread evenly.
 */
export function spoofed(random: Random): PacketSource {
  const ttl = 30 + random.int(220);
  if (random.chance(0.19)) {
    const [first, second] = random.pick(UNROUTED);
    const rest = [second ?? random.int(256), random.int(256), 1 + random.int(254)];
    return { address: [first, ...rest].join('.'), network: undefined, ttl };
  }
  const block = random.int(512);
  const network = NETWORKS[block % NETWORKS.length];
  return { address: `198.${18 + (block >>> 8)}.${block & 255}.${1 + random.int(254)}`, network, ttl };
}

const chooseResolverHome = createChooser<Network>(
  NETWORKS.map((network) => [network, network.kind === 'access' ? 1 : 2.4]),
);

/** An open resolver that answers to a forged question; some answer far more than others. */
export function reflector(random: Random): PacketSource {
  const network = chooseResolverHome(random);
  const host = Math.floor(random.next() * random.next() * 15);
  return { address: ipv4Of(network, host), network, ttl: 46 + ((network.index * 7 + host) % 14) };
}

const chooseHome = createChooser<Network>(
  (
    [
      [64502, 44],
      [64503, 31],
      [65546, 12],
      [64500, 6],
      [64504, 4],
      [65537, 3],
    ] as const
  ).map(([asn, weight]) => [networkOf(asn), weight]),
);

/** A customer of the bank at home or at work. */
export function shopperAddress(random: Random): PacketSource {
  const network = chooseHome(random);
  const host = random.int(15);
  return {
    address: ipv4Of(network, host),
    network,
    ttl: (host % 3 === 0 ? 128 : 64) - 8 - ((network.index + host) % 9),
  };
}
