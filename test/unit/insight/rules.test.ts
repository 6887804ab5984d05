import { describe, expect, it } from 'vitest';
import type { AttackStats } from '../../../src/aggregate/aggregate.ts';
import { proposeRules } from '../../../src/insight/rules/propose-rules.ts';
import type { Measure } from '../../../src/model/measure.ts';
import type { Predicate } from '../../../src/model/signature.ts';
import type { Layer } from '../../../src/model/traffic.ts';

const share = (value: number): Measure => ({ value, unit: 'share', kind: 'counted', evidence: ['in1'] });

function signature(
  layer: Layer,
  all: readonly Predicate[],
  scope: readonly Predicate[] = [],
): AttackStats['signatures'][number] {
  const volume: Measure = {
    value: 1_000,
    unit: layer === 'http' ? 'requests' : 'packets',
    kind: 'counted',
    evidence: ['in1'],
  };
  return {
    layer,
    all,
    scope,
    coverage: share(0.98),
    matched: volume,
    collateral: share(0),
    holdOut: volume,
    attributes: [],
    waves: [],
  };
}

function propose(one: AttackStats['signatures'][number], prefixes: readonly string[] = []) {
  const { rules, withheld } = proposeRules({ signatures: [one] }, 'INC-1', prefixes);
  return {
    texts: Object.fromEntries(rules.map(({ language, text }) => [language.id, text.watch])),
    acts: Object.fromEntries(rules.map(({ language, text }) => [language.id, text.enforce])),
    refused: Object.fromEntries(withheld.map(({ language, refusals }) => [language.id, refusals])),
  };
}

const HOST: Predicate = { field: 'ClientRequestHost', op: 'eq', value: 'www.example.com' };
const TARGET: Predicate = { field: 'IPDestinationAddress', op: 'eq', value: '198.51.100.7' };

describe('a signature of requests', () => {
  it('becomes one expression of a custom rule, its host first', () => {
    const all: Predicate[] = [
      { field: 'JA4', op: 'eq', value: 't13d1516h2_8daaf6152771_02713d6af862' },
      { field: 'RequestHeaders.accept-language', op: 'eq', value: null },
      { field: 'BotScore', op: 'range', value: [1, 29] },
      { field: 'ClientCountry', op: 'in', value: ['de', 'us'] },
      { field: 'ClientRequestPath', op: 'startsWith', value: '/search' },
    ];
    expect(propose(signature('http', all, [HOST])).texts).toEqual({
      cloudflare: [
        '(http.host eq "www.example.com"',
        ' and cf.bot_management.ja4 eq "t13d1516h2_8daaf6152771_02713d6af862"',
        ' and not any(http.request.headers["accept-language"][*] ne "")',
        ' and cf.bot_management.score in {1..29}',
        ' and ip.src.country in {"DE" "US"}',
        ' and starts_with(http.request.uri.path, "/search"))',
      ],
    });
  });

  it('cannot leave its quotes, and is not proposed at all with characters that nobody can see', () => {
    const agent = (value: string) =>
      propose(signature('http', [{ field: 'ClientRequestUserAgent', op: 'eq', value }], [HOST]));
    expect(agent('x" or ssl or http.host eq "\\').texts.cloudflare?.[1]).toBe(
      ' and http.user_agent eq "x\\" or ssl or http.host eq \\"\\\\")',
    );
    expect(agent('$HOME {x} `id` $(id)').texts.cloudflare?.[1]).toBe(' and http.user_agent eq "$HOME {x} `id` $(id)")');
    for (const value of [
      'a\nb',
      'a\u202Eb',
      ['$', '{jndi:ldap://x.example/a}'].join(''),
      'a\u0000',
      '\uD800',
      'lost \uFFFD byte',
    ])
      expect(agent(value).refused.cloudflare).toEqual([{ field: 'ClientRequestUserAgent', obstacle: 'unsafe-value' }]);
  });

  it('is left out, not shortened, where the language lacks a field', () => {
    const all: Predicate[] = [
      { field: 'JA4', op: 'eq', value: 't13d' },
      { field: 'ClientDeviceType', op: 'eq', value: 'desktop' },
      { field: 'ClientRequestBytes', op: 'range', value: [100, 200] },
    ];
    const { texts, refused } = propose(signature('http', all, [HOST]));
    expect(texts).toEqual({});
    expect(refused.cloudflare).toEqual([
      { field: 'ClientDeviceType', obstacle: 'no-field' },
      { field: 'ClientRequestBytes', obstacle: 'no-field' },
    ]);
  });

  it('is left out when a set has more than fifty values, and kept at fifty', () => {
    const paths = (count: number) => Array.from({ length: count }, (_, index) => `/p${index}`);
    const of = (count: number) =>
      propose(
        signature(
          'http',
          [
            { field: 'JA4', op: 'eq', value: 'x' },
            { field: 'ClientRequestPath', op: 'in', value: paths(count) },
          ],
          [HOST],
        ),
      );
    expect(Object.keys(of(50).texts)).toEqual(['cloudflare']);
    expect(of(51).refused.cloudflare).toEqual([{ field: 'ClientRequestPath', obstacle: 'too-many-values' }]);
  });

  it('is left out without a host, and with nothing but a target', () => {
    expect(propose(signature('http', [{ field: 'JA4', op: 'eq', value: 'x' }])).refused.cloudflare).toEqual([
      { obstacle: 'no-scope' },
    ]);
    expect(
      propose(signature('http', [{ field: 'ClientRequestPath', op: 'eq', value: '/' }], [HOST])).refused.cloudflare,
    ).toEqual([{ obstacle: 'only-target' }]);
  });
});

describe('a signature of packets', () => {
  const dns: Predicate[] = [
    { field: 'IPProtocolName', op: 'eq', value: 'udp' },
    { field: 'SourcePort', op: 'eq', value: 53 },
    { field: 'IPTotalLength', op: 'range', value: [1_200, 1_479] },
  ];

  it('becomes a rule for each of four places, watching first', () => {
    const { texts, acts } = propose(signature('network', dns, [TARGET]));
    expect(texts).toEqual({
      'magic-firewall': [
        '(ip.dst eq 198.51.100.7',
        ' and ip.proto eq "udp"',
        ' and udp.srcport eq 53',
        ' and ip.len in {1200..1479})',
      ],
      nftables: [
        '    ip daddr 198.51.100.7 meta l4proto udp udp sport 53 ip length 1200-1479 counter limit rate 10/second log prefix "INC-1-S1 "',
      ],
      iptables: [
        '-A PROPOSED -d 198.51.100.7 -p 17 -m multiport --sports 53 -m length --length 1200:1479 -m limit --limit 10/sec -j LOG --log-prefix "INC-1-S1 "',
      ],
      flowspec: [
        '  route INC-1-S1 {',
        '    match { destination 198.51.100.7/32; protocol =17; source-port =53; packet-length >=1200&<=1479; }',
        '    then { action sample; }',
        '  }',
      ],
    });
    expect(acts.nftables).toEqual([
      '    ip daddr 198.51.100.7 meta l4proto udp udp sport 53 ip length 1200-1479 counter drop comment "INC-1-S1"',
    ]);
    expect(acts.flowspec?.[2]).toBe('    then { discard; }');
  });

  it('compares the whole byte of flags in every language', () => {
    const syn: Predicate[] = [{ field: 'TCPFlags', op: 'eq', value: 2 }];
    const { texts } = propose(signature('network', syn, [TARGET]));
    expect(texts['magic-firewall']?.[1]).toBe(' and tcp.flags eq 2)');
    expect(texts.nftables?.[0]).toContain(' tcp flags == syn ');
    expect(texts.iptables?.[0]).toContain(
      ' -p 6 -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG SYN -m ecn ! --ecn-tcp-cwr ! --ecn-tcp-ece ',
    );
    expect(texts.flowspec?.[1]).toContain('protocol =6; tcp-flags [ =syn&!fin&!rst&!push&!ack&!urgent&!ece&!cwr ];');
  });

  it('says which places lack time to live, network and country', () => {
    const all: Predicate[] = [
      { field: 'IPTTL', op: 'range', value: [30, 60] },
      { field: 'SourceASN', op: 'eq', value: 64_500 },
    ];
    const { texts, refused } = propose(signature('network', all, [TARGET]));
    expect(Object.keys(texts)).toEqual(['magic-firewall']);
    expect(refused).toEqual({
      nftables: [{ field: 'SourceASN', obstacle: 'no-field' }],
      iptables: [{ field: 'SourceASN', obstacle: 'no-field' }],
      flowspec: [
        { field: 'IPTTL', obstacle: 'no-field' },
        { field: 'SourceASN', obstacle: 'no-field' },
      ],
    });
  });

  it('is about the prefixes of the customer where the signature names no target, and refused without any', () => {
    expect(propose(signature('network', dns), ['198.51.100.0/24', '203.0.113.0/24']).texts['magic-firewall']?.[0]).toBe(
      '(ip.dst in {198.51.100.0/24 203.0.113.0/24}',
    );
    expect(propose(signature('network', dns)).refused.nftables).toEqual([{ obstacle: 'no-scope' }]);
  });

  it('does not take the zero of packets without ports for a port', () => {
    const all: Predicate[] = [{ field: 'SourcePort', op: 'eq', value: 0 }];
    expect(propose(signature('network', all, [TARGET])).refused.nftables).toEqual([
      { field: 'SourcePort', obstacle: 'needs-protocol' },
    ]);
  });
});
