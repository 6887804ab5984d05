import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Requests outside and inside the flood of the case, and packets. */
export const REQUESTS = { quiet: 1_200, flood: 2_400 } as const;
export const PACKET_ROWS = 300;

/**
 * Four of five rows hold one of ten texts: the first ten times as often as the tenth, so that no two of them tie and every top
 * list shows the same ten. The rest of the rows goes round all texts.
 */
const RANKS = Array.from({ length: 10 }, (_, rank) => new Array<number>(10 - rank).fill(rank)).flat();

/** What stands in the fields of a case: the `index`-th text of `field`. Equal arguments give equal texts. */
export type TextOf = (field: string, index: number) => string;

const START = Date.UTC(2026, 10, 17, 14, 0, 0);
const FLOOD_START = START + 600_000;

/**
 * A workspace with an attack seen by a request log, an event log, a packet log, an API answer, alerts, a mapped table and three
 * timelines, in which every text that an attacker, a customer or a colleague writes is `textOf`. The texts of one field are
 * `texts` different ones; those from `first` on are the most frequent, so that top lists show them.
 */
export async function makeHostileCase(textOf: TextOf, options: { readonly texts: number; readonly first: number }) {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-hostile-'));
  const pick = (field: string, row: number) => {
    const place = row % 5 === 0 ? Math.floor(row / 5) : (RANKS[Math.floor(row / 5) % RANKS.length] ?? 0);
    return textOf(field, (options.first + place) % options.texts);
  };
  const once = (field: string) => textOf(field, options.first % options.texts);
  const files: Record<string, string> = {
    'debrief.yaml': yaml({ provider: { name: once('provider'), contact: once('contact') } }),
    'customers/acme.yaml': yaml({
      id: 'acme',
      name: once('customer'),
      brand: 'acme',
      zones: ['acme.example'],
      prefixes: ['203.0.113.0/24'],
      accounts: ['acme-account'],
      sla: [{ clause: once('clause'), metric: 'time-to-mitigate', target: 30, unit: 'seconds' }],
    }),
    'brands/acme/brand.yaml': yaml({ name: once('brand'), legal: once('legal') }),
    [`incidents/logs/${fileName(once('file'))}-1.ndjson`]: ndjson(requests(pick)),
    [`incidents/logs/${fileName(once('file'))}-2.ndjson`]: ndjson(events(pick)),
    [`incidents/logs/${fileName(once('file'))}-3.ndjson`]: ndjson(packets(pick)),
    'incidents/graphql.json': JSON.stringify(answer(pick)),
    'incidents/alert.json': JSON.stringify(alert(once)),
    'incidents/edge.csv': table(pick),
    'incidents/edge.yaml': yaml({
      kind: 'events',
      layer: 'http',
      record: {
        time: 'time',
        host: 'host',
        path: 'path',
        user_agent: 'agent',
        source_as_name: 'as',
        rule_name: 'rule',
      },
    }),
    'incidents/timeline.yaml': yaml({ entries: timeline(pick) }),
    'incidents/timeline.md': markdown(pick),
    'incidents/zendesk.json': JSON.stringify(tickets(pick)),
    'incidents/INC-1.yaml': yaml({
      customer: 'acme',
      id: 'INC-1',
      title: once('title'),
      traffic: [
        { file: 'logs/*.ndjson' },
        { file: 'graphql.json' },
        { file: 'alert.json' },
        { file: 'edge.csv', format: 'mapped', mapping: 'edge.yaml' },
      ],
      timeline: [{ file: 'timeline.yaml' }, { file: 'timeline.md' }, { file: 'zendesk.json' }],
    }),
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

type Pick = (field: string, row: number) => string;

/** JSON is YAML, and every text in it is escaped. */
function yaml(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function ndjson(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** A file system takes every name without a slash, a NUL and half a character; the pattern wants no dot first. */
function fileName(text: string): string {
  return `log ${whole(text).replaceAll(/[/\0]/g, '_').slice(0, 60)}`;
}

/** UTF-8 has no half characters. */
function whole(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\uFFFD');
}

function at(ms: number): string {
  return new Date(ms).toISOString();
}

function requests(pick: Pick): object[] {
  const rows: object[] = [];
  const add = (t: number, flood: boolean) => {
    // The rare texts come with the flood only, so that those that tie do so in every number.
    const row = flood ? rows.length : rows.length - (rows.length % 5) + 1;
    rows.push({
      EdgeStartTimestamp: at(t),
      RayID: `ray-${rows.length}`,
      ZoneName: 'acme.example',
      ClientIP: `198.51.100.${row % 200}`,
      ClientASN: 64_496 + (row % 10),
      ClientASNDescription: pick('as name', row),
      ClientCountry: pick('country', row),
      ClientRequestHost: `${pick('host', row)}.acme.example`,
      ClientRequestMethod: pick('method', row),
      ClientRequestPath: pick('path', row),
      ClientRequestURI: `/search?token=HELDSECRET&q=${pick('query', row)}`,
      ClientRequestProtocol: pick('protocol', row),
      ClientRequestUserAgent: pick('user agent', row),
      ClientRequestReferer: pick('referer', row),
      Cookies: { [pick('cookie', row)]: 'HELDSECRET' },
      RequestHeaders: { [pick('header', row)]: pick('header value', row) },
      JA3Hash: pick('ja3', row),
      JA4: pick('ja4', row),
      EdgeColoCode: pick('colo', row),
      CacheCacheStatus: pick('cache', row),
      EdgeResponseStatus: flood ? 403 : 200,
      EdgeResponseBytes: 100,
      OriginResponseStatus: flood ? 0 : 200,
      SecurityAction: flood ? 'block' : '',
      SecuritySources: flood ? ['l7ddos'] : [],
      SecurityActions: flood ? ['block'] : [],
      SecurityRuleID: flood ? pick('rule', row) : '',
      SecurityRuleDescription: flood ? pick('rule name', row) : '',
    });
  };
  for (let i = 0; i < REQUESTS.quiet; i += 1) add(START + i * 1_000, false);
  for (let i = 0; i < REQUESTS.flood; i += 1) add(FLOOD_START + i * 50, true);
  return rows;
}

function events(pick: Pick): object[] {
  return Array.from({ length: 240 }, (_, row) => ({
    Datetime: at(FLOOD_START + row * 500),
    RayID: `ray-${1_200 + row * 10}`,
    Action: 'block',
    Source: row % 2 === 0 ? 'l7ddos' : pick('source', row),
    RuleID: pick('rule', row),
    Description: pick('rule name', row),
    ClientIP: `198.51.100.${row % 200}`,
    ClientASN: 64_496,
    ClientASNDescription: pick('as name', row),
    ClientCountry: pick('country', row),
    ClientRequestHost: `${pick('host', row)}.acme.example`,
    ClientRequestPath: pick('path', row),
    ClientRequestQuery: `?password=HELDSECRET&q=${pick('query', row)}`,
    ClientRequestMethod: pick('method', row),
    ClientRequestUserAgent: pick('user agent', row),
    ClientRefererHost: pick('referer', row),
    EdgeColoCode: pick('colo', row),
    EdgeResponseStatus: 403,
    MatchIndex: 0,
    Metadata: { [pick('metadata', row)]: pick('metadata', row + 1) },
  }));
}

function packets(pick: Pick): object[] {
  return Array.from({ length: PACKET_ROWS }, (_, row) => ({
    Datetime: at(FLOOD_START + row * 400),
    Direction: 'ingress',
    Outcome: row > 0 && row < 4 ? 'pass' : 'drop',
    Verdict: 'drop',
    SampleInterval: 100,
    MitigationSystem: 'dosd',
    MitigationReason: pick('reason', row),
    AttackID: pick('attack id', row % 3),
    AttackCampaignID: pick('campaign', 0),
    AttackVector: pick('vector', row % 3),
    RuleID: pick('packet rule', row),
    RuleName: pick('packet rule name', row),
    IPSourceAddress: `198.51.100.${row % 200}`,
    IPDestinationAddress: '203.0.113.10',
    IPProtocolName: pick('transport', row),
    IPTotalLength: 500,
    SourcePort: 53,
    DestinationPort: 443,
    TCPFlagsString: pick('flags', row),
    SourceASN: 64_496,
    SourceASNName: pick('as name', row),
    SourceCountry: pick('country', row),
    ColoCode: pick('colo', row),
    ColoCity: pick('city', row),
    ColoCountry: pick('colo country', row),
  }));
}

function answer(pick: Pick): object {
  const rows = Array.from({ length: 60 }, (_, row) => ({
    count: 1_000 - row,
    avg: { sampleInterval: 1 },
    dimensions: {
      datetimeMinute: at(START + Math.floor(row / 3) * 60_000),
      clientRequestHTTPHost: `${pick('host', row)}.acme.example`,
      clientRequestPath: `${pick('path', row)} ${row}`,
      userAgent: pick('user agent', row),
      clientCountryName: pick('country', row),
      clientASNDescription: pick('as name', row),
    },
  }));
  return { data: { viewer: { zones: [{ zoneTag: 'acme.example', httpRequestsAdaptiveGroups: rows }] } }, errors: null };
}

function alert(once: (field: string) => string): object {
  return {
    account_id: 'acme-account',
    alert_type: 'advanced_ddos_attack_l4_alert',
    alert_event: 'ALERT_STATE_EVENT_START',
    alert_correlation_id: 'correlation-1',
    name: once('alert name'),
    text: once('alert text'),
    policy_name: once('policy'),
    ts: (FLOOD_START + 20_000) / 1_000,
    data: {
      account_tag: 'acme-account',
      account_name: once('account name'),
      attack_id: once('alert id'),
      attack_vector: once('alert vector'),
      mitigation: once('mitigation'),
      max_rate: once('rate'),
      protocol: once('protocol'),
      rule_name: once('rule name'),
      rule_description: once('rule text'),
      dashboard_link: once('link'),
      packets_per_second: 1_000,
      megabits_per_second: 4,
      start_time: at(FLOOD_START),
      target_ip: '203.0.113.10',
      target_port: 443,
    },
  };
}

function table(pick: Pick): string {
  const cell = (text: string) => `"${whole(text).replaceAll('"', '""')}"`;
  const rows = Array.from({ length: 120 }, (_, row) => [
    at(FLOOD_START + row * 1_000),
    cell(`${pick('host', row).replaceAll(/[\r\n]/g, ' ')}.acme.example`),
    ...['path', 'user agent', 'as name', 'rule name'].map((field) => cell(pick(field, row))),
  ]);
  return [['time', 'host', 'path', 'agent', 'as', 'rule'], ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function timeline(pick: Pick): object[] {
  return Array.from({ length: 10 }, (_, row) => ({
    at: at(FLOOD_START + row * 10_000),
    milestone: row === 0 ? 'alerted' : 'update',
    title: pick('entry', row),
    detail: pick('detail', row),
    actor: pick('actor', row),
    visibility: 'customer',
  }));
}

/** A table cell has no line break and no bare pipe. */
function markdown(pick: Pick): string {
  const cell = (text: string) =>
    whole(text)
      .replaceAll(/[\r\n\u2028\u2029]/g, ' ')
      .replaceAll('|', '\\|');
  const rows = Array.from(
    { length: 10 },
    (_, row) =>
      `| 14:1${row} | ${cell(`Step ${row}: ${pick('entry', row + 3)}`)} | ${cell(pick('actor', row))} | customer |`,
  );
  return [
    '## Timeline, 2026-11-17',
    '',
    '| Time (UTC) | Event | Who | Visibility |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function tickets(pick: Pick): object {
  const audits = Array.from({ length: 4 }, (_, row) => ({
    id: row + 1,
    ticket_id: 7,
    author_id: 5,
    created_at: at(FLOOD_START + row * 60_000),
    events: [
      { id: row + 10, type: 'Comment', public: true, body: `Comment ${row}: ${pick('comment', row)}`, html_body: '' },
    ],
  }));
  return { audits, next_page: null, count: audits.length };
}
