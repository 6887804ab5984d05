import type { Client } from './clients.ts';
import type { HttpRequest, Match } from './population.ts';
import { RULES, ZONE } from './story.ts';

const ORIGIN_ADDRESSES = ['192.0.2.241', '192.0.2.242'];
const CHALLENGE_OR_BLOCK = new Set(['block', 'managedChallenge']);

/**
 * One line of Logpush `http_requests` in the field order of the job, times as `unixnano`. `source` names are camelCase here
 * and lower case in `firewall_events`, as the provider documents them. Written from cached fragments rather than from one
 * object, because the benchmark writes millions of lines; a test parses lines back.
 */
export function httpRequestLine(request: HttpRequest): string {
  const { client } = request;
  // Nanoseconds are above 2^53, so the digits of milliseconds are followed by zeros as text.
  return (
    `{"EdgeStartTimestamp":${request.at}000000,"EdgeEndTimestamp":${request.endAt}000000,"RayID":"${request.rayId}"` +
    `,"ParentRayID":"${request.parentRayId ?? '00'}","ZoneName":"${ZONE}","ClientIP":"${client.ip}"` +
    `,"ClientIPClass":"${client.ipClass}","ClientASN":${client.network.asn},"ClientCountry":"${client.network.country}"` +
    softwareFields(client) +
    `,"ClientRequestSource":"${request.parentRayId === undefined ? 'eyeball' : 'edgeWorkerFetch'}"` +
    `,"ClientRequestScheme":"https","ClientRequestHost":"${request.host}","ClientRequestMethod":"${request.method}"` +
    `,"ClientRequestPath":${JSON.stringify(request.path)},"ClientRequestURI":${JSON.stringify(request.path + request.query)}` +
    `,"ClientRequestReferer":${JSON.stringify(request.referer)},"ClientRequestBytes":${request.requestBytes}` +
    `,"BotScore":${request.botScore},"BotScoreSrc":"${botScoreSourceOf(request)}"` +
    `,"BotTags":${client.ipClass === 'searchEngine' ? '["search_engine"]' : '[]'}` +
    `,"WAFAttackScore":${request.wafScore}${securityFields(request.matches)}` +
    `,"CacheCacheStatus":"${request.cache}","EdgeColoCode":"${client.colo.code}"` +
    `,"EdgeResponseStatus":${request.status},"EdgeResponseBytes":${request.bytes}` +
    `,"EdgeResponseContentType":"${request.contentType}","OriginIP":"${originAddressOf(request)}"` +
    `,"OriginResponseStatus":${request.originStatus},"OriginResponseDurationMs":${request.originMs}}`
  );
}

function botScoreSourceOf(request: HttpRequest): string {
  if (request.client.ipClass === 'searchEngine') return 'Verified Bot';
  return request.botScore < 5 ? 'Heuristics' : 'Machine Learning';
}

function originAddressOf(request: HttpRequest): string {
  const wasAsked = request.originStatus !== 0 || request.status === 522;
  return wasAsked ? (ORIGIN_ADDRESSES[request.at % 2] ?? '') : '';
}

/** The fields that depend on the client's software and language alone, as a part of an object; few different ones exist. */
function softwareFields(client: Client): string {
  const key = `${client.software.ja4} ${client.userAgent} ${client.language ?? ''}`;
  const cached = softwareFragments.get(key);
  if (cached !== undefined) return cached;
  const fragment = fragmentOf({
    ClientDeviceType: client.software.device,
    ClientRequestProtocol: client.software.protocol,
    ClientRequestUserAgent: client.userAgent,
    ClientSSLProtocol: client.software.tls,
    ClientSSLCipher: client.software.cipher,
    JA3Hash: client.software.ja3,
    JA4: client.software.ja4,
    RequestHeaders: {
      accept: client.software.accept,
      ...(client.language === undefined ? {} : { 'accept-language': client.language }),
      'x-header-order': client.software.headerOrder,
    },
  });
  softwareFragments.set(key, fragment);
  return fragment;
}

/** The fields of the rules that matched, as a part of an object. */
function securityFields(matches: readonly Match[]): string {
  let key = '';
  for (const match of matches) key += `${match.rule} ${match.action} `;
  const cached = securityFragments.get(key);
  if (cached !== undefined) return cached;
  const last = matches.at(-1);
  const terminating = last && last.action !== 'log' ? last : undefined;
  const fragment = fragmentOf({
    SecurityAction: terminating?.action ?? '',
    SecurityActions: matches.map((match) => match.action),
    SecuritySources: matches.map((match) => RULES[match.rule].source),
    SecurityRuleID: terminating ? RULES[terminating.rule].id : '',
    SecurityRuleIDs: matches.map((match) => RULES[match.rule].id),
    SecurityRuleDescription: terminating ? RULES[terminating.rule].description : '',
  });
  securityFragments.set(key, fragment);
  return fragment;
}

const softwareFragments = new Map<string, string>();
const securityFragments = new Map<string, string>();

/** `,"name":value,…` without the braces. */
function fragmentOf(fields: object): string {
  return `,${JSON.stringify(fields).slice(1, -1)}`;
}

/** Lines of Logpush `firewall_events`, one a match, times in RFC 3339 with whole seconds. The last match has index 0. */
export function firewallEventLines(request: HttpRequest): string[] {
  const { client, matches } = request;
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
      ClientRequestHost: request.host,
      ClientRequestMethod: request.method,
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
export function dispositionOf(request: HttpRequest): 'blocked' | 'challenged' | 'rate_limited' | 'passed' | 'logged' {
  const last = request.matches.at(-1);
  if (!last) return 'passed';
  if (last.action === 'log') return 'logged';
  if (!CHALLENGE_OR_BLOCK.has(last.action)) return 'passed';
  if (last.rule === 'rateLimit') return 'rate_limited';
  return last.action === 'block' ? 'blocked' : 'challenged';
}
