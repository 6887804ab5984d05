import { type Colo, coloFor, ipv4Of, ipv6Of, NETWORKS, type Network, networkOf } from '../internet.ts';
import { createChooser, type Random } from '../random.ts';

/** The software of a client: what its TLS and HTTP give away. */
export interface ClientSoftware {
  readonly name: string;
  readonly userAgents: readonly string[];
  readonly ja3: string;
  readonly ja4: string;
  readonly protocol: 'HTTP/1.1' | 'HTTP/2' | 'HTTP/3';
  readonly tls: 'TLSv1.2' | 'TLSv1.3';
  readonly cipher: string;
  readonly device: 'desktop' | 'mobile';
  /** Values of the logged request headers; `accept-language` is filled in by country, unless the software sends none. */
  readonly accept: string;
  readonly headerOrder: string;
  readonly sendsLanguage: boolean;
  /** Range of the bot score. */
  readonly botScore: readonly [low: number, high: number];
}

export interface Client {
  readonly ip: string;
  readonly network: Network;
  readonly colo: Colo;
  readonly software: ClientSoftware;
  readonly userAgent: string;
  readonly ipClass: 'noRecord' | 'badHost' | 'searchEngine' | 'scan';
  /** `de-DE,de;q=0.9`; undefined where the software sends none. */
  readonly language: string | undefined;
}

const BROWSER_ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const CHROMIUM_ORDER = 'host,sec-ch-ua,user-agent,accept,sec-fetch-site,referer,accept-encoding,accept-language,cookie';
const SAFARI_ORDER = 'host,accept,sec-fetch-site,accept-encoding,user-agent,accept-language,referer,cookie';

const CHROME_DESKTOP: ClientSoftware = {
  name: 'Chrome on a desktop',
  userAgents: [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  ],
  ja3: '5e1c9a7d02b84f63a91d7c46e830b5f2',
  ja4: 't13d1517h2_6b1f04c9e7a3_2d80fa5537c1',
  protocol: 'HTTP/2',
  tls: 'TLSv1.3',
  cipher: 'AEAD-AES128-GCM-SHA256',
  device: 'desktop',
  accept: BROWSER_ACCEPT,
  headerOrder: CHROMIUM_ORDER,
  sendsLanguage: true,
  botScore: [72, 99],
};

const CHROME_ANDROID: ClientSoftware = {
  ...CHROME_DESKTOP,
  name: 'Chrome on Android',
  userAgents: [
    'Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  ],
  ja3: 'c07d3be1945a6f28ed10b57c83f29a46',
  ja4: 'q13d0312h3_55b375c5d22e_8f1c06a2b4d9',
  protocol: 'HTTP/3',
  device: 'mobile',
};

const SAFARI: ClientSoftware = {
  name: 'Safari',
  userAgents: [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  ],
  ja3: '91f6ce20b7d84a3588e2f14d05a79bc3',
  ja4: 't13d2014h2_a09f3c656075_7c21d58e9b04',
  protocol: 'HTTP/2',
  tls: 'TLSv1.3',
  cipher: 'AEAD-AES256-GCM-SHA384',
  device: 'mobile',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  headerOrder: SAFARI_ORDER,
  sendsLanguage: true,
  botScore: [66, 99],
};

const FIREFOX: ClientSoftware = {
  ...CHROME_DESKTOP,
  name: 'Firefox',
  userAgents: ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'],
  ja3: '2a7be5d9310c4f86b8d37e02c5f1946a',
  ja4: 't13d1716h2_5b57614c22b0_eeeea6562960',
  headerOrder: 'host,user-agent,accept,accept-language,accept-encoding,referer,cookie,sec-fetch-site',
};

/** The shop's own Android app, an old release that sends no Accept-Language: the clients that a blunt rule hurts. */
const SHOP_APP: ClientSoftware = {
  name: 'Acme Outdoor app',
  userAgents: ['AcmeOutdoor/4.2.1 (Android 13; okhttp/4.12.0)'],
  ja3: '7c3d90ab16e25f48d06b9a17f4e2c853',
  ja4: 't13d1312h2_f57a46bb10c6_41c9e3a7d25b',
  protocol: 'HTTP/2',
  tls: 'TLSv1.3',
  cipher: 'AEAD-AES128-GCM-SHA256',
  device: 'mobile',
  accept: 'application/json',
  headerOrder: 'host,accept,user-agent,accept-encoding,authorization',
  sendsLanguage: false,
  botScore: [31, 58],
};

const SEARCH_CRAWLER: ClientSoftware = {
  ...FIREFOX,
  name: 'search engine',
  userAgents: ['Mozilla/5.0 (compatible; Larchbot/2.1; +https://larch-search.example/bot)'],
  ja3: 'd3f5a8027b614c9e95e01d7ac482b6f0',
  ja4: 't13d1011h1_61a7ad8aa9b6_3fcd1a44f3e3',
  protocol: 'HTTP/1.1',
  accept: '*/*',
  headerOrder: 'host,connection,accept,from,user-agent,accept-encoding',
  sendsLanguage: false,
  botScore: [1, 1],
};

/** The flooding tool: rotates stale browser names, but its TLS stack and its headers are its own. */
export const FLOOD_TOOL: ClientSoftware = {
  name: 'flooding tool',
  userAgents: [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.0.0 Safari/537.36',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/111.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:102.0) Gecko/20100101 Firefox/102.0',
  ],
  ja3: 'b8e04a17c95d3f62a7016ed84c2f93b5',
  ja4: 't13d1310h1_8c4be09d72f1_d5a310f6e9b8',
  protocol: 'HTTP/1.1',
  tls: 'TLSv1.3',
  cipher: 'AEAD-AES256-GCM-SHA384',
  device: 'desktop',
  accept: '*/*',
  headerOrder: 'host,user-agent,accept,connection,accept-encoding',
  sendsLanguage: false,
  botScore: [1, 4],
};

/** A newer build of the tool on a few bots: it sends a language, and so slips past a rule that looks for its absence. */
const FLOOD_TOOL_NEW: ClientSoftware = {
  ...FLOOD_TOOL,
  name: 'flooding tool, newer build',
  headerOrder: 'host,user-agent,accept,accept-language,connection,accept-encoding',
  sendsLanguage: true,
};

const SCANNER: ClientSoftware = {
  ...FLOOD_TOOL,
  name: 'vulnerability scanner',
  userAgents: [
    'python-requests/2.32.3',
    'Go-http-client/1.1',
    'Mozilla/5.0 (compatible; CensusProbe/1.4; +https://census-probe.example)',
  ],
  ja3: '48f2b90ce7a1563d8b04d91e6f27ca35',
  ja4: 't13d1811h1_85036bcba153_b26ce05bbdd6',
  headerOrder: 'host,user-agent,accept-encoding,accept,connection',
};

const LANGUAGES: Readonly<Record<string, string>> = {
  at: 'de-AT,de;q=0.9',
  br: 'pt-BR,pt;q=0.9',
  ca: 'en-CA,en;q=0.9,fr;q=0.7',
  de: 'de-DE,de;q=0.9,en;q=0.6',
  es: 'es-ES,es;q=0.9',
  fr: 'fr-FR,fr;q=0.9,en;q=0.5',
  gb: 'en-GB,en;q=0.9',
  it: 'it-IT,it;q=0.9',
  nl: 'nl-NL,nl;q=0.9,en;q=0.7',
  pl: 'pl-PL,pl;q=0.9',
  us: 'en-US,en;q=0.9',
};

const chooseShopper = createChooser<ClientSoftware>([
  [CHROME_DESKTOP, 34],
  [CHROME_ANDROID, 24],
  [SAFARI, 27],
  [FIREFOX, 9],
  [SHOP_APP, 4],
  [SEARCH_CRAWLER, 2],
]);

const chooseShopperNetwork = createChooser<Network>(
  (
    [
      [64496, 46],
      [64497, 14],
      [65539, 1],
      [64498, 7],
      [64499, 8],
      [64500, 6],
      [64501, 5],
      [65544, 3],
      [65545, 4],
      [65543, 2],
      [64502, 2],
      [64503, 1],
      [65547, 1],
    ] as const
  ).map(([asn, weight]) => [networkOf(asn), weight]),
);

/** Rented servers carry most of the flood; home lines in many countries carry the rest. */
const chooseBotNetwork = createChooser<Network>(
  (
    [
      [65536, 26],
      [65538, 17],
      [65540, 13],
      [65537, 9],
      [64506, 6],
      [64507, 7],
      [64508, 8],
      [65548, 4],
      [64509, 4],
      [65549, 3],
      [64505, 2],
      [64502, 1],
    ] as const
  ).map(([asn, weight]) => [networkOf(asn), weight]),
);

function clientOf(random: Random, network: Network, ip: string, software: ClientSoftware): Client {
  return {
    ip,
    network,
    colo: coloFor(network, random),
    software,
    userAgent: random.pick(software.userAgents),
    ipClass: software === SEARCH_CRAWLER ? 'searchEngine' : 'noRecord',
    language: software.sendsLanguage ? (LANGUAGES[network.country] ?? 'en') : undefined,
  };
}

/** `count` shoppers, the home of each fixed. About one in six has one of the few IPv4 addresses. */
export function drawShoppers(random: Random, count: number): Client[] {
  return Array.from({ length: count }, (_, number) => {
    const network = chooseShopperNetwork(random);
    const ip = random.chance(0.16) ? ipv4Of(network, random.int(8)) : ipv6Of(network, number);
    return clientOf(random, network, ip, chooseShopper(random));
  });
}

/** `count` bots with different addresses. The first six are rented servers with IPv4 that send far more than the rest. */
export function drawBots(random: Random, count: number): Client[] {
  return Array.from({ length: count }, (_, number) => drawBot(random, number));
}

/** Bot number `number`; its address depends on its network and number alone, so no two bots share one. */
export function drawBot(random: Random, number: number): Client {
  if (number < HEAVY_BOTS) {
    const network = networkOf([65536, 65538, 65540][number % 3] ?? 65536);
    return clientOf(random, network, ipv4Of(network, 8 + Math.floor(number / 3)), FLOOD_TOOL);
  }
  const network = chooseBotNetwork(random);
  // Above the numbers of the shoppers of the same network.
  const software = number % 61 === 60 ? FLOOD_TOOL_NEW : FLOOD_TOOL;
  return clientOf(random, network, ipv6Of(network, 1_000_000 + number), software);
}

export const HEAVY_BOTS = 6;

/** Scanners that probe the shop all day, attack or not. */
export function drawScanners(random: Random, count: number): Client[] {
  return Array.from({ length: count }, (_, number) => {
    const network = random.pick(NETWORKS.filter((candidate) => candidate.kind === 'hosting'));
    const client = clientOf(random, network, ipv6Of(network, 900_000 + number), SCANNER);
    return { ...client, ipClass: random.chance(0.5) ? 'badHost' : 'scan' };
  });
}
