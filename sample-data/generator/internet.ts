import type { Random } from './random.ts';

/** An invented network operator with an AS number reserved for documentation. */
export interface Network {
  readonly asn: number;
  readonly name: string;
  /** ISO 3166-1 alpha-2, lower case as Logpush writes it for HTTP. */
  readonly country: string;
  readonly kind: 'access' | 'hosting';
  /** Position in `NETWORKS`; decides its addresses. */
  readonly index: number;
}

const OPERATORS: readonly (readonly [asn: number, name: string, country: string, kind: Network['kind']])[] = [
  [64496, 'Rheinkabel Breitband', 'de', 'access'],
  [64497, 'Alpenfunk Mobil', 'at', 'access'],
  [64498, 'Seinelink Telecom', 'fr', 'access'],
  [64499, 'Polder Glasvezel', 'nl', 'access'],
  [64500, 'Northfen Broadband', 'gb', 'access'],
  [64501, 'Vistula Net', 'pl', 'access'],
  [64502, 'Hudson Valley Cable', 'us', 'access'],
  [64503, 'Great Lakes Fiber', 'us', 'access'],
  [64504, 'Deccan Broadband', 'in', 'access'],
  [64505, 'Coromandel Wireless', 'in', 'access'],
  [64506, 'Rio Claro Fibra', 'br', 'access'],
  [64507, 'Red River Telecom', 'vn', 'access'],
  [64508, 'Java Datanet', 'id', 'access'],
  [64509, 'Anatolia Net', 'tr', 'access'],
  [65536, 'Cinderblock Hosting', 'nl', 'hosting'],
  [65537, 'Brightrack Cloud', 'us', 'hosting'],
  [65538, 'Lowtide VPS', 'sg', 'hosting'],
  [65539, 'Quartzbach Server', 'de', 'hosting'],
  [65540, 'Ferrous Dedicated', 'ro', 'hosting'],
  [65541, 'Papermill Colo', 'fr', 'hosting'],
  [65542, 'Harbour Light Mobile', 'gb', 'access'],
  [65543, 'Tatra Optic', 'sk', 'access'],
  [65544, 'Cabo Iberia', 'es', 'access'],
  [65545, 'Po Valley Fibra', 'it', 'access'],
  [65546, 'Maple Grid Internet', 'ca', 'access'],
  [65547, 'Baltic Wave', 'lt', 'access'],
  [65548, 'Sertao Telecom', 'br', 'access'],
  [65549, 'Godavari Mobile', 'in', 'access'],
];

export const NETWORKS: readonly Network[] = OPERATORS.map(([asn, name, country, kind], index) => ({
  asn,
  name,
  country,
  kind,
  index,
}));

/** @throws RangeError when no invented network has that number. */
export function networkOf(asn: number): Network {
  const network = NETWORKS.find((candidate) => candidate.asn === asn);
  if (!network) throw new RangeError(`AS${asn} is not one of the invented networks`);
  return network;
}

const IPV4_HOSTS_PER_NETWORK = 15;
/** 192.0.2.1–239; the rest of that range is the origin of a customer. */
const FIRST_RANGE_HOSTS = 239;

/** Address number `host` (0–14) of the network's share of 192.0.2.0/24 and 198.51.100.0/24 (documentation ranges), below .192. */
export function ipv4Of(network: Network, host: number): string {
  const number = network.index * IPV4_HOSTS_PER_NETWORK + (host % IPV4_HOSTS_PER_NETWORK);
  return number < FIRST_RANGE_HOSTS ? `192.0.2.${number + 1}` : `198.51.100.${number - FIRST_RANGE_HOSTS + 1}`;
}

/**
 * Address number `host` (up to 2^40) of the network in 3fff::/20 (documentation range), in the form of RFC 5952.
 * Groups are never zero, so that `::` stands in one place only.
 */
export function ipv6Of(network: Network, host: number): string {
  const site = 0x40 * (network.index + 1) + (host % 0x3f) + 1;
  const subscriber = (Math.floor(host / 0x3f) % 0xfff0) + 1;
  const line = (Math.floor(host / (0x3f * 0xfff0)) % 0xfff0) + 1;
  return `3fff:${site.toString(16)}:${subscriber.toString(16)}:${line.toString(16)}::${(0x10 + (host % 0xef)).toString(16)}`;
}

/** A data centre of the provider. */
export interface Colo {
  readonly code: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2, upper case as Logpush writes it for packets. */
  readonly country: string;
}

export const COLOS = {
  AMS: { code: 'AMS', city: 'Amsterdam', country: 'NL' },
  BOM: { code: 'BOM', city: 'Mumbai', country: 'IN' },
  CDG: { code: 'CDG', city: 'Paris', country: 'FR' },
  CGK: { code: 'CGK', city: 'Jakarta', country: 'ID' },
  EWR: { code: 'EWR', city: 'Newark', country: 'US' },
  FRA: { code: 'FRA', city: 'Frankfurt', country: 'DE' },
  GRU: { code: 'GRU', city: 'Sao Paulo', country: 'BR' },
  HAN: { code: 'HAN', city: 'Hanoi', country: 'VN' },
  IAD: { code: 'IAD', city: 'Ashburn', country: 'US' },
  IST: { code: 'IST', city: 'Istanbul', country: 'TR' },
  LHR: { code: 'LHR', city: 'London', country: 'GB' },
  MAD: { code: 'MAD', city: 'Madrid', country: 'ES' },
  MXP: { code: 'MXP', city: 'Milan', country: 'IT' },
  ORD: { code: 'ORD', city: 'Chicago', country: 'US' },
  OTP: { code: 'OTP', city: 'Bucharest', country: 'RO' },
  SIN: { code: 'SIN', city: 'Singapore', country: 'SG' },
  VIE: { code: 'VIE', city: 'Vienna', country: 'AT' },
  VNO: { code: 'VNO', city: 'Vilnius', country: 'LT' },
  WAW: { code: 'WAW', city: 'Warsaw', country: 'PL' },
  YYZ: { code: 'YYZ', city: 'Toronto', country: 'CA' },
} as const satisfies Record<string, Colo>;

const COLOS_BY_COUNTRY: Readonly<Record<string, readonly [Colo, ...Colo[]]>> = {
  at: [COLOS.VIE],
  br: [COLOS.GRU],
  ca: [COLOS.YYZ],
  de: [COLOS.FRA],
  es: [COLOS.MAD],
  fr: [COLOS.CDG],
  gb: [COLOS.LHR],
  id: [COLOS.CGK],
  in: [COLOS.BOM],
  it: [COLOS.MXP],
  lt: [COLOS.VNO],
  nl: [COLOS.AMS],
  pl: [COLOS.WAW],
  ro: [COLOS.OTP],
  sg: [COLOS.SIN],
  sk: [COLOS.VIE],
  tr: [COLOS.IST],
  us: [COLOS.IAD, COLOS.EWR, COLOS.ORD],
  vn: [COLOS.HAN],
};

/** The data centre that anycast brings a client of the network to. */
export function coloFor(network: Network, random: Random): Colo {
  return random.pick(COLOS_BY_COUNTRY[network.country] ?? [COLOS.FRA]);
}
