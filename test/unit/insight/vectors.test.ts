import { describe, expect, it } from 'vitest';
import type { KindStats, PacketKind, TraitStats, VectorStats, WaveStats } from '../../../src/aggregate/aggregate.ts';
import { findVector, slugOf, VECTORS, vectorOfLabel } from '../../../src/insight/vector-catalog.ts';
import { vectorsOf } from '../../../src/insight/vectors.ts';
import type { Measure } from '../../../src/model/measure.ts';

/** Names whose words say less than what they are recognised by; nobody but us uses them. */
const KNOWN_AS = new Map([['tcp-anomaly-flood', 'tcp-flood']]);

function measure(value: number, unit: Measure['unit']): Measure {
  return { value, unit, kind: 'counted', evidence: ['in1'] };
}

/** Of 10 000 packets in the wave, `total` of this kind, where `usual` were to be expected. */
function kind(name: PacketKind, total: number, usual: number, more: Partial<KindStats> = {}): KindStats {
  return {
    kind: name,
    total: measure(total, 'packets'),
    share: measure(total / 10_000, 'share'),
    shareBefore: usual / 2_000,
    rows: total,
    excess: total - usual,
    ...more,
  };
}

/** Customers as usual: 2 000 packets, most of them of open connections. */
const CUSTOMERS = [
  kind('tcp-psh-ack', 1_210, 1_200),
  kind('tcp-ack', 590, 600),
  kind('tcp-syn', 105, 100),
  kind('udp', 98, 100),
];

function network(kinds: readonly KindStats[], more: Partial<VectorStats> = {}): VectorStats {
  const sum = (of: (one: KindStats) => number) => kinds.reduce((total, one) => total + of(one), 0);
  const total = sum((one) => one.total.value);
  return {
    layer: 'network',
    hasBaseline: true,
    all: {
      total: measure(total, 'packets'),
      share: measure(1, 'share'),
      rows: total,
      excess: sum((one) => one.excess),
    },
    kinds,
    ...more,
  };
}

function trait(total: number, excess: number): TraitStats {
  return { total: measure(total, 'requests'), share: measure(total / 10_000, 'share'), rows: total, excess };
}

function http(traits: VectorStats['traits'], more: Partial<VectorStats> = {}): VectorStats {
  return { layer: 'http', hasBaseline: true, all: trait(10_000, 8_000), kinds: [], ...(traits && { traits }), ...more };
}

function wave(vectorStats: readonly VectorStats[], more: Partial<WaveStats> = {}): WaveStats {
  return {
    number: 1,
    start: 0,
    end: 60_000,
    uncertaintyMs: 1_000,
    layers: vectorStats.map((stats) => stats.layer),
    basis: 'volume',
    attackIds: [],
    vectors: [],
    vectorStats,
    targets: [],
    peaks: [],
    ...more,
  };
}

const slugs = (...stats: readonly VectorStats[]) => vectorsOf(wave(stats)).map((vector) => vector.slug);
const withKinds = (...attack: readonly KindStats[]) => {
  const own = new Set(attack.map((one) => one.kind));
  return network([...attack, ...CUSTOMERS.filter((one) => !own.has(one.kind))]);
};

describe('vectors of packets', () => {
  it.each([
    ['syn-flood', kind('tcp-syn', 8_100, 100)],
    ['syn-ack-flood', kind('tcp-syn-ack', 8_000, 20)],
    ['rst-flood', kind('tcp-rst', 8_000, 20)],
    ['fin-flood', kind('tcp-fin', 8_000, 20)],
    ['tcp-anomaly-flood', kind('tcp-odd', 8_000, 0)],
    ['udp-flood', kind('udp', 8_100, 100)],
    ['gre-flood', kind('gre', 8_000, 0)],
    ['esp-flood', kind('esp', 8_000, 0)],
    ['icmp-flood', kind('icmp', 8_000, 10)],
    ['ip-flood', kind('other', 8_000, 0)],
  ])('are a %s by what grew out of its usual share', (slug, attack) => {
    expect(slugs(withKinds(attack))).toEqual([slug]);
  });

  it('are an ACK flood also where every third packet is an ACK anyway', () => {
    expect(slugs(withKinds(kind('tcp-ack', 1_100, 600)))).toEqual(['ack-flood']);
  });

  it('are no flood of any kind when all kinds grow alike', () => {
    const grown = CUSTOMERS.map((one) =>
      kind(one.kind, 4 * (one.total.value - one.excess), one.total.value - one.excess),
    );
    expect(slugs(network(grown))).toEqual(['tcp-flood']);
  });

  it('are named each when several are mixed, the strays of ordinary traffic not', () => {
    expect(slugs(withKinds(kind('tcp-syn', 6_000, 100), kind('gre', 1_500, 0), kind('icmp', 60, 2)))).toEqual([
      'syn-flood',
      'gre-flood',
    ]);
  });

  it('are an amplification by long packets from the port of many servers', () => {
    const answers = (more: Partial<KindStats>) => kind('udp-from-53', 3_000, 40, more);
    // 2 960 packets too many with 3 848 000 bytes: 1 300 bytes each.
    const long = { bytes: 3_852_000, excessBytes: 3_848_000 };
    expect(slugs(withKinds(answers({ ...long, sources: 400 })))).toEqual(['dns-amplification']);
    expect(slugs(withKinds(answers({ ...long, sources: 3 })))).toEqual(['udp-flood']);
    // 2 960 packets too many with 177 600 bytes: 60 bytes each are no answers worth a forged question.
    expect(slugs(withKinds(answers({ bytes: 180_000, excessBytes: 177_600, sources: 400 })))).toEqual(['udp-flood']);
    const fragments = kind('fragment', 2_000, 0, { bytes: 3_000_000, excessBytes: 3_000_000 });
    expect(slugs(withKinds(answers({ ...long, sources: 400 }), fragments))).toEqual(['dns-amplification']);
    expect(slugs(withKinds(fragments))).toEqual(['fragment-flood']);
  });

  it('are an amplification that is few packets but many bytes', () => {
    const kinds = [
      kind('tcp-syn', 9_000, 100, { bytes: 540_000, excessBytes: 534_000 }),
      kind('udp-from-11211', 300, 0, { bytes: 420_000, excessBytes: 420_000, sources: 80 }),
    ];
    expect(slugs(withKinds(...kinds))).toEqual(['syn-flood', 'memcached-amplification']);
  });

  it('are DNS questions when they are short and go to port 53', () => {
    expect(slugs(withKinds(kind('udp-to-53', 5_000, 50, { bytes: 350_000, excessBytes: 346_000 })))).toEqual([
      'dns-query-flood',
    ]);
    expect(slugs(withKinds(kind('udp-to-53', 5_000, 50, { bytes: 6_900_000, excessBytes: 6_900_000 })))).toEqual([
      'udp-flood',
    ]);
  });

  it('are reflected TCP when they come from the ports of services of many servers', () => {
    const replies = { sources: 900, excessReplies: 7_900 };
    expect(slugs(withKinds(kind('tcp-syn-ack', 8_000, 20, replies)))).toEqual(['syn-ack-reflection']);
    expect(slugs(withKinds(kind('tcp-rst', 8_000, 20, replies)))).toEqual(['tcp-middlebox-reflection']);
    expect(slugs(withKinds(kind('tcp-rst', 8_000, 20, { ...replies, excessReplies: 400 })))).toEqual(['rst-flood']);
  });

  it('bomb a carpet over 32 addresses of which none stands out', () => {
    const flood = (count: number, largestShare: number) => ({
      ...withKinds(kind('udp', 8_100, 100)),
      targets: { count, largestShare },
    });
    expect(slugs(flood(32, 0.19))).toEqual(['udp-flood', 'carpet-bombing']);
    expect(slugs(flood(31, 0.19))).toEqual(['udp-flood']);
    expect(slugs(flood(500, 0.2))).toEqual(['udp-flood']);
  });

  it('are told by what was mitigated where no time is there to compare with', () => {
    const drop = (one: KindStats, share: number): KindStats => ({
      ...one,
      excess: one.total.value,
      excessMitigated: share * one.total.value,
    });
    const kinds = [drop(kind('tcp-syn', 8_000, 0), 0.95), ...CUSTOMERS.slice(0, 2).map((one) => drop(one, 0.01))];
    expect(slugs(network(kinds, { hasBaseline: false }))).toEqual(['syn-flood']);
    const unknown = [
      kind('tcp-syn', 8_000, 0),
      kind('tcp-psh-ack', 2_000, 0),
      kind('udp-from-123', 1_500, 0, { sources: 50 }),
    ];
    expect(slugs(network(unknown, { hasBaseline: false }))).toEqual(['syn-flood', 'ntp-amplification']);
  });

  it('are not named when next to nothing exceeds the time before, or too few records show it', () => {
    expect(slugs(network(CUSTOMERS))).toEqual([]);
    expect(slugs(withKinds(kind('gre', 9, 0, { rows: 9 })))).toEqual([]);
  });
});

describe('vectors of requests', () => {
  it('are cache busting when at least 30 % of the excess has new, rare queries', () => {
    expect(slugs(http({ newQueries: trait(2_600, 2_400) }))).toEqual(['http-flood', 'cache-busting']);
    expect(slugs(http({ newQueries: trait(2_600, 2_399) }))).toEqual(['http-flood']);
    // Most of them were to be expected: users search.
    expect(slugs(http({ newQueries: trait(6_000, 2_900) }))).toEqual(['http-flood']);
  });

  it('are a login flood when at least 30 % of the excess posts to sign in', () => {
    expect(slugs(http({ signIns: trait(7_000, 6_900) }))).toEqual(['http-flood', 'login-flood']);
    expect(slugs(http({ signIns: trait(1_000, 900) }))).toEqual(['http-flood']);
  });

  it('hint at Rapid Reset when half of the excess was cancelled', () => {
    expect(slugs(http({ cancelled: trait(4_100, 4_000) }))).toEqual(['http-flood', 'http2-rapid-reset']);
  });

  it('are nothing where people state an attack that the requests do not show', () => {
    const stats = http(undefined, { all: trait(10_000, 300) });
    expect(vectorsOf(wave([stats], { basis: 'timeline' }))).toEqual([]);
    expect(vectorsOf(wave([stats], { basis: 'mitigation' })).map((vector) => vector.slug)).toEqual(['http-flood']);
  });
});

describe('vectors that a source names', () => {
  const told = (labels: readonly string[], ...stats: readonly VectorStats[]) =>
    vectorsOf(wave(stats, { vectors: labels })).map((vector) => [vector.slug, vector.name, vector.from]);
  const dns = withKinds(kind('udp-from-53', 8_000, 40, { bytes: 10_400_000, excessBytes: 10_398_000, sources: 400 }));

  it('keep their name and are not named again by the data', () => {
    expect(told(['SYN Flood'], withKinds(kind('tcp-syn', 8_100, 100)))).toEqual([['syn-flood', 'SYN flood', 'source']]);
    expect(told(['DNS Amplification'], dns)).toEqual([['dns-amplification', 'DNS amplification', 'source']]);
  });

  it('are told by the closer name that the data shows', () => {
    expect(told(['DNS Flood'], dns)).toEqual([['dns-amplification', 'DNS amplification', 'source']]);
    expect(told(['UDP Flood'], dns)).toEqual([['dns-amplification', 'DNS amplification', 'source']]);
    expect(told(['DNS Flood'])).toEqual([['dns-flood', 'DNS flood', 'source']]);
  });

  it('stand for the broader name that is all the data can tell', () => {
    expect(told(['NTP Amplification'], withKinds(kind('udp', 8_100, 100)))).toEqual([
      ['ntp-amplification', 'NTP amplification', 'source'],
    ]);
  });

  it('stand beside what only the data shows', () => {
    const both = withKinds(kind('tcp-syn', 4_100, 100), kind('tcp-ack', 4_600, 600, { sources: 5_000 }));
    expect(told(['SYN Flood'], both)).toEqual([
      ['syn-flood', 'SYN flood', 'source'],
      ['ack-flood', 'ACK flood', 'data'],
    ]);
  });

  it('that nobody knows become a slug of their own', () => {
    expect(told(['Quantum Tsunami 2.0'])).toEqual([['quantum-tsunami-2-0', 'Quantum Tsunami 2.0', 'source']]);
    expect(slugOf('!!!')).toBe('unnamed');
  });
});

describe('the catalogue of vectors', () => {
  it('has every slug once, with a technique unless it only modifies others', () => {
    expect(new Set(VECTORS.map((vector) => vector.slug)).size).toBe(VECTORS.length);
    expect(VECTORS.filter((vector) => !vector.technique).map((vector) => vector.slug)).toEqual(['carpet-bombing']);
    for (const { technique } of VECTORS) expect(technique?.id ?? 'T1498.001').toMatch(/^T149[89]\.00[1-4]$/);
  });

  it('knows each of its vectors by its own name', () => {
    for (const { slug, name } of VECTORS.filter((vector) => vector.slug !== 'ip-flood'))
      expect([slug, vectorOfLabel(name)?.slug]).toEqual([slug, KNOWN_AS.get(slug) ?? slug]);
  });

  it.each([
    ['HTTP flood', 'http-flood'],
    ['l7ddos_http_flood', 'http-flood'],
    ['SYN-ACK Flood', 'syn-ack-flood'],
    ['CLDAP Amplification', 'cldap-amplification'],
    ['NTP Flood', 'ntp-amplification'],
    ['DNS_REFLECTION', 'dns-amplification'],
    ['UDP_FRAGMENT', 'fragment-flood'],
    ['Mirai UDP', 'udp-flood'],
    ['ICMP Flood', 'icmp-flood'],
  ])('takes %s for %s', (label, slug) => {
    expect(vectorOfLabel(label)?.slug).toBe(slug);
    expect(findVector(slug)).toBeDefined();
  });
});
