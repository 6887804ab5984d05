import { coloFor } from '../internet.ts';
import { createChooser, type Random } from '../random.ts';
import type { Internet, Source } from './addresses.ts';

/** What the TLS and HTTP of a piece of software give away. JA3 and JA4 are invented. */
export interface Software {
  readonly name: string;
  readonly userAgents: readonly string[];
  readonly ja4: string;
  readonly ja3: string;
  readonly protocols: readonly (readonly [name: string, weight: number])[];
  readonly kind: 'browser' | 'app' | 'library' | 'crawler';
}

const CHROME = (platform: string, version: number, mobile = '') =>
  `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 ${mobile}Safari/537.36`;
const WINDOWS = 'Windows NT 10.0; Win64; x64';
const MAC = 'Macintosh; Intel Mac OS X 10_15_7';
const H2_H3 = [
  ['HTTP/2', 62],
  ['HTTP/3', 38],
] as const;

const SOFTWARE: readonly (readonly [Software, number])[] = [
  [
    browser(
      'Chrome, Windows',
      [CHROME(WINDOWS, 142), CHROME(WINDOWS, 141), CHROME(WINDOWS, 140)],
      't13d1517h2_6b1f04c9e7a3_2d80fa5537c1',
    ),
    24,
  ],
  [browser('Chrome, Mac', [CHROME(MAC, 142), CHROME(MAC, 141)], 't13d1517h2_6b1f04c9e7a3_2d80fa5537c1'), 9],
  [
    browser(
      'Chrome, Android',
      [CHROME('Linux; Android 15; K', 142, 'Mobile '), CHROME('Linux; Android 14; K', 141, 'Mobile ')],
      'q13d0312h3_55b375c5d22e_8f1c06a2b4d9',
    ),
    21,
  ],
  [
    browser(
      'Safari, iPhone',
      [
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
      ],
      't13d2014h2_a09f3c656075_7c21d58e9b04',
    ),
    16,
  ],
  [
    browser(
      'Safari, Mac',
      [
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
      ],
      't13d2014h2_a09f3c656075_7c21d58e9b04',
    ),
    5,
  ],
  [
    browser(
      'Firefox',
      [
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
        'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      ],
      't13d1716h2_5b57614c22b0_eeeea6562960',
    ),
    7,
  ],
  [browser('Edge', [`${CHROME(WINDOWS, 142)} Edg/142.0.0.0`], 't13d1516h2_8daaf6152771_b0da82dd1658'), 6],
  [
    program(
      'Shop app, iPhone',
      'app',
      ['AlpineShop/7.4.1 CFNetwork/1568.200.51 Darwin/24.1.0', 'AlpineShop/7.3.0 CFNetwork/1498.700.2 Darwin/23.6.0'],
      't13d1313h2_f57a46bbacb6_ab7e3b40a677',
      H2_H3,
    ),
    4,
  ],
  [program('Shop app, Android', 'app', ['okhttp/4.12.0'], 't13d1412h2_e8a523a41297_c0d2a1b9e7f3', [['HTTP/2', 1]]), 4],
  [
    program('Partner interface', 'library', ['python-requests/2.32.3'], 't13d1812h1_85036bcba153_375ca2c5e164', [
      ['HTTP/1.1', 1],
    ]),
    1.2,
  ],
  [
    program('Price watch', 'library', ['Go-http-client/2.0'], 't13d190900_9dc949149365_97f8aa674fd9', [['HTTP/2', 1]]),
    0.5,
  ],
  [
    program(
      'Monitoring',
      'library',
      ['Mozilla/5.0 (compatible; NorthwallProbe/2.1; +https://probe.northwall.example)'],
      't13d1715h1_26bc6b3ae5d1_a1b2c3d4e5f6',
      [['HTTP/1.1', 1]],
    ),
    0.4,
  ],
  [
    program(
      'Search engine',
      'crawler',
      ['Mozilla/5.0 (compatible; SearchSpider/2.1; +http://spider.example/bot.html)'],
      't13d1812h2_0b2d5a1c7e8f_1f2e3d4c5b6a',
      [
        ['HTTP/1.1', 3],
        ['HTTP/2', 7],
      ],
    ),
    2,
  ],
];

function browser(name: string, userAgents: readonly string[], ja4: string): Software {
  return { name, userAgents, ja4, ja3: hashOf(ja4), protocols: H2_H3, kind: 'browser' };
}

function program(
  name: string,
  kind: Software['kind'],
  userAgents: readonly string[],
  ja4: string,
  protocols: Software['protocols'],
): Software {
  return { name, userAgents, ja4, ja3: hashOf(ja4), protocols, kind };
}

/** Stands for the MD5 that a JA3 is: 32 digits that depend on the text. */
export function hashOf(text: string): string {
  let state = 0x811c9dc5;
  let digits = '';
  for (let round = 0; round < 4; round++) {
    for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    digits += state.toString(16).padStart(8, '0');
  }
  return digits;
}

/** Somebody who uses the site: the same person has the same address, software and session all along. */
export interface HttpClient {
  readonly source: Source;
  readonly colo: string;
  readonly software: Software;
  readonly userAgent: string;
  readonly protocol: string;
  readonly language: string | undefined;
  readonly session: string | undefined;
  readonly consent: boolean;
}

const chooseSoftware = createChooser(SOFTWARE);
const chooseBrowser = createChooser(SOFTWARE.filter(([software]) => software.kind === 'browser'));

export function drawClient(random: Random, source: Source, only: 'any' | 'browsers' = 'any'): HttpClient {
  const software = only === 'browsers' ? chooseBrowser(random) : chooseSoftware(random);
  const country = source.network.country.toUpperCase();
  const isBrowser = software.kind === 'browser';
  return {
    source,
    colo: coloFor(source.network, random).code,
    software,
    userAgent: random.pick(software.userAgents),
    protocol: createChooser(software.protocols)(random),
    language: isBrowser
      ? random.pick([
          `${country.toLowerCase()}-${country},${country.toLowerCase()};q=0.9`,
          'en-US,en;q=0.9',
          'en-GB,en;q=0.8',
        ])
      : undefined,
    session: (isBrowser || software.kind === 'app') && random.chance(0.75) ? random.hex(24) : undefined,
    consent: isBrowser && random.chance(0.6),
  };
}

/** Clients of whom some come far more often than others, and a steady part has never been seen before. */
export function createCrowd(random: Random, internet: Internet): (random: Random) => HttpClient {
  const known = Array.from({ length: 2_400 }, () => drawClient(random, internet.client(random)));
  const choose = createChooser(known.map((client) => [client, random.logNormal(1, 1.1)] as const));
  return (source) => (source.chance(0.12) ? drawClient(source, internet.client(source)) : choose(source));
}
