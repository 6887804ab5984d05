import type { HttpRequest } from './population.ts';
import { RULES, ZONE } from './story.ts';

const ORIGIN_ADDRESSES = ['192.0.2.241', '192.0.2.242'];
const CHALLENGE_OR_BLOCK = new Set(['block', 'managedChallenge']);

/**
 * One line of Logpush `http_requests` in the field order of the job, times as `unixnano`. `source` names are camelCase here
 * and lower case in `firewall_events`, as the provider documents them.
 */
export function httpRequestLine(request: HttpRequest): string {
  const { client, page, matches } = request;
  const last = matches.at(-1);
  const terminating = last && last.action !== 'log' ? last : undefined;
  const reachedOrigin = request.originStatus !== 0 || request.status === 522;
  const record = {
    EdgeStartTimestamp: 0,
    EdgeEndTimestamp: 1,
    RayID: request.rayId,
    ParentRayID: request.parentRayId ?? '00',
    ZoneName: ZONE,
    ClientIP: client.ip,
    ClientIPClass: client.ipClass,
    ClientASN: client.network.asn,
    ClientCountry: client.network.country,
    ClientDeviceType: client.software.device,
    ClientRequestSource: request.parentRayId === undefined ? 'eyeball' : 'edgeWorkerFetch',
    ClientRequestScheme: 'https',
    ClientRequestHost: page.host,
    ClientRequestMethod: page.method,
    ClientRequestPath: request.path,
    ClientRequestURI: request.path + request.query,
    ClientRequestProtocol: client.software.protocol,
    ClientRequestReferer: request.referer,
    ClientRequestUserAgent: client.userAgent,
    ClientRequestBytes: request.requestBytes,
    ClientSSLProtocol: client.software.tls,
    ClientSSLCipher: client.software.cipher,
    JA3Hash: client.software.ja3,
    JA4: client.software.ja4,
    RequestHeaders: {
      accept: client.software.accept,
      ...(client.language === undefined ? {} : { 'accept-language': client.language }),
      'x-header-order': client.software.headerOrder,
    },
    BotScore: request.botScore,
    BotScoreSrc:
      client.ipClass === 'searchEngine' ? 'Verified Bot' : request.botScore < 5 ? 'Heuristics' : 'Machine Learning',
    BotTags: client.ipClass === 'searchEngine' ? ['search_engine'] : [],
    WAFAttackScore: request.wafScore,
    SecurityAction: terminating?.action ?? '',
    SecurityActions: matches.map((match) => match.action),
    SecuritySources: matches.map((match) => RULES[match.rule].source),
    SecurityRuleID: terminating ? RULES[terminating.rule].id : '',
    SecurityRuleIDs: matches.map((match) => RULES[match.rule].id),
    SecurityRuleDescription: terminating ? RULES[terminating.rule].description : '',
    CacheCacheStatus: request.cache,
    EdgeColoCode: client.colo.code,
    EdgeResponseStatus: request.status,
    EdgeResponseBytes: request.bytes,
    EdgeResponseContentType: page.contentType,
    OriginIP: reachedOrigin ? (ORIGIN_ADDRESSES[request.at % 2] ?? '') : '',
    OriginResponseStatus: request.originStatus,
    OriginResponseDurationMs: request.originMs,
  };
  // Nanoseconds are above 2^53, so the digits are put in as text. Both placeholders are the first of their kind.
  return JSON.stringify(record)
    .replace('"EdgeStartTimestamp":0', `"EdgeStartTimestamp":${request.at}000000`)
    .replace('"EdgeEndTimestamp":1', `"EdgeEndTimestamp":${request.endAt}000000`);
}

/** Lines of Logpush `firewall_events`, one a match, times in RFC 3339 with whole seconds. The last match has index 0. */
export function firewallEventLines(request: HttpRequest): string[] {
  const { client, page, matches } = request;
  return matches.map((match, index) => {
    const rule = RULES[match.rule];
    return JSON.stringify({
      Datetime: rfc3339(request.at),
      RayID: request.rayId,
      OriginatorRayID: '00',
      Action: match.action.toLowerCase(),
      Source: rule.source.toLowerCase(),
      RuleID: rule.id,
      Description: rule.description,
      Ref: '',
      Kind: 'firewall',
      MatchIndex: matches.length - 1 - index,
      Metadata: rule.source === 'l7ddos' ? { 'dos-source': 'dosd-edge' } : {},
      ClientIP: client.ip,
      ClientIPClass: client.ipClass,
      ClientASN: client.network.asn,
      ClientASNDescription: client.network.name.toUpperCase().replaceAll(' ', '-'),
      ClientCountry: client.network.country,
      ClientRequestScheme: 'https',
      ClientRequestHost: page.host,
      ClientRequestMethod: page.method,
      ClientRequestPath: request.path,
      ClientRequestQuery: request.query,
      ClientRequestProtocol: client.software.protocol,
      ClientRequestUserAgent: client.userAgent,
      EdgeColoCode: client.colo.code,
      EdgeResponseStatus: request.status,
      OriginResponseStatus: request.originStatus,
    });
  });
}

/** `2026-11-17T13:22:10Z`: whole seconds, rounded down, as the job writes them. */
export function rfc3339(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** What was done with the request in the end. */
export function dispositionOf(
  request: HttpRequest,
): 'blocked' | 'challenged' | 'rate_limited' | 'passed' | 'logged' {
  const last = request.matches.at(-1);
  if (!last) return 'passed';
  if (last.action === 'log') return 'logged';
  if (!CHALLENGE_OR_BLOCK.has(last.action)) return 'passed';
  if (last.rule === 'rateLimit') return 'rate_limited';
  return last.action === 'block' ? 'blocked' : 'challenged';
}
