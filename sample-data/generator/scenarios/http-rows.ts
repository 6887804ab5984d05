import type { Random } from '../random.ts';
import type { HttpClient } from './http-clients.ts';
import { type Page, ZONE } from './http-pages.ts';

/** A record of the log, by the field names of Logpush. */
export type LogRow = Readonly<Record<string, unknown>>;

/** What the edge did: nothing, the defence against the flood, a rule of the customer, or the rule's log entry alone. */
type HttpTreatment = 'passed' | 'flood-rule' | 'customer-rule';
/** Who answered. */
type Answer = 'edge' | 'origin' | 'origin-error';

const FLOOD_RULE = {
  id: '20c5afeacc4c4d2c8b1f7e6a5d4c3b2a',
  source: 'l7ddos',
  action: 'block',
  text: 'HTTP flood: requests of a known botnet',
};
const SCAN_RULE = {
  id: '8e361ee4328f4a3caf6caf3e664ed6fe',
  source: 'firewallManaged',
  action: 'block',
  text: 'Probing for files that must not be public',
};

export interface HttpFacts {
  readonly at: number;
  readonly client: HttpClient;
  readonly page: Page;
  readonly treatment: HttpTreatment;
  readonly answer: Answer;
  readonly requestBytes: number;
  readonly scanner: boolean;
  readonly labels: boolean;
  /** Fields that an attack sets itself. */
  readonly fields: LogRow;
}

export function httpRow(random: Random, facts: HttpFacts): LogRow {
  const { client, page, treatment, answer, at } = facts;
  const rule = treatment === 'flood-rule' ? FLOOD_RULE : treatment === 'customer-rule' ? SCAN_RULE : undefined;
  const isBrowser = client.software.kind === 'browser';
  const isCrawler = client.software.kind === 'crawler';
  const waf = facts.scanner ? 2 + random.int(18) : Math.min(99, 60 + random.int(40));
  const duration = answer === 'edge' ? 0 : Math.round(random.logNormal(answer === 'origin' ? 85 : 900, 0.5));
  return {
    EdgeStartTimestamp: at * 1_000_000,
    EdgeEndTimestamp: (at + 3 + duration) * 1_000_000,
    RayID: random.hex(16),
    ParentRayID: '00',
    ZoneName: ZONE,
    ClientIP: client.source.ip,
    ClientIPClass: isCrawler ? 'searchEngine' : 'noRecord',
    ClientASN: client.source.network.asn,
    ClientCountry: client.source.network.country,
    ClientDeviceType: /Mobile|iPhone|Android|okhttp|CFNetwork/.test(client.userAgent) ? 'mobile' : 'desktop',
    ClientSrcPort: 1_024 + random.int(64_000),
    ClientRequestSource: 'eyeball',
    ClientRequestScheme: 'https',
    ClientRequestHost: page.host,
    ClientRequestMethod: page.method,
    ClientRequestPath: page.path,
    ClientRequestURI: page.path + page.query,
    ClientRequestProtocol: client.protocol,
    ClientRequestUserAgent: client.userAgent,
    ClientRequestReferer: isBrowser && random.chance(0.7) ? `https://www.${ZONE}/` : '',
    ClientRequestBytes: facts.requestBytes,
    ClientSSLProtocol: client.protocol === 'HTTP/1.1' && !isBrowser ? 'TLSv1.2' : 'TLSv1.3',
    ClientSSLCipher: random.chance(0.8) ? 'AEAD-AES128-GCM-SHA256' : 'AEAD-AES256-GCM-SHA384',
    JA3Hash: client.software.ja3,
    JA4: client.software.ja4,
    RequestHeaders: {
      accept: isBrowser ? 'text/html,application/xhtml+xml,*/*;q=0.8' : '*/*',
      ...(client.language === undefined ? {} : { 'accept-language': client.language }),
      ...(isBrowser ? { 'sec-fetch-mode': random.chance(0.4) ? 'navigate' : 'no-cors' } : {}),
    },
    Cookies: {
      ...(client.session === undefined ? {} : { session: client.session }),
      ...(client.consent ? { consent: '1' } : {}),
    },
    BotScore: isCrawler || client.software.kind === 'library' ? 1 + random.int(20) : 45 + random.int(55),
    BotScoreSrc: isCrawler ? 'Verified Bot' : 'Machine Learning',
    BotTags: isCrawler ? ['search_engine'] : [],
    BotDetectionIDs: client.software.kind === 'library' ? [33_554_817] : [],
    JSDetectionPassed: isBrowser && random.chance(0.8) ? 'passed' : 'missing',
    WAFAttackScore: waf,
    WAFSQLiAttackScore: Math.min(99, waf + random.int(10)),
    WAFXSSAttackScore: Math.min(99, waf + random.int(10)),
    WAFRCEAttackScore: Math.min(99, waf + random.int(10)),
    SecurityAction: rule?.action ?? '',
    SecurityActions: rule ? [rule.action] : [],
    SecuritySources: rule ? [rule.source] : [],
    SecurityRuleID: rule?.id ?? '',
    SecurityRuleIDs: rule ? [rule.id] : [],
    SecurityRuleDescription: rule && facts.labels ? rule.text : '',
    CacheCacheStatus: rule ? 'unknown' : answer === 'edge' ? 'hit' : page.cached > 0 ? 'miss' : 'dynamic',
    EdgeColoCode: client.colo,
    EdgeResponseStatus: rule
      ? 403
      : answer === 'origin-error'
        ? 503
        : page.path === '/login' && page.method === 'POST' && random.chance(0.6)
          ? 401
          : 200,
    EdgeResponseBytes: Math.round(random.logNormal(rule ? 1_400 : page.bytes, 0.35)),
    EdgeResponseContentType: page.type,
    OriginIP: answer === 'edge' ? '' : '192.0.2.241',
    OriginResponseStatus: answer === 'edge' ? 0 : answer === 'origin' ? 200 : 503,
    OriginResponseDurationMs: duration,
    ...facts.fields,
  };
}

const PROBES = [
  '/.env',
  '/wp-login.php',
  '/.git/config',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/actuator/env',
];

export function probe(random: Random): Page {
  return {
    host: `www.${ZONE}`,
    path: random.pick(PROBES),
    query: '',
    method: 'GET',
    type: 'html',
    cached: 0,
    bytes: 1_400,
  };
}
