import { add, containedAt, peaksOf, percentile, toCounts, toTop } from '../tally.ts';
import type {
  ClocksTruth,
  HttpMinuteTruth,
  HttpTruth,
  OriginTruth,
  RuleTruth,
  TruthWindow,
  WaveTruth,
} from '../truth.ts';
import { FLOOD_TOOL } from './clients.ts';
import type { HttpRequest } from './population.ts';
import { dispositionOf } from './records.ts';
import { RULES, SHOP_HOST, WAVES } from './story.ts';

const MITIGATED = new Set(['blocked', 'challenged', 'rate_limited']);

/** What is broken down, under the name of the Logpush field. */
const TOP_FIELDS: Readonly<Record<string, (request: HttpRequest) => string>> = {
  CacheCacheStatus: (request) => request.cache,
  ClientASN: (request) => String(request.client.network.asn),
  ClientCountry: (request) => request.client.network.country,
  ClientIP: (request) => request.client.ip,
  ClientRequestHost: (request) => request.host,
  ClientRequestMethod: (request) => request.method,
  ClientRequestPath: (request) => request.path,
  ClientRequestProtocol: (request) => request.client.software.protocol,
  ClientRequestUserAgent: (request) => request.client.userAgent,
  EdgeColoCode: (request) => request.client.colo.code,
  EdgeResponseStatus: (request) => String(request.status),
  JA3Hash: (request) => request.client.software.ja3,
  JA4: (request) => request.client.software.ja4,
  OriginResponseStatus: (request) => String(request.originStatus),
};

/** Counts everything about the drawn requests of a case. `all` holds every request once, subrequests included. */
export function countHttpTruth(
  all: readonly HttpRequest[],
  written: { readonly repeatedRecords: number; readonly firewallEvents: number },
): HttpTruth {
  const requests = all.filter((request) => request.parentRayId === undefined);
  const attack = requests.filter((request) => request.population === 'attack');
  const waves = WAVES.map((wave) =>
    countWave(
      wave.number,
      attack.filter((request) => isWithin(request.at, wave)),
    ),
  );
  return {
    sampling: 'none',
    requests: requests.length,
    bytes: requests.reduce((sum, request) => sum + request.bytes, 0),
    byPopulation: toCounts(countBy(requests, (request) => request.population)),
    byDisposition: toCounts(countBy(requests, dispositionOf)),
    attackByDisposition: toCounts(countBy(attack, dispositionOf)),
    legitimateByDisposition: toCounts(
      countBy(
        requests.filter((request) => request.population === 'legitimate'),
        dispositionOf,
      ),
    ),
    attackReachedOrigin: attack.filter((request) => request.originStatus !== 0).length,
    reachedOrigin: requests.filter((request) => request.originStatus !== 0).length,
    origin5xx: requests.filter((request) => request.originStatus >= 500).length,
    edge5xx: requests.filter((request) => request.status >= 500).length,
    subrequests: all.length - requests.length,
    ...written,
    minutes: countMinutes(requests),
    waves,
    clocks: clocksOf(waves),
    peaks: peaksOf(secondsOf(requests)),
    attackPeaks: peaksOf(secondsOf(attack)),
    top: topsOf(requests),
    attackTop: topsOf(attack),
    rules: countRules(requests, waves[0]?.start ?? 0),
    origin: countOrigin(requests, waves),
    signature: countSignature(requests),
    vectors: ['http-flood'],
  };
}

const isWithin = (at: number, window: TruthWindow) => at >= window.start && at < window.end;

function countBy(requests: readonly HttpRequest[], keyOf: (request: HttpRequest) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const request of requests) add(counts, keyOf(request));
  return counts;
}

function secondsOf(requests: readonly HttpRequest[]): Map<number, number> {
  const seconds = new Map<number, number>();
  for (const request of requests) add(seconds, Math.floor(request.at / 1_000));
  return seconds;
}

function topsOf(requests: readonly HttpRequest[]) {
  return Object.fromEntries(
    Object.entries(TOP_FIELDS).map(([field, keyOf]) => [field, toTop(countBy(requests, keyOf))]),
  );
}

function countWave(number: number, attack: readonly HttpRequest[]): WaveTruth {
  const stopped = attack.filter((request) => MITIGATED.has(dispositionOf(request)));
  const times = attack.map((request) => request.at);
  const start = times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const end = times.reduce((last, at) => Math.max(last, at), 0) + 1;
  const contained = containedAt({ start, end }, secondsOf(attack), secondsOf(stopped));
  if (contained === undefined) throw new Error(`wave ${number} of the story is never contained`);
  return {
    number,
    start,
    end,
    attack: attack.length,
    mitigated: stopped.length,
    leaked: attack.length - stopped.length,
    firstMitigatedAt: stopped.reduce((first, request) => Math.min(first, request.at), Number.POSITIVE_INFINITY),
    containedAt: contained,
    peaks: peaksOf(secondsOf(attack)),
    vectors: ['http-flood'],
  };
}

/** The moments of the incident from its waves, in order. @throws when there is no wave. */
export function clocksOf(waves: readonly WaveTruth[]): ClocksTruth {
  const first = waves[0];
  const last = waves.at(-1);
  if (!first || !last) throw new Error('a story without a wave has no clocks');
  return {
    firstAttackAt: first.start,
    firstMitigatedAt: first.firstMitigatedAt,
    containedAt: first.containedAt,
    endedAt: last.end,
    timeToMitigateMs: first.firstMitigatedAt - first.start,
    timeToContainMs: first.containedAt - first.start,
    calendarMs: last.end - first.start,
    activeMs: waves.reduce((sum, wave) => sum + wave.end - wave.start, 0),
  };
}

function countMinutes(requests: readonly HttpRequest[]): HttpMinuteTruth[] {
  const minutes = new Map<number, { -readonly [K in keyof HttpMinuteTruth]: HttpMinuteTruth[K] }>();
  for (const request of requests) {
    const t = Math.floor(request.at / 60_000) * 60_000;
    const minute = minutes.get(t) ?? { t, requests: 0, attack: 0, mitigated: 0, origin: 0, origin5xx: 0, bytes: 0 };
    minutes.set(t, minute);
    minute.requests++;
    minute.bytes += request.bytes;
    if (request.population === 'attack') minute.attack++;
    if (MITIGATED.has(dispositionOf(request))) minute.mitigated++;
    if (request.originStatus !== 0) minute.origin++;
    if (request.originStatus >= 500) minute.origin5xx++;
  }
  return [...minutes.values()].sort((a, b) => a.t - b.t);
}

function countRules(requests: readonly HttpRequest[], firstWaveAt: number): RuleTruth[] {
  const rules = new Map<string, { -readonly [K in keyof RuleTruth]: RuleTruth[K] }>();
  for (const request of requests)
    for (const match of request.matches) {
      const { id, description, source } = RULES[match.rule];
      const { action } = match;
      const rule = rules.get(`${id} ${action}`) ?? {
        id,
        description,
        source,
        action,
        requests: 0,
        firstAt: request.at,
        lastAt: request.at,
        before: 0,
      };
      rules.set(`${id} ${action}`, rule);
      rule.requests++;
      rule.firstAt = Math.min(rule.firstAt, request.at);
      rule.lastAt = Math.max(rule.lastAt, request.at);
      if (request.at < firstWaveAt) rule.before++;
    }
  return [...rules.values()].sort((a, b) => b.requests - a.requests || (a.id < b.id ? -1 : 1));
}

function countOrigin(requests: readonly HttpRequest[], waves: readonly WaveTruth[]): HttpTruth['origin'] {
  const { firstAttackAt, endedAt } = clocksOf(waves);
  const phase = (belongs: (at: number) => boolean): OriginTruth => {
    const answered = requests.filter((request) => request.originStatus !== 0 && belongs(request.at));
    const shoppers = answered.filter((request) => request.population === 'legitimate');
    const times = answered.map((request) => request.originMs);
    return {
      answered: answered.length,
      errors: answered.filter((request) => request.originStatus >= 500).length,
      p50Ms: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
      legitimateAnswered: shoppers.length,
      legitimateErrors: shoppers.filter((request) => request.originStatus >= 500).length,
    };
  };
  return {
    before: phase((at) => at < firstAttackAt),
    during: phase((at) => waves.some((wave) => isWithin(at, wave))),
    after: phase((at) => at >= endedAt),
  };
}

function countSignature(requests: readonly HttpRequest[]): HttpTruth['signature'] & object {
  const matches = requests.filter(
    (request) =>
      request.client.software.ja4 === FLOOD_TOOL.ja4 &&
      request.client.language === undefined &&
      request.host === SHOP_HOST &&
      request.path === '/search',
  );
  const matchesAttack = matches.filter((request) => request.population === 'attack').length;
  return {
    all: [
      { field: 'JA4', op: 'eq', value: FLOOD_TOOL.ja4 },
      { field: 'RequestHeaders.accept-language', op: 'absent' },
      { field: 'ClientRequestHost', op: 'eq', value: SHOP_HOST },
      { field: 'ClientRequestPath', op: 'eq', value: '/search' },
    ],
    matchesAttack,
    matchesOther: matches.length - matchesAttack,
  };
}
