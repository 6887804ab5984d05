import type { Random } from '../random.ts';
import { type Client, HEAVY_BOTS } from './clients.ts';
import { APP_PAGES, BROWSER_PAGES, FLOOD_PAGE, type Page, PROBES } from './pages.ts';
import {
  API_HOST,
  ddosShareAt,
  overloadAt,
  type RuleName,
  SEARCH_RATE_LIMIT,
  SEARCH_RULE,
  SHOP_HOST,
  waveAt,
} from './story.ts';

type Population = 'attack' | 'legitimate' | 'background';

/** One rule that matched. Only the last match of a request can end it; the earlier ones logged. */
export interface Match {
  readonly rule: RuleName;
  readonly action: 'log' | 'block' | 'managedChallenge' | 'managedChallengeInteractiveSolved';
}

/** One request as it happened, before anything is written. Times are epoch ms, sizes bytes. */
export interface HttpRequest {
  readonly population: Population;
  readonly at: number;
  readonly endAt: number;
  readonly rayId: string;
  /** Set on a request that a Worker made on behalf of another; such requests are not the client's. */
  readonly parentRayId: string | undefined;
  readonly client: Client;
  readonly method: Page['method'];
  readonly host: string;
  readonly contentType: string;
  readonly path: string;
  readonly query: string;
  readonly referer: string;
  readonly status: number;
  readonly bytes: number;
  readonly requestBytes: number;
  /** 0 when the origin gave no answer. */
  readonly originStatus: number;
  readonly originMs: number;
  readonly cache: 'hit' | 'miss' | 'dynamic' | 'expired';
  readonly matches: readonly Match[];
  readonly botScore: number;
  /** 1 (attack) to 99 (clean). */
  readonly wafScore: number;
}

export interface Crowd {
  readonly shoppers: readonly Client[];
  /** Bot by number; 0 to `HEAVY_BOTS - 1` are the heavy ones. */
  bot(number: number): Client;
  readonly bots: number;
  readonly scanners: readonly Client[];
}

/** Requests of each population to draw in one second. */
export interface SecondCounts {
  readonly attack: number;
  readonly legitimate: number;
  readonly background: number;
}

/** What is remembered from second to second: the counters of the rate limit. */
export interface EdgeState {
  readonly searches: Map<string, { period: number; count: number; blockedUntil: number }>;
}

/** Draws the requests of the second that starts at `second`, sorted by arrival. Counts are exact. */
export function drawSecond(
  random: Random,
  crowd: Crowd,
  edge: EdgeState,
  second: number,
  counts: SecondCounts,
  chooseBot: (random: Random, at: number) => number,
): HttpRequest[] {
  const arrivals: { readonly at: number; readonly population: Population }[] = [];
  const wave = waveAt(second) ?? waveAt(second + 999);
  const from = Math.max(second, wave?.start ?? second);
  const until = Math.min(second + 1_000, wave?.end ?? second + 1_000);
  for (let n = counts.attack; n > 0; n--)
    arrivals.push({ at: Math.floor(random.between(from, until)), population: 'attack' });
  for (let n = counts.legitimate; n > 0; n--)
    arrivals.push({ at: second + random.int(1_000), population: 'legitimate' });
  for (let n = counts.background; n > 0; n--)
    arrivals.push({ at: second + random.int(1_000), population: 'background' });
  arrivals.sort((a, b) => a.at - b.at);

  const requests: HttpRequest[] = [];
  for (const { at, population } of arrivals) {
    if (population === 'attack') requests.push(drawFlood(random, crowd.bot(chooseBot(random, at)), edge, at));
    else if (population === 'background') requests.push(drawProbe(random, random.pick(crowd.scanners), at));
    else requests.push(...drawShopping(random, shopperOf(random, crowd.shoppers), at));
  }
  return requests;
}

/** Bot numbers of a wave: six heavy ones send 22 %, the others less and less by number. Wave 3 brings newcomers. */
export function chooseBotOf(bots: number): (random: Random, at: number) => number {
  return (random, at) => {
    if (random.chance(0.22)) return random.int(HEAVY_BOTS);
    const wave = waveAt(at)?.number ?? 1;
    const [low, high] = wave === 1 ? [0, 0.72] : wave === 2 ? [0, 1] : [0.3, 1];
    const draw = random.next();
    return HEAVY_BOTS + Math.floor((low + draw * Math.sqrt(draw) * (high - low)) * (bots - HEAVY_BOTS));
  };
}

/** A few shoppers visit often, many once. */
function shopperOf(random: Random, shoppers: readonly Client[]): Client {
  const draw = random.next();
  const client = shoppers[Math.floor(draw * draw * shoppers.length)];
  if (!client) throw new RangeError('there are no shoppers');
  return client;
}

function drawFlood(random: Random, bot: Client, edge: EdgeState, at: number): HttpRequest {
  const base = {
    population: 'attack' as const,
    client: bot,
    page: FLOOD_PAGE,
    path: FLOOD_PAGE.path(random),
    query: FLOOD_PAGE.query(random),
    referer: '',
    requestBytes: FLOOD_PAGE.requestBytes + random.int(9),
    botScore: botScoreOf(random, bot),
    wafScore: 88 + random.int(10),
  };
  if (random.chance(ddosShareAt(at))) return stopped(random, at, base, [{ rule: 'ddos', action: 'block' }], 403);
  const matches = bot.language === undefined ? searchRuleAt(at) : [];
  if (matches.some((match) => match.action === 'managedChallenge')) return stopped(random, at, base, matches, 403);
  if (exceedsSearchLimit(edge, bot.ip, at))
    return stopped(random, at, base, [...matches, { rule: 'rateLimit', action: 'block' }], 429);
  return answered(random, at, base, FLOOD_PAGE, 'miss', matches);
}

/** One visit of a shopper; two requests where a challenge was solved and the form sent again. */
function drawShopping(random: Random, shopper: Client, at: number): HttpRequest[] {
  const isApp = !shopper.software.sendsLanguage && shopper.ipClass === 'noRecord';
  const page = (isApp ? APP_PAGES : BROWSER_PAGES)(random);
  const path = page.path(random);
  const base = {
    population: 'legitimate' as const,
    client: shopper,
    page,
    path,
    query: page.query(random),
    referer: isApp || random.chance(0.24) ? '' : `https://${SHOP_HOST}/`,
    requestBytes: Math.round(random.logNormal(page.requestBytes, 0.22)),
    botScore: botScoreOf(random, shopper),
    wafScore: 90 + random.int(9),
  };
  const matches = isApp && path === '/search' ? searchRuleAt(at) : [];
  if (matches.some((match) => match.action === 'managedChallenge')) return [stopped(random, at, base, matches, 403)];
  if (path === '/account/login' && random.chance(0.02)) {
    const again = at + 6_000 + random.int(9_000);
    return [
      stopped(random, at, base, [{ rule: 'login', action: 'managedChallenge' }], 403),
      answered(random, again, base, page, 'dynamic', [{ rule: 'login', action: 'managedChallengeInteractiveSolved' }]),
    ];
  }
  if (shopper.ipClass === 'searchEngine' && random.chance(0.05)) matches.push({ rule: 'anomaly', action: 'log' });
  if (random.chance(page.cacheable)) return [fromCache(random, at, base, page, matches)];
  const cache = page.cacheable > 0 ? (random.chance(0.3) ? 'expired' : 'miss') : 'dynamic';
  const request = answered(random, at, base, page, cache, matches);
  return path === '/cart/items' && random.chance(0.35) ? [request, subrequestOf(random, request)] : [request];
}

function drawProbe(random: Random, scanner: Client, at: number): HttpRequest {
  const isLogin = random.chance(0.3);
  const probe = PROBES(random);
  const base = {
    population: 'background' as const,
    client: scanner,
    page: isLogin ? LOGIN_FORM : ANY_PAGE,
    path: isLogin ? '/account/login' : probe.path,
    query: isLogin ? '' : probe.query,
    referer: '',
    requestBytes: 380 + random.int(420),
    botScore: botScoreOf(random, scanner),
    wafScore: isLogin || probe.rule === 'disclosure' ? 60 + random.int(30) : 1 + random.int(12),
  };
  if (isLogin) return stopped(random, at, base, [{ rule: 'login', action: 'managedChallenge' }], 403);
  const anomaly: Match[] = random.chance(0.4) ? [{ rule: 'anomaly', action: 'log' }] : [];
  return stopped(random, at, base, [...anomaly, { rule: probe.rule, action: 'block' }], 403);
}

const LOGIN_FORM = { method: 'POST', host: SHOP_HOST } as const;
const ANY_PAGE = { method: 'GET', host: SHOP_HOST } as const;

type RequestBase = Pick<
  HttpRequest,
  'population' | 'client' | 'path' | 'query' | 'referer' | 'requestBytes' | 'botScore' | 'wafScore'
> & { readonly page: Pick<Page, 'method' | 'host'> };

type Answer = Pick<
  HttpRequest,
  'at' | 'endAt' | 'status' | 'bytes' | 'originStatus' | 'originMs' | 'cache' | 'matches'
>;

/** Field by field rather than by spread: millions of these are made, and all must have one shape. */
function requestOf(random: Random, base: RequestBase, answer: Answer, contentType: string): HttpRequest {
  return {
    population: base.population,
    at: answer.at,
    endAt: answer.endAt,
    rayId: rayIdOf(random, answer.at),
    parentRayId: undefined,
    client: base.client,
    method: base.page.method,
    host: base.page.host,
    contentType,
    path: base.path,
    query: base.query,
    referer: base.referer,
    status: answer.status,
    bytes: answer.bytes,
    requestBytes: base.requestBytes,
    originStatus: answer.originStatus,
    originMs: answer.originMs,
    cache: answer.cache,
    matches: answer.matches,
    botScore: base.botScore,
    wafScore: base.wafScore,
  };
}

/** Ended at the edge by the last match; the origin never sees it. */
function stopped(
  random: Random,
  at: number,
  base: RequestBase,
  matches: readonly Match[],
  status: number,
): HttpRequest {
  const endAt = at + 1 + random.int(4);
  const bytes = (status === 429 ? 1_640 : 4_480) + random.int(60);
  const answer = { at, endAt, status, bytes, originStatus: 0, originMs: 0, cache: 'dynamic', matches } as const;
  return requestOf(random, base, answer, 'text/html');
}

function fromCache(random: Random, at: number, base: RequestBase, page: Page, matches: readonly Match[]): HttpRequest {
  const endAt = at + 4 + random.int(40);
  const status = random.chance(0.06) ? 304 : 200;
  const bytes = Math.round(random.logNormal(page.bytes, 0.18));
  const answer = { at, endAt, status, bytes, originStatus: 0, originMs: 0, cache: 'hit', matches } as const;
  return requestOf(random, base, answer, page.contentType);
}

/** Handed to the origin, which is as healthy as the overload of that moment lets it be. */
function answered(
  random: Random,
  at: number,
  base: RequestBase,
  page: Page,
  cache: HttpRequest['cache'],
  matches: readonly Match[],
): HttpRequest {
  const overload = overloadAt(at);
  const isSearch = base.path === '/search';
  const fails = random.chance(0.0012 + overload * (isSearch ? 0.64 : 0.36));
  const kind = random.next();
  const timedOut = fails && kind < 0.12;
  const originStatus = timedOut ? 0 : fails ? (kind < 0.3 ? 504 : 503) : healthyStatus(random, base.path);
  const slow = 1 + overload * (isSearch ? 34 : 15) * (0.25 + random.next());
  const originMs = timedOut
    ? 0
    : Math.min(15_000, Math.max(3, Math.round(random.logNormal(page.originMs, 0.42) * slow)));
  const status = timedOut ? 522 : originStatus;
  const endAt = at + originMs + (timedOut ? 15_000 : 0) + 3 + random.int(30);
  const bytes =
    status < 300
      ? Math.round(random.logNormal(page.bytes, 0.2))
      : status >= 500
        ? 1_180 + random.int(40)
        : 640 + random.int(300);
  return requestOf(
    random,
    base,
    { at, endAt, status, bytes, originStatus, originMs, cache, matches },
    page.contentType,
  );
}

function healthyStatus(random: Random, path: string): number {
  const draw = random.next();
  if (draw < 0.012) return path.startsWith('/p/') ? 404 : 302;
  if (path === '/account/login' || path.startsWith('/checkout')) return draw < 0.7 ? 200 : 302;
  return draw < 0.018 ? 301 : 200;
}

/** The Worker behind the cart asks the stock service; logged under the same zone with the ray of the cart request as parent. */
function subrequestOf(random: Random, parent: HttpRequest): HttpRequest {
  const at = parent.at + 2;
  return {
    ...parent,
    method: 'GET',
    host: API_HOST,
    contentType: 'application/json',
    path: '/v2/stock',
    query: '?source=cart',
    at,
    endAt: at + 40 + random.int(30),
    rayId: rayIdOf(random, at),
    parentRayId: parent.rayId,
    status: 200,
    bytes: 1_300 + random.int(200),
    originStatus: 200,
    originMs: 38 + random.int(20),
    matches: [],
  };
}

function searchRuleAt(at: number): Match[] {
  if (at < SEARCH_RULE.logFrom || at >= SEARCH_RULE.removedAt) return [];
  return [{ rule: 'search', action: at < SEARCH_RULE.challengeFrom ? 'log' : 'managedChallenge' }];
}

/** Fixed periods that start at multiples of the period; an address above the limit is blocked from then on for `blockMs`. */
function exceedsSearchLimit(edge: EdgeState, ip: string, at: number): boolean {
  const period = Math.floor(at / SEARCH_RATE_LIMIT.periodMs);
  const state = edge.searches.get(ip) ?? { period, count: 0, blockedUntil: 0 };
  if (at < state.blockedUntil) return true;
  if (state.period !== period) {
    state.period = period;
    state.count = 0;
  }
  state.count++;
  edge.searches.set(ip, state);
  if (state.count <= SEARCH_RATE_LIMIT.requests) return false;
  state.blockedUntil = at + SEARCH_RATE_LIMIT.blockMs;
  return true;
}

function botScoreOf(random: Random, client: Client): number {
  const [low, high] = client.software.botScore;
  return low + random.int(high - low + 1);
}

/** 16 hexadecimal digits that grow with time, the last seven by chance. */
function rayIdOf(random: Random, at: number): string {
  return (0x8e0000000 + Math.floor((at % 86_400_000) / 4)).toString(16).slice(-9) + random.hex(7);
}
