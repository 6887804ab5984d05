import { COLOS, type Colo } from '../internet.ts';
import type { Random } from '../random.ts';
import { createChooser } from '../random.ts';
import { type PacketSource, reflector, shopperAddress, spoofed } from './sources.ts';

/**
 * What happened to the bank meridian on Thursday 19 November 2026. Times are epoch ms UTC with whole seconds, rates packets
 * per second before sampling. Everything is aimed at 203.0.113.0/24, which the provider announces for the bank.
 */
export const PACKET_CASE = 'INC-4907';
export const at = (clock: string) => Date.parse(`2026-11-19T${clock}Z`);
export const PACKET_WINDOW = { start: at('18:40:00'), end: at('19:10:00') } as const;

export const PREFIX = '203.0.113.0/24';
export const ONLINE_BANKING = '203.0.113.10';
export const MOBILE_API = '203.0.113.20';
export const SPECTRUM_APPLICATION = '6d1f03b84c7e4a52b9e0d7235fa81c46';
export const CAMPAIGN_ID = 'c4e19a70-5d2b-4f86-9b03-e17f6a28d5c1';

export const PACKET_WAVES = [
  { number: 1, start: at('18:52:14'), end: at('18:58:40') },
  { number: 2, start: at('19:03:25'), end: at('19:06:05') },
] as const;

export type System = 'dosd' | 'flowtrackd' | 'magic-firewall';

/** What the edge did with a share of a stream in a second. */
export interface Treatment {
  readonly system: System;
  readonly outcome: 'pass' | 'drop';
  readonly verdict: 'pass' | 'drop';
  readonly share: number;
  readonly scope: '' | 'local' | 'global';
  readonly reason: '' | 'BLOCKED' | 'OUT_OF_SEQUENCE' | 'NOT_FOUND';
  /** Named where a managed rule or a rule of the customer matched. */
  readonly rule?: RuleName;
}

export const RULES = {
  syn: { id: '9c0f61d7e2ab4d3583f7b1c46a05e8d2', name: 'SYN flood with random source addresses' },
  dns: { id: '37e5b8a1046c4f9fa2d80c93be7f1d65', name: 'DNS amplification: large answers nobody asked for' },
  resolvers: { id: 'b2740ce9d1f84a06bb35e86f92c7a01d', name: 'Mobile API: no DNS answers' },
  scans: { id: '50d1e7f3a9b24c68871cf2e04ab96d37', name: 'Closed ports' },
} as const;
type RuleName = keyof typeof RULES;

/** Traffic of one kind: an attack vector, the bank's customers, port scans. */
export interface Stream {
  readonly name: 'syn-flood' | 'dns-amplification' | 'ack-flood' | 'customers' | 'scans' | 'answers';
  readonly isAttack: boolean;
  readonly direction: 'ingress' | 'egress';
  readonly protocol: 'tcp' | 'udp';
  /** Name that the managed ruleset gives it; empty where it names nothing. */
  readonly vector: string;
  readonly rate: (t: number) => number;
  readonly destinations: readonly (readonly [address: string, weight: number])[];
  /** IP total length in bytes, by weight. */
  readonly lengths: readonly (readonly [bytes: number, weight: number])[];
  readonly colos: readonly (readonly [colo: Colo, weight: number])[];
  /** Shares add up to 1. */
  readonly treat: (t: number, destination: string) => readonly Treatment[];
  readonly attackId: (t: number, destination: string) => string;
  readonly source: (random: Random) => PacketSource;
  readonly ports: (random: Random) => readonly [source: number, destination: number];
  readonly flags: number;
}

const pass = (share: number): Treatment => ({
  system: 'magic-firewall',
  outcome: 'pass',
  verdict: 'pass',
  share,
  scope: '',
  reason: '',
});
const byDosd = (rule: RuleName, share: number, scope: 'local' | 'global'): Treatment => ({
  system: 'dosd',
  outcome: 'drop',
  verdict: 'drop',
  share,
  scope,
  reason: 'BLOCKED',
  rule,
});

/** Pulses on a plateau, with ramps of two seconds at both ends; 0 outside. */
function plateau(start: number, end: number, rate: number, pulseSeconds: number): (t: number) => number {
  return (t) => {
    if (t < start || t >= end) return 0;
    const edge = Math.min(1, (t - start + 1_000) / 2_000, (end - t) / 2_000);
    return rate * edge * (1 + 0.3 * Math.sin((2 * Math.PI * (t - start)) / (pulseSeconds * 1_000)));
  };
}

const synRate = plateau(at('18:52:14'), at('18:57:10'), 252_000, 47);
const dnsFirst = plateau(at('18:53:30'), at('18:58:40'), 118_000, 73);
const dnsSecond = plateau(at('19:03:25'), at('19:06:05'), 168_000, 39);
const ackRate = plateau(at('19:03:40'), at('19:05:50'), 21_000, 55);

const EVERYWHERE: Stream['colos'] = [
  [COLOS.EWR, 17],
  [COLOS.IAD, 15],
  [COLOS.ORD, 9],
  [COLOS.AMS, 13],
  [COLOS.FRA, 12],
  [COLOS.SIN, 10],
  [COLOS.GRU, 9],
  [COLOS.CGK, 8],
  [COLOS.LHR, 7],
];
const NEAR_CUSTOMERS: Stream['colos'] = [
  [COLOS.EWR, 48],
  [COLOS.IAD, 30],
  [COLOS.ORD, 14],
  [COLOS.YYZ, 5],
  [COLOS.LHR, 3],
];
const BANK: Stream['destinations'] = [
  [ONLINE_BANKING, 58],
  [MOBILE_API, 31],
  ['203.0.113.53', 4],
  ['203.0.113.25', 7],
];

const highPort = (random: Random) => 1_024 + random.int(64_512);
const chooseClosedPort = createChooser<number>([
  [23, 40],
  [3389, 22],
  [445, 20],
  [5900, 10],
  [8291, 8],
]);

const NO_ID = () => '';
const DNS_IDS: Readonly<Record<string, string>> = {
  [`1 ${ONLINE_BANKING}`]: '7b1e5c02-93d8-4a6f-8e21-0f4cb96d2a17',
  [`1 ${MOBILE_API}`]: 'e6a0947f-2c13-4d5b-b7f8-51d3c8a60e94',
  [`2 ${ONLINE_BANKING}`]: '19f3d8b6-6e47-4c0a-a5d2-c87e04f1b335',
  [`2 ${MOBILE_API}`]: 'a85c20e1-f06b-47d9-9314-7e2bd16f480c',
};
const SYN_ID = '4d92f7ae-18b5-4e30-96cc-b03a7d5e1f62';

export const STREAMS: readonly Stream[] = [
  {
    name: 'syn-flood',
    isAttack: true,
    direction: 'ingress',
    protocol: 'tcp',
    vector: 'SYN Flood',
    rate: synRate,
    destinations: [
      [ONLINE_BANKING, 86],
      [MOBILE_API, 9],
      ['203.0.113.25', 5],
    ],
    lengths: [[60, 1]],
    colos: EVERYWHERE,
    treat: (t) => {
      const second = (t - at('18:52:14')) / 1_000;
      if (second < 1) return [pass(1)];
      // Recognised but not yet enforced: the verdict says drop, the packet went through.
      if (second < 2) return [{ ...byDosd('syn', 1, 'local'), outcome: 'pass', reason: '' }];
      if (second < 3) return [byDosd('syn', 0.64, 'local'), pass(0.36)];
      if (second < 5) return [byDosd('syn', 0.93, 'local'), pass(0.07)];
      return [byDosd('syn', 0.9972, second < 11 ? 'local' : 'global'), pass(0.0028)];
    },
    attackId: () => SYN_ID,
    source: spoofed,
    ports: (random) => [highPort(random), 443],
    flags: 2,
  },
  {
    name: 'dns-amplification',
    isAttack: true,
    direction: 'ingress',
    protocol: 'udp',
    vector: 'DNS Amplification',
    rate: (t) => dnsFirst(t) + dnsSecond(t),
    destinations: [
      [ONLINE_BANKING, 77],
      [MOBILE_API, 23],
    ],
    lengths: [
      [1_232, 22],
      [1_318, 31],
      [1_406, 26],
      [1_452, 21],
    ],
    colos: EVERYWHERE,
    treat: (t, destination) => {
      const second = (t - (t < at('19:00:00') ? at('18:53:30') : at('19:03:25'))) / 1_000;
      const caught = t < at('19:00:00') ? (second < 3 ? 0 : second < 5 ? 0.88 : 0.9961) : second < 1 ? 0.42 : 0.998;
      const scope = second < 8 ? 'local' : 'global';
      // The bank's own rule covers the mobile API only; online banking was left out of it.
      const rest: Treatment =
        destination === MOBILE_API
          ? { ...byDosd('resolvers', 1 - caught, 'local'), system: 'magic-firewall', scope: '' }
          : pass(1 - caught);
      return caught === 0 ? [rest] : [byDosd('dns', caught, scope), rest];
    },
    attackId: (t, destination) => DNS_IDS[`${t < at('19:00:00') ? 1 : 2} ${destination}`] ?? '',
    source: reflector,
    ports: (random) => [53, highPort(random)],
    flags: 0,
  },
  {
    name: 'ack-flood',
    isAttack: true,
    direction: 'ingress',
    protocol: 'tcp',
    vector: '',
    rate: ackRate,
    destinations: [
      [ONLINE_BANKING, 70],
      [MOBILE_API, 30],
    ],
    lengths: [
      [52, 3],
      [40, 1],
    ],
    colos: EVERYWHERE,
    treat: () => [
      { system: 'flowtrackd', outcome: 'drop', verdict: 'drop', share: 0.61, scope: '', reason: 'NOT_FOUND' },
      { system: 'flowtrackd', outcome: 'drop', verdict: 'drop', share: 0.367, scope: '', reason: 'OUT_OF_SEQUENCE' },
      pass(0.023),
    ],
    attackId: NO_ID,
    source: spoofed,
    ports: (random) => [highPort(random), 443],
    flags: 16,
  },
  {
    name: 'customers',
    isAttack: false,
    direction: 'ingress',
    protocol: 'tcp',
    vector: '',
    rate: (t) => 6_100 + 500 * Math.sin((t - PACKET_WINDOW.start) / 410_000),
    destinations: BANK,
    lengths: [
      [52, 46],
      [584, 25],
      [1_200, 11],
      [1_500, 18],
    ],
    colos: NEAR_CUSTOMERS,
    treat: () => [pass(1)],
    attackId: NO_ID,
    source: shopperAddress,
    ports: (random) => [highPort(random), random.chance(0.93) ? 443 : 8_443],
    flags: 24,
  },
  {
    name: 'scans',
    isAttack: false,
    direction: 'ingress',
    protocol: 'tcp',
    vector: '',
    rate: () => 44,
    destinations: [...BANK, ['203.0.113.99', 20], ['203.0.113.201', 20]],
    lengths: [
      [40, 2],
      [60, 1],
    ],
    colos: EVERYWHERE,
    treat: () => [
      { system: 'magic-firewall', outcome: 'drop', verdict: 'drop', share: 1, scope: '', reason: '', rule: 'scans' },
    ],
    attackId: NO_ID,
    source: shopperAddress,
    ports: (random) => [highPort(random), chooseClosedPort(random)],
    flags: 2,
  },
  {
    name: 'answers',
    isAttack: false,
    direction: 'egress',
    protocol: 'tcp',
    vector: '',
    rate: () => 5_400,
    destinations: BANK,
    lengths: [
      [52, 3],
      [1_500, 7],
    ],
    colos: NEAR_CUSTOMERS,
    treat: () => [pass(1)],
    attackId: NO_ID,
    source: shopperAddress,
    ports: (random) => [443, highPort(random)],
    flags: 16,
  },
];

/** One packet in how many is logged, by system and load: the busier the sampler, the coarser it looks. */
export function sampleIntervalOf(
  system: System,
  outcome: 'pass' | 'drop',
  direction: string,
  packetsPerSecond: number,
): number {
  if (direction === 'egress') return 10_000;
  if (system === 'magic-firewall' && outcome === 'drop') return packetsPerSecond > 5_000 ? 5_000 : 100;
  if (packetsPerSecond > 100_000) return 10_000;
  if (packetsPerSecond > 40_000) return 5_000;
  return system === 'flowtrackd' ? 1_000 : 2_000;
}
