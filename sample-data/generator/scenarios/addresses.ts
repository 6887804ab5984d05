import { NETWORKS, type Network } from '../internet.ts';
import { createChooser, type Random } from '../random.ts';

/**
 * Addresses of scenarios. They look like the public internet and not like documentation ranges, because whether an address can be
 * announced at all is one of the things that are measured. They live in scratch files only.
 */
export interface Source {
  readonly ip: string;
  readonly network: Network;
  /** Value of the TTL field on arrival; the same for all packets of a source that is not forged. */
  readonly ttl: number;
}

/** First octets of which every address can be announced. */
const PUBLIC_FIRST = Array.from({ length: 222 }, (_, index) => index + 1).filter(
  (first) => ![10, 100, 127, 169, 172, 192, 198, 203].includes(first),
);
const BLOCKS_PER_NETWORK = 5;

export interface Internet {
  /** An address of a household or a company that the customer's clients live in. */
  client(random: Random): Source;
  /** A machine of a botnet: half of them in the same networks as the clients, half in hosting networks. */
  bot(random: Random): Source;
  /** An address in hosting networks only. */
  server(random: Random): Source;
}

/** An internet of the invented networks, with blocks of addresses that belong to this seed. */
export function createInternet(random: Random): Internet {
  const blocks = new Map(
    NETWORKS.map((network) => [
      network,
      Array.from({ length: BLOCKS_PER_NETWORK }, () => `${random.pick(PUBLIC_FIRST)}.${random.int(256)}`),
    ]),
  );
  const weigh = (kind: Network['kind'] | 'any') =>
    createChooser(
      NETWORKS.filter((network) => kind === 'any' || network.kind === kind).map(
        (network) => [network, random.logNormal(1, 1)] as const,
      ),
    );
  const [homes, everywhere, hosting] = [weigh('access'), weigh('any'), weigh('hosting')];
  const draw = (source: Random, choose: (random: Random) => Network): Source => {
    const network = choose(source);
    const block = source.pick(blocks.get(network) ?? []);
    const ip = `${block}.${source.int(256)}.${1 + source.int(254)}`;
    return { ip, network, ttl: ttlOf(source) };
  };
  return {
    client: (source) => draw(source, source.chance(0.04) ? everywhere : homes),
    bot: (source) => draw(source, source.chance(0.5) ? homes : hosting),
    server: (source) => draw(source, hosting),
  };
}

const initialTtl = createChooser([
  [64, 60],
  [128, 36],
  [255, 4],
]);

/** Initial TTL of an operating system less the hops. */
function ttlOf(random: Random): number {
  return initialTtl(random) - 6 - Math.min(20, Math.floor(random.logNormal(7, 0.4)));
}

/** A forged source: any 32 bits, so that a good part of them was never announced by anybody. */
export function forgedAddress(random: Random): string {
  return Array.from({ length: 4 }, () => random.int(256)).join('.');
}
