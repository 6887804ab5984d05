import { COLOS } from '../internet.ts';
import type { Random } from '../random.ts';
import type { Internet, Source } from './addresses.ts';
import { drawClient, type HttpClient, hashOf } from './http-clients.ts';
import { drawPage, FRONT, LOGIN, type Page } from './http-pages.ts';
import type { HttpShape, HttpTell } from './plan.ts';
import type { PlantedPredicate } from './scenario-truth.ts';

/** An attack request: who asks for what, and the fields in which it differs from a client's. */
interface AttackRequest {
  readonly client: HttpClient;
  readonly page: Page;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly requestBytes?: number;
}

export interface HttpAttacker {
  readonly signature: readonly PlantedPredicate[];
  draw(random: Random): AttackRequest;
}

const OLD_AGENTS = [
  'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.97 Safari/537.36',
  'Mozilla/5.0 (Windows NT 6.3; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/81.0.4044.138 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; WOW64; rv:54.0) Gecko/20100101 Firefox/54.0',
  'Mozilla/5.0 (X11; Ubuntu; Linux i686; rv:62.0) Gecko/20100101 Firefox/62.0',
  'Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18',
  'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)',
];

/** The attackers of a scenario: a botnet, or one machine, with whatever gives them away. */
export function createHttpAttacker(
  random: Random,
  parts: {
    readonly shape: HttpShape;
    readonly tell: HttpTell;
    readonly internet: Internet;
    readonly shared: readonly Source[];
  },
): HttpAttacker {
  const { shape, tell, internet, shared } = parts;
  const size = tell === 'single-source' ? 1 : Math.round(random.logNormal(1_500, 0.5));
  const bots = Array.from({ length: size }, (_, index) => {
    const source = shared[index] ?? (tell === 'none' ? internet.client(random) : internet.bot(random));
    return drawClient(random, source, tell === 'none' ? 'any' : 'browsers');
  });
  const { signature, alter } = TELLS[tell](random.fork('tell'), bots);
  const favourite = FRONT;
  return {
    signature: [
      ...signature,
      ...(tell === 'library' ? [{ field: 'ClientRequestPath', op: 'eq' as const, value: LOGIN.path }] : []),
    ],
    draw: (source) => {
      const client = source.pick(bots);
      const request = { client, page: pageOf(source, shape.target, favourite, client), fields: {} };
      return alter(request, source);
    },
  };
}

function pageOf(random: Random, target: HttpShape['target'], favourite: Page, client: HttpClient): Page {
  if (target === 'login') return LOGIN;
  if (target === 'cache-busting') return { ...favourite, query: `?${random.hex(6)}=${random.hex(8)}`, cached: 0 };
  return drawPage(random, client.software);
}

interface Tell {
  readonly signature: readonly PlantedPredicate[];
  readonly alter: (request: AttackRequest, random: Random) => AttackRequest;
}

const setting =
  (fields: Readonly<Record<string, unknown>>): Tell['alter'] =>
  (request) => ({ ...request, fields: { ...request.fields, ...fields } });

const TELLS: Readonly<Record<HttpTell, (random: Random, bots: readonly HttpClient[]) => Tell>> = {
  none: () => ({ signature: [], alter: (request) => request }),
  ja4: (random) => {
    const ja4 = `t13d${1_000 + random.int(900)}h2_${random.hex(12)}_${random.hex(12)}`;
    return {
      signature: [{ field: 'JA4', op: 'eq', value: ja4 }],
      alter: setting({ JA4: ja4, JA3Hash: hashOf(ja4) }),
    };
  },
  'header-absent': (_random, bots) => ({
    signature: [
      { field: 'RequestHeaders.accept-language', op: 'eq', value: null },
      { field: 'JA4', op: 'in', value: [...new Set(bots.map((bot) => bot.software.ja4))].sort() },
    ],
    alter: (request) => ({ ...request, client: { ...request.client, language: undefined } }),
  }),
  cookie: (random) => {
    const session = random.hex(24);
    return {
      signature: [{ field: 'Cookies.session', op: 'eq', value: session }],
      alter: (request) => ({ ...request, client: { ...request.client, session } }),
    };
  },
  'user-agents': () => ({
    signature: [{ field: 'ClientRequestUserAgent', op: 'in', value: OLD_AGENTS }],
    alter: (request, random) => ({ ...request, client: { ...request.client, userAgent: random.pick(OLD_AGENTS) } }),
  }),
  protocol: (_random, bots) => ({
    signature: [
      { field: 'ClientRequestProtocol', op: 'eq', value: 'HTTP/1.1' },
      { field: 'JA4', op: 'in', value: [...new Set(bots.map((bot) => bot.software.ja4))].sort() },
    ],
    alter: (request) => ({ ...request, client: { ...request.client, protocol: 'HTTP/1.1' } }),
  }),
  length: (random) => {
    const low = 2_150 + random.int(120);
    return {
      signature: [
        { field: 'ClientRequestBytes', op: 'range', value: [low, low + 32] },
        { field: 'ClientRequestMethod', op: 'eq', value: 'POST' },
      ],
      alter: (request, source) => ({ ...request, requestBytes: low + source.int(33) }),
    };
  },
  referer: (random) => {
    const referer = `https://${random.pick(['free-prizes', 'best-deals', 'win-today'])}.example/${random.hex(4)}`;
    return {
      signature: [{ field: 'ClientRequestReferer', op: 'eq', value: referer }],
      alter: setting({ ClientRequestReferer: referer }),
    };
  },
  library: () => {
    const ja4 = 't13d1812h1_85036bcba153_375ca2c5e164';
    return {
      signature: [{ field: 'JA4', op: 'eq', value: ja4 }],
      alter: (request) => ({
        ...request,
        client: { ...request.client, userAgent: 'python-requests/2.32.3', protocol: 'HTTP/1.1', language: undefined },
        fields: { ...request.fields, JA4: ja4, JA3Hash: hashOf(ja4) },
      }),
    };
  },
  'bot-detection': (random) => {
    const id = 201_326_592 + random.int(900);
    return {
      signature: [{ field: 'BotDetectionIDs', op: 'contains', value: String(id) }],
      alter: setting({ BotDetectionIDs: [id], BotScore: 1, JSDetectionPassed: 'missing' }),
    };
  },
  'single-source': (random, bots) => {
    const ip = bots[0]?.source.ip ?? '';
    return {
      signature: [{ field: 'ClientIP', op: 'eq', value: ip }],
      alter: setting({ EdgeColoCode: random.pick([COLOS.AMS.code, COLOS.FRA.code]) }),
    };
  },
};
