import type { AttackStats, KindStats, PacketKind, TraitStats, VectorStats, WaveStats } from '../aggregate/aggregate.ts';
import type { Measure } from '../model/measure.ts';
import type { Message } from '../model/phrase.ts';
import { REFLECTORS } from '../model/reflectors.ts';
import { say } from '../model/say.ts';
import type { Layer } from '../model/traffic.ts';
import { findVector, slugOf, type Technique, vectorOfLabel } from './vector-catalog.ts';
import { vectorName } from './vector-names.ts';

/** One vector of a wave. */
export interface NamedVector {
  /** Stable, as `report.json` publishes it. */
  readonly slug: string;
  /** As it stands inside a sentence. */
  readonly name: string;
  readonly technique?: Technique;
  /** Named by a source, or recognised in the data alone. */
  readonly from: 'source' | 'data';
  /** Share of all traffic of its layer in the wave, and before; absent where the data shows none. */
  readonly share?: Measure;
  readonly shareBefore?: number;
}

/** Below this number of records nothing is recognised. */
const LEAST_ROWS = 10;
/** A kind is a vector from this share of the excess on … */
const LEAST_SHARE = 0.05;
/** … when that is so many times its usual share, and it has at least doubled … */
const FAR_ABOVE = 3;
/** … or when it is a large part of the excess, and clearly more than usual. */
const LARGE_SHARE = 0.3;
const CLEARLY_MORE = 0.25;
/** Most of the excess. */
const DOMINANT = 0.5;
/** Without any time to compare with: of the mitigated traffic … */
const LEAST_OF_MITIGATED = 0.1;
/** … and so much of the kind itself was mitigated. */
const MOSTLY_MITIGATED = 1 / 3;
/** An excess below this share of the traffic shows nothing. */
const LEAST_EXCESS = 0.05;
/** So many different senders at least reflect. */
const FEWEST_SERVERS = 10;
/** Replies are most of what they are the evidence for. */
const MOSTLY_REPLIES = 0.8;
/** DNS questions are shorter than this. */
const LONGEST_QUERY_BYTES = 300;
const CARPET_TARGETS = 32;
const CARPET_SHARE = 0.2;
const PART_OF_REQUESTS = 0.3;

/** The vectors of a wave, those of the source first and largest first; a vector is named once, whatever it is called. */
export function vectorsOf(wave: WaveStats): NamedVector[] {
  const seen = wave.vectorStats.flatMap((stats) => recognise(stats, wave));
  const named: NamedVector[] = [];
  const taken = new Set<string>();
  for (const label of wave.vectors) {
    const vector = vectorOfLabel(label);
    // What the data shows more closely than the source says is told by the closer name.
    const told = seen.filter((one) => vector && (one.slug === vector.slug || isWithin(one.slug, vector.slug)));
    const stated: NamedVector = {
      slug: vector?.slug ?? slugOf(label),
      name: vectorName(label),
      ...(vector?.technique && { technique: vector.technique }),
      from: 'source',
    };
    for (const one of told.length > 0 ? told : [stated]) {
      if (taken.has(one.slug)) continue;
      taken.add(one.slug);
      named.push(one.slug === stated.slug ? { ...one, ...stated } : { ...one, from: 'source' });
    }
  }
  // A broader name of the data for what only a source names more closely is the same traffic once more.
  const onlyStated = named.filter((one) => !seen.some((other) => other.slug === one.slug));
  const more = seen.filter(
    (one) => !taken.has(one.slug) && !onlyStated.some((other) => isWithin(other.slug, one.slug)),
  );
  return [...named, ...more];
}

/** The vectors of all waves, each once, in the order in which they appear. */
export function vectorsOfAll(stats: AttackStats): NamedVector[] {
  const found = new Map<string, NamedVector>();
  for (const vector of stats.waves.flatMap(vectorsOf)) if (!found.has(vector.slug)) found.set(vector.slug, vector);
  return [...found.values()];
}

/** Techniques against what answers requests; all others are sent as packets. */
const REQUEST_TECHNIQUES: ReadonlySet<string> = new Set(['T1499.002', 'T1499.003']);

/** The layer that a vector is seen on. */
export function layerOfVector({ slug, technique }: Pick<NamedVector, 'slug' | 'technique'>): Layer {
  return (technique && REQUEST_TECHNIQUES.has(technique.id)) || slug.includes('http') ? 'http' : 'network';
}

/** Slug of a vector by any of its names, or by its slug. */
export function slugOfVector(stated: string): string {
  return (findVector(stated) ?? vectorOfLabel(stated))?.slug ?? slugOf(stated);
}

function isWithin(slug: string, broader: string): boolean {
  return findVector(slug)?.within?.includes(broader) === true;
}

function recognise(stats: VectorStats, wave: WaveStats): NamedVector[] {
  return stats.layer === 'http' ? recogniseRequests(stats, wave) : recognisePackets(stats);
}

function named(slug: string, trait?: TraitStats): NamedVector {
  const vector = findVector(slug);
  return {
    slug,
    name: vector?.name ?? slug,
    ...(vector?.technique && { technique: vector.technique }),
    from: 'data',
    ...(trait && { share: trait.share, ...(trait.shareBefore !== undefined && { shareBefore: trait.shareBefore }) }),
  };
}

function recogniseRequests({ all, traits, hasBaseline }: VectorStats, wave: WaveStats): NamedVector[] {
  const excess = hasBaseline ? Math.max(all.excess, all.excessMitigated ?? 0) : all.total.value;
  const isFlood = wave.basis !== 'timeline' || excess >= LEAST_EXCESS * all.total.value;
  if (!isFlood || all.rows < LEAST_ROWS) return [];
  const isPart = (trait: TraitStats | undefined, share: number): trait is TraitStats =>
    trait !== undefined &&
    trait.rows >= LEAST_ROWS &&
    trait.excess >= share * excess &&
    trait.excess >= trait.total.value / 2;
  return [
    // Requests of the flood are not told from others here, so it has no share of its own.
    named('http-flood'),
    ...(isPart(traits?.newQueries, PART_OF_REQUESTS) ? [named('cache-busting', traits?.newQueries)] : []),
    ...(isPart(traits?.signIns, PART_OF_REQUESTS) ? [named('login-flood', traits?.signIns)] : []),
    ...(isPart(traits?.cancelled, DOMINANT) ? [named('http2-rapid-reset', traits?.cancelled)] : []),
  ];
}

function recognisePackets(stats: VectorStats): NamedVector[] {
  const kinds = foldPlainUdp(stats.kinds);
  const weighed = weigh(stats, kinds);
  const shown = kinds.filter((kind) => weighed(kind));
  const isAmplified = shown.some((kind) => reflectorOf(kind.kind));
  const found = shown
    .filter((kind) => !(kind.kind === 'fragment' && isAmplified))
    .map((kind) => named(slugOfKind(kind), kind));
  const plain = found.length === 0 ? plainFlood(stats) : [];
  const vectors = [...found, ...plain].filter(
    (one, index, all) => all.findIndex((other) => other.slug === one.slug) === index,
  );
  const { targets } = stats;
  const isCarpet =
    vectors.length > 0 && targets && targets.count >= CARPET_TARGETS && targets.largestShare < CARPET_SHARE;
  return isCarpet ? [...vectors, named('carpet-bombing')] : vectors;
}

/** Whether a kind is a vector: judged by packets, by bytes, and by what was mitigated. */
function weigh(stats: VectorStats, kinds: readonly KindStats[]): (kind: KindStats) => boolean {
  const positive = (value: number | undefined) => Math.max(0, value ?? 0);
  const sum = (of: (kind: KindStats) => number) => kinds.reduce((total, kind) => total + of(kind), 0);
  const excess = sum((kind) => positive(kind.excess));
  const excessBytes = sum((kind) => positive(kind.excessBytes));
  const usual = sum((kind) => kind.total.value - kind.excess);
  const usualBytes = sum((kind) => (kind.bytes ?? 0) - (kind.excessBytes ?? 0));
  const mitigated = sum((kind) => positive(kind.excessMitigated));
  const isMitigated = (kind: KindStats) =>
    positive(kind.excessMitigated) >= LEAST_OF_MITIGATED * mitigated &&
    positive(kind.excessMitigated) >= MOSTLY_MITIGATED * kind.total.value;
  if (!stats.hasBaseline) {
    const acted = mitigated >= LEAST_EXCESS * stats.all.total.value;
    return (kind) => {
      if (kind.rows < LEAST_ROWS) return false;
      if (acted) return isMitigated(kind);
      return kind.excess >= (reflectorOf(kind.kind) ? LEAST_OF_MITIGATED : DOMINANT) * excess;
    };
  }
  return (kind) => {
    if (kind.rows < LEAST_ROWS) return false;
    if (mitigated >= LEAST_EXCESS * stats.all.total.value && isMitigated(kind)) return true;
    if (excess < LEAST_EXCESS * stats.all.total.value) return false;
    const share = kind.excess / excess;
    const before = usual > 0 ? (kind.total.value - kind.excess) / usual : 0;
    const isFar = (own: number, base: number, grown: boolean) => own >= LEAST_SHARE && own >= FAR_ABOVE * base && grown;
    if (isFar(share, before, kind.excess >= kind.total.value / 2)) return true;
    if (share >= LARGE_SHARE && share >= before + CLEARLY_MORE * (1 - before)) return true;
    if (kind.bytes === undefined || kind.excessBytes === undefined || excessBytes <= 0) return false;
    const bytesBefore = usualBytes > 0 ? (kind.bytes - kind.excessBytes) / usualBytes : 0;
    return isFar(kind.excessBytes / excessBytes, bytesBefore, kind.excessBytes >= kind.bytes / 2);
  };
}

/** The reflector behind a kind that `foldPlainUdp` has left apart. */
function reflectorOf(kind: PacketKind): (typeof REFLECTORS)[number] | undefined {
  return REFLECTORS.find(({ port }) => kind === `udp-from-${port}`);
}

/** What comes from the port of a reflector but is too short, or from too few senders, is UDP like any other. */
function foldPlainUdp(kinds: readonly KindStats[]): KindStats[] {
  const isPlain = (kind: KindStats) => {
    const reflector = reflectorOf(kind.kind);
    const length = meanLength(kind);
    if (reflector)
      return (
        (length ?? reflector.leastBytes) < reflector.leastBytes || (kind.sources ?? FEWEST_SERVERS) < FEWEST_SERVERS
      );
    return kind.kind === 'udp-to-53' && (length ?? 0) > LONGEST_QUERY_BYTES;
  };
  const folded = kinds.filter((kind) => kind.kind === 'udp' || isPlain(kind));
  const [first, ...rest] = folded;
  if (!first) return [...kinds];
  return [...kinds.filter((kind) => !folded.includes(kind)), { ...rest.reduce(joinKinds, first), kind: 'udp' }];
}

/** Mean length in bytes of what exceeds the time before. */
function meanLength({ excess, excessBytes }: KindStats): number | undefined {
  return excessBytes !== undefined && excess > 0 ? excessBytes / excess : undefined;
}

function joinKinds(a: KindStats, b: KindStats): KindStats {
  const both = (one: number | undefined, other: number | undefined) =>
    one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
  const sums = {
    shareBefore: both(a.shareBefore, b.shareBefore),
    excessMitigated: both(a.excessMitigated, b.excessMitigated),
    bytes: both(a.bytes, b.bytes),
    excessBytes: both(a.excessBytes, b.excessBytes),
  };
  const added = (one: Measure, other: Measure): Measure => ({
    value: one.value + other.value,
    unit: one.unit,
    kind: one.kind,
    evidence: one.evidence,
  });
  return {
    kind: a.kind,
    total: added(a.total, b.total),
    share: added(a.share, b.share),
    rows: a.rows + b.rows,
    excess: a.excess + b.excess,
    ...Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== undefined)),
  };
}

const SLUGS: Readonly<Record<Exclude<PacketKind, `udp-from-${number}`>, string>> = {
  'tcp-syn': 'syn-flood',
  'tcp-syn-ack': 'syn-ack-flood',
  'tcp-ack': 'ack-flood',
  'tcp-psh-ack': 'psh-ack-flood',
  'tcp-rst': 'rst-flood',
  'tcp-fin': 'fin-flood',
  'tcp-odd': 'tcp-anomaly-flood',
  tcp: 'tcp-flood',
  'udp-to-53': 'dns-query-flood',
  udp: 'udp-flood',
  icmp: 'icmp-flood',
  gre: 'gre-flood',
  esp: 'esp-flood',
  fragment: 'fragment-flood',
  other: 'ip-flood',
};

const KIND_NAMES: Readonly<Record<keyof typeof SLUGS, Message>> = {
  'tcp-syn': say`SYN`,
  'tcp-syn-ack': say`SYN-ACK`,
  'tcp-ack': say`ACK`,
  'tcp-psh-ack': say`PSH-ACK`,
  'tcp-rst': say`RST`,
  'tcp-fin': say`FIN`,
  'tcp-odd': say`odd TCP`,
  tcp: say`TCP`,
  'udp-to-53': say`DNS query`,
  udp: say`UDP`,
  icmp: say`ICMP`,
  gre: say`GRE`,
  esp: say`ESP`,
  fragment: say`IP fragment`,
  other: say`other IP`,
};

function slugOfKind(stats: KindStats): string {
  const { kind } = stats;
  const reflector = reflectorOf(kind);
  if (reflector) return `${reflector.protocol.toLowerCase()}-amplification`;
  const repliesOf =
    (stats.excessReplies ?? 0) >= MOSTLY_REPLIES * stats.excess && (stats.sources ?? 0) >= FEWEST_SERVERS;
  if (repliesOf && kind === 'tcp-syn-ack') return 'syn-ack-reflection';
  if (repliesOf && (kind === 'tcp-psh-ack' || kind === 'tcp-rst')) return 'tcp-middlebox-reflection';
  // Every kind that is no reflector has a name of its own.
  return SLUGS[kind as keyof typeof SLUGS];
}

/** What packets of a kind are called: `SYN`, `DNS reply`. */
export function packetsName(kind: PacketKind): Message {
  const reflector = reflectorOf(kind);
  if (reflector) return say`${[reflector.protocol]} reply`;
  return KIND_NAMES[kind as keyof typeof SLUGS];
}

/** Traffic in its ordinary mixture, but more of it, is told by its transport alone. */
function plainFlood({ all, kinds, hasBaseline }: VectorStats): NamedVector[] {
  if (!hasBaseline || all.rows < LEAST_ROWS || all.excess < LEAST_EXCESS * all.total.value) return [];
  const of = (prefix: string) => kinds.filter(({ kind }) => kind.startsWith(prefix));
  const excessOf = (some: readonly KindStats[]) => some.reduce((total, { excess }) => total + excess, 0);
  const [tcp, udp] = [of('tcp'), of('udp')];
  const [larger, slug] = excessOf(udp) > excessOf(tcp) ? [udp, 'udp-flood'] : [tcp, 'tcp-flood'];
  const [first, ...rest] = larger;
  return first && excessOf(larger) >= DOMINANT * all.excess ? [named(slug, rest.reduce(joinKinds, first))] : [];
}
