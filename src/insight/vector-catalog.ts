import { integer } from '../model/inlines.ts';
import type { Message } from '../model/phrase.ts';
import { REFLECTORS } from '../model/reflectors.ts';
import { say } from '../model/say.ts';

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
  readonly recognition: Message;
  readonly note?: Message;
  /** Broader names that mean the same traffic: of two that are seen at once the narrower one is told. */
  readonly within?: readonly string[];
}

const vector = (
  slug: string,
  name: string,
  technique: Technique | undefined,
  recognition: Message,
  rest: Partial<Vector> = {},
): Vector => ({
  slug,
  name,
  ...(technique && { technique }),
  recognition,
  ...rest,
});
const flagFlood = (slug: string, name: string, flags: Message): Vector =>
  vector(slug, name, OS_EXHAUSTION, say`TCP packets with ${flags}, far above their usual share`, {
    within: ['tcp-flood'],
  });

const AMPLIFICATIONS: readonly Vector[] = REFLECTORS.map(({ port, protocol, leastBytes }) =>
  vector(
    `${protocol.toLowerCase()}-amplification`,
    `${protocol} amplification`,
    REFLECTION,
    leastBytes > 0
      ? say`UDP from port ${integer(port)} of many servers, ${integer(leastBytes)} bytes or longer on average, far above its usual share`
      : say`UDP from port ${integer(port)} of many servers, far above its usual share`,
    {
      within: ['udp-flood', ...(protocol === 'DNS' ? ['dns-flood'] : [])],
      note: say`The senders are servers that answered to a forged address.`,
    },
  ),
);

/** Every vector, told apart by what the data shows and not by what a source calls it. */
export const VECTORS: readonly Vector[] = [
  flagFlood('syn-flood', 'SYN flood', say`the SYN flag alone`),
  flagFlood('syn-ack-flood', 'SYN-ACK flood', say`SYN and ACK`),
  flagFlood('ack-flood', 'ACK flood', say`the ACK flag alone`),
  flagFlood('psh-ack-flood', 'PSH-ACK flood', say`PSH and ACK`),
  flagFlood('rst-flood', 'RST flood', say`the RST flag`),
  flagFlood('fin-flood', 'FIN flood', say`the FIN flag`),
  flagFlood('tcp-anomaly-flood', 'TCP flag anomaly flood', say`flags that no connection uses together`),
  vector(
    'tcp-flood',
    'TCP flood',
    OS_EXHAUSTION,
    say`TCP packets in the mixture of ordinary traffic, but more of them`,
  ),
  vector(
    'syn-ack-reflection',
    'SYN-ACK reflection',
    REFLECTION,
    say`SYN-ACK from service ports of many servers, far above its usual share`,
    {
      within: ['tcp-flood', 'syn-ack-flood'],
      note: say`The senders are servers that answered to a forged address.`,
    },
  ),
  vector(
    'tcp-middlebox-reflection',
    'TCP middlebox reflection',
    REFLECTION,
    say`PSH-ACK or RST from service ports of many servers, far above their usual share`,
    {
      within: ['tcp-flood', 'psh-ack-flood', 'rst-flood'],
      note: say`The senders are middleboxes that answered to a forged address.`,
    },
  ),
  ...AMPLIFICATIONS,
  vector('dns-query-flood', 'DNS query flood', DIRECT, say`Short UDP packets to port 53, far above their usual share`, {
    within: ['udp-flood', 'dns-flood'],
  }),
  vector('dns-flood', 'DNS flood', DIRECT, say`DNS packets; the source does not say whether questions or answers`),
  vector('udp-flood', 'UDP flood', DIRECT, say`UDP packets, far above their usual share, that no reflector explains`, {
    note: say`Botnets of the Mirai family send such packets.`,
  }),
  vector('gre-flood', 'GRE flood', DIRECT, say`IP protocol 47, far above its usual share`),
  vector('esp-flood', 'ESP flood', DIRECT, say`IP protocol 50, far above its usual share`),
  vector('icmp-flood', 'ICMP flood', DIRECT, say`ICMP, far above its usual share`),
  vector(
    'fragment-flood',
    'fragment flood',
    DIRECT,
    say`IP fragments without ports, far above their usual share, with no amplification that explains them`,
  ),
  vector('ip-flood', 'IP protocol flood', DIRECT, say`Other IP protocols, far above their usual share`),
  vector(
    'http-flood',
    'HTTP flood',
    SERVICE_EXHAUSTION,
    say`Requests far above the usual rate, or mitigated as a flood`,
  ),
  vector(
    'cache-busting',
    'cache busting',
    APPLICATION_EXHAUSTION,
    say`At least 30 % of the excess has rare queries that were not seen before`,
    {
      note: say`Each request has to be answered by the origin.`,
    },
  ),
  vector(
    'login-flood',
    'login flood',
    APPLICATION_EXHAUSTION,
    say`At least 30 % of the excess posts to a path under which users sign in`,
    {
      note: say`It may be credential stuffing; the intent is not visible.`,
    },
  ),
  vector(
    'http2-rapid-reset',
    'HTTP/2 Rapid Reset',
    SERVICE_EXHAUSTION,
    say`At least half of the excess is HTTP/2 that the client cancelled (status 499)`,
    {
      note: say`An indication of CVE-2023-44487; the requests per connection are not visible.`,
    },
  ),
  vector('slowloris', 'Slowloris', SERVICE_EXHAUSTION, say`Few bytes over a long time; not visible in this data`, {
    note: say`Needs logs of connections.`,
  }),
  vector(
    'carpet-bombing',
    'carpet bombing',
    undefined,
    say`The excess hits 32 destination addresses or more, none of them with 20 % of it`,
    {
      note: say`A way to aim other vectors.`,
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
