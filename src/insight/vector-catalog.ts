import { REFLECTORS } from '../model/reflectors.ts';

/** A technique of MITRE ATT&CK. */
export interface Technique {
  readonly id: string;
  readonly name: string;
}

const DIRECT: Technique = { id: 'T1498.001', name: 'Direct Network Flood' };
const REFLECTION: Technique = { id: 'T1498.002', name: 'Reflection Amplification' };
const OS_EXHAUSTION: Technique = { id: 'T1499.001', name: 'OS Exhaustion Flood' };
const SERVICE_EXHAUSTION: Technique = { id: 'T1499.002', name: 'Service Exhaustion Flood' };
const APPLICATION_EXHAUSTION: Technique = { id: 'T1499.003', name: 'Application Exhaustion Flood' };

/** One vector that the report knows. */
export interface Vector {
  /** Stable, as `report.json` publishes it. */
  readonly slug: string;
  /** As it stands inside a sentence. */
  readonly name: string;
  /** Absent for what only modifies another vector. */
  readonly technique?: Technique;
  /** By what the data shows it; as it stands in the report. */
  readonly recognition: string;
  readonly note?: string;
  /** Broader names that mean the same traffic: of two that are seen at once the narrower one is told. */
  readonly within?: readonly string[];
}

const vector = (
  slug: string,
  name: string,
  technique: Technique | undefined,
  recognition: string,
  rest: Partial<Vector> = {},
): Vector => ({
  slug,
  name,
  ...(technique && { technique }),
  recognition,
  ...rest,
});
const flagFlood = (slug: string, name: string, flags: string): Vector =>
  vector(slug, name, OS_EXHAUSTION, `TCP packets with ${flags}, far above their usual share`, {
    within: ['tcp-flood'],
  });

const AMPLIFICATIONS: readonly Vector[] = REFLECTORS.map(({ port, protocol, leastBytes }) =>
  vector(
    `${protocol.toLowerCase()}-amplification`,
    `${protocol} amplification`,
    REFLECTION,
    `UDP from port ${port} of many servers${leastBytes > 0 ? `, ${leastBytes} bytes or longer on average` : ''}, far above its usual share`,
    {
      within: ['udp-flood', ...(protocol === 'DNS' ? ['dns-flood'] : [])],
      note: 'The senders are servers that answered to a forged address.',
    },
  ),
);

/** Every vector, told apart by what the data shows and not by what a source calls it. */
export const VECTORS: readonly Vector[] = [
  flagFlood('syn-flood', 'SYN flood', 'the SYN flag alone'),
  flagFlood('syn-ack-flood', 'SYN-ACK flood', 'SYN and ACK'),
  flagFlood('ack-flood', 'ACK flood', 'the ACK flag alone'),
  flagFlood('psh-ack-flood', 'PSH-ACK flood', 'PSH and ACK'),
  flagFlood('rst-flood', 'RST flood', 'the RST flag'),
  flagFlood('fin-flood', 'FIN flood', 'the FIN flag'),
  flagFlood('tcp-anomaly-flood', 'TCP flag anomaly flood', 'flags that no connection uses together'),
  vector('tcp-flood', 'TCP flood', OS_EXHAUSTION, 'TCP packets in the mixture of ordinary traffic, but more of them'),
  vector(
    'syn-ack-reflection',
    'SYN-ACK reflection',
    REFLECTION,
    'SYN-ACK from service ports of many servers, far above its usual share',
    {
      within: ['tcp-flood', 'syn-ack-flood'],
      note: 'The senders are servers that answered to a forged address.',
    },
  ),
  vector(
    'tcp-middlebox-reflection',
    'TCP middlebox reflection',
    REFLECTION,
    'PSH-ACK or RST from service ports of many servers, far above their usual share',
    {
      within: ['tcp-flood', 'psh-ack-flood', 'rst-flood'],
      note: 'The senders are middleboxes that answered to a forged address.',
    },
  ),
  ...AMPLIFICATIONS,
  vector('dns-query-flood', 'DNS query flood', DIRECT, 'Short UDP packets to port 53, far above their usual share', {
    within: ['udp-flood', 'dns-flood'],
  }),
  vector('dns-flood', 'DNS flood', DIRECT, 'DNS packets; the source does not say whether questions or answers'),
  vector('udp-flood', 'UDP flood', DIRECT, 'UDP packets, far above their usual share, that no reflector explains', {
    note: 'Botnets of the Mirai family send such packets.',
  }),
  vector('gre-flood', 'GRE flood', DIRECT, 'IP protocol 47, far above its usual share'),
  vector('esp-flood', 'ESP flood', DIRECT, 'IP protocol 50, far above its usual share'),
  vector('icmp-flood', 'ICMP flood', DIRECT, 'ICMP, far above its usual share'),
  vector(
    'fragment-flood',
    'fragment flood',
    DIRECT,
    'IP fragments without ports, far above their usual share, with no amplification that explains them',
  ),
  vector('ip-flood', 'IP protocol flood', DIRECT, 'Other IP protocols, far above their usual share'),
  vector('http-flood', 'HTTP flood', SERVICE_EXHAUSTION, 'Requests far above the usual rate, or mitigated as a flood'),
  vector(
    'cache-busting',
    'cache busting',
    APPLICATION_EXHAUSTION,
    'At least 30 % of the excess has rare queries that were not seen before',
    {
      note: 'Each request has to be answered by the origin.',
    },
  ),
  vector(
    'login-flood',
    'login flood',
    APPLICATION_EXHAUSTION,
    'At least 30 % of the excess posts to a path under which users sign in',
    {
      note: 'It may be credential stuffing; the intent is not visible.',
    },
  ),
  vector(
    'http2-rapid-reset',
    'HTTP/2 Rapid Reset',
    SERVICE_EXHAUSTION,
    'At least half of the excess is HTTP/2 that the client cancelled (status 499)',
    {
      note: 'An indication of CVE-2023-44487; the requests per connection are not visible.',
    },
  ),
  vector('slowloris', 'Slowloris', SERVICE_EXHAUSTION, 'Few bytes over a long time; not visible in this data', {
    note: 'Needs logs of connections.',
  }),
  vector(
    'carpet-bombing',
    'carpet bombing',
    undefined,
    'The excess hits 32 destination addresses or more, none of them with 20 % of it',
    {
      note: 'A way to aim other vectors.',
    },
  ),
];

const BY_SLUG = new Map(VECTORS.map((one) => [one.slug, one]));

export function findVector(slug: string): Vector | undefined {
  return BY_SLUG.get(slug);
}

/** What sources call a vector, by words that all stand in the name; the first line that fits is taken. */
const WORDS: readonly (readonly [words: readonly string[], slug: string])[] = [
  [['carpet'], 'carpet-bombing'],
  [['slowloris'], 'slowloris'],
  [['rapid', 'reset'], 'http2-rapid-reset'],
  [['cache'], 'cache-busting'],
  [['credential'], 'login-flood'],
  [['login'], 'login-flood'],
  [['http'], 'http-flood'],
  [['https'], 'http-flood'],
  [['fragment'], 'fragment-flood'],
  [['fragments'], 'fragment-flood'],
  [['fragmentation'], 'fragment-flood'],
  [['middlebox'], 'tcp-middlebox-reflection'],
  [['syn', 'ack', 'reflection'], 'syn-ack-reflection'],
  [['synack', 'reflection'], 'syn-ack-reflection'],
  [['syn', 'ack'], 'syn-ack-flood'],
  [['synack'], 'syn-ack-flood'],
  [['syn'], 'syn-flood'],
  [['psh'], 'psh-ack-flood'],
  [['push'], 'psh-ack-flood'],
  [['ack'], 'ack-flood'],
  [['rst'], 'rst-flood'],
  [['fin'], 'fin-flood'],
  [['xmas'], 'tcp-anomaly-flood'],
  [['null'], 'tcp-anomaly-flood'],
  [['gre'], 'gre-flood'],
  [['esp'], 'esp-flood'],
  [['icmp'], 'icmp-flood'],
  [['ping'], 'icmp-flood'],
  [['dns', 'amplification'], 'dns-amplification'],
  [['dns', 'amp'], 'dns-amplification'],
  [['dns', 'reflection'], 'dns-amplification'],
  [['dns', 'query'], 'dns-query-flood'],
  [['dns'], 'dns-flood'],
  [['ldap'], 'cldap-amplification'],
  [['rip'], 'ripv1-amplification'],
  [['rpcbind'], 'portmap-amplification'],
  ...REFLECTORS.filter(({ protocol }) => protocol !== 'DNS').map(
    ({ protocol }) => [[protocol.toLowerCase()], `${protocol.toLowerCase()}-amplification`] as const,
  ),
  [['udp'], 'udp-flood'],
  [['mirai'], 'udp-flood'],
  [['tcp'], 'tcp-flood'],
];

/** The vector that a source means, or undefined for a name of its own. */
export function vectorOfLabel(label: string): Vector | undefined {
  const words = new Set(label.toLowerCase().split(/[^a-z0-9]+/u));
  const found = WORDS.find(([wanted]) => wanted.every((word) => words.has(word)));
  return found && findVector(found[1]);
}

/** `a-name-of-its-own`; `unnamed` where no letter or digit is in it. */
export function slugOf(label: string): string {
  return (
    label
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join('-') ?? 'unnamed'
  );
}
