import {
  coalesce,
  codeColumn,
  column,
  countColumn,
  countryColumn,
  known,
  type LogDataset,
  type LogFields,
  listColumn,
  lowerColumn,
  map,
  textColumn,
} from './log-dataset.ts';
import {
  httpDispositionSql,
  isMitigatingSql,
  lowerWordSql,
  ruleMatchSql,
  systemSql,
  wordSql,
} from './vocabulary-sql.ts';

const TIMES = ['EdgeStartTimestamp', 'EdgeEndTimestamp'];

/** Sources of requests that came from outside; the others were made by the edge itself for one of these. */
const OUTSIDE = "('eyeball', 'orangetoorange', 'unknown', '')";

/**
 * The action of a list that ended the request: the first that mitigated, else the last. `''` for an empty list. Where the log
 * names the action that ended the request by itself, the list only tells what did not end it.
 */
function listAction(fields: LogFields, name: string, single: string | undefined): string | undefined {
  const { dialect } = fields;
  return map(fields.first(name), (list) => {
    const last = dialect.elementOf(list, -1);
    const mitigating = dialect.elementOf(dialect.filtered(list, isMitigatingSql(wordSql('x'), dialect)), 1);
    const action = single === undefined ? `coalesce(${mitigating}, ${last})` : last;
    return `case when len(${list}) = 0 then '' else ${action} end`;
  });
}

/**
 * What was done to the request, as the log says it: `''` when a security field was exported and is empty (nothing acted),
 * NULL when none was exported. `SecurityAction` is the newer field; the others are its predecessors.
 */
function actionOf(fields: LogFields): string | undefined {
  const told = (sql: string | undefined) => map(sql, (text) => `nullif(nullif(${text}, ''), 'unknown')`);
  const single = fields.first('SecurityAction');
  const lists = ['SecurityActions', 'FirewallMatchesActions'].map((name) => listAction(fields, name, single));
  const nothing = coalesce(
    map(single, (text) => `case when ${text} is not null then '' end`),
    ...lists,
  );
  return coalesce(
    told(single),
    ...lists.map(told),
    map(
      fields.first('EdgeRateLimitAction'),
      (text) => `case when ${text} = 'ban' then 'rate_limit' else ${told(text)} end`,
    ),
    told(fields.first('WAFAction')),
    nothing,
  );
}

/** The element of a list beside the list of actions that stands where the action does, else its last. */
function beside(fields: LogFields, actions: string, list: string): string | undefined {
  const { dialect } = fields;
  const names = fields.first(actions);
  const action = fields.derived('acted');
  return map(fields.first(list), (values) => {
    const last = dialect.elementOf(values, -1);
    if (names === undefined || action === undefined) return last;
    const position = dialect.positionIn(names, action);
    return `case when ${position} > 0 then ${dialect.elementOf(values, position)} else ${last} end`;
  });
}

/** The product that acted. Rate limiting and the WAF of old name themselves by their field. */
function productOf(fields: LogFields): string | undefined {
  return coalesce(
    beside(fields, 'SecurityActions', 'SecuritySources'),
    beside(fields, 'FirewallMatchesActions', 'FirewallMatchesSources'),
    map(fields.first('EdgeRateLimitAction'), (sql) => `case when ${sql} <> '' then 'ratelimit' end`),
    map(fields.first('WAFAction'), (sql) => `case when ${sql} not in ('', 'unknown') then 'waf' end`),
  );
}

/** Every rule that the request met, where the log lists two or more of them; see `ruleMatchSql`. */
function ruleMatches(fields: LogFields): string | undefined {
  const { dialect } = fields;
  const listed = (prefix: string) => {
    const [rules, actions, sources] = ['RuleIDs', 'Actions', 'Sources'].map((name) => fields.first(`${prefix}${name}`));
    if (rules === undefined || actions === undefined) return undefined;
    const source = map(sources, (list) => dialect.elementOf(list, 'i'));
    const line = ruleMatchSql({ rule: 'x', action: dialect.elementOf(actions, 'i'), source }, dialect);
    return `case when len(${rules}) > 1 and len(${rules}) = len(${actions}) then ${dialect.linesOfList(rules, line)} end`;
  };
  return coalesce(listed('Security'), listed('FirewallMatches'));
}

const uri = (fields: LogFields) => fields.first('ClientRequestURI');

export const httpRequests: LogDataset = {
  name: 'http_requests',
  table: 'http_request',
  label: 'Cloudflare Logpush http_requests',
  layer: 'http',
  unit: 'requests',
  priority: 1000,
  marks: [TIMES],
  times: TIMES,
  types: {
    ClientASN: 'BIGINT',
    ClientSrcPort: 'BIGINT',
    ClientRequestBytes: 'BIGINT',
    EdgeResponseStatus: 'BIGINT',
    EdgeResponseBytes: 'BIGINT',
    OriginResponseStatus: 'BIGINT',
    OriginResponseDurationMs: 'BIGINT',
    OriginResponseTime: 'BIGINT',
    SampleInterval: 'BIGINT',
    BotScore: 'BIGINT',
    WAFAttackScore: 'BIGINT',
    WAFSQLiAttackScore: 'BIGINT',
    WAFXSSAttackScore: 'BIGINT',
    WAFRCEAttackScore: 'BIGINT',
    WorkerSubrequest: 'BOOLEAN',
    BotTags: 'VARCHAR[]',
    BotDetectionIDs: 'VARCHAR[]',
    SecurityActions: 'VARCHAR[]',
    SecuritySources: 'VARCHAR[]',
    SecurityRuleIDs: 'VARCHAR[]',
    FirewallMatchesActions: 'VARCHAR[]',
    FirewallMatchesSources: 'VARCHAR[]',
    FirewallMatchesRuleIDs: 'VARCHAR[]',
  },
  counts: {
    EdgeResponseBytes: 'bytes',
    ClientRequestBytes: 'request_bytes',
    OriginResponseDurationMs: null,
    OriginResponseTime: null,
  },
  sampled: false,
  derived: [
    column('acted', 'VARCHAR', actionOf),
    column('action name', 'VARCHAR', (f) => map(f.derived('acted'), (sql) => `lower(${sql})`)),
    column('action word', 'VARCHAR', (f) => map(f.derived('action name'), lowerWordSql)),
    column('product', 'VARCHAR', (f) =>
      map(productOf(f), (sql) => `case when ${f.derived('acted')} <> '' then ${sql} end`),
    ),
    column('product word', 'VARCHAR', (f) => map(f.derived('product'), wordSql)),
  ],
  columns: [
    textColumn('ray', 'RayID'),
    textColumn('source_ip', 'ClientIP'),
    codeColumn('source_asn', 'UINTEGER', 4_294_967_295, 'ClientASN'),
    textColumn('source_as_name', 'ClientASNDescription'),
    countryColumn('source_country', 'ClientCountry'),
    codeColumn('source_port', 'INTEGER', 65_535, 'ClientSrcPort'),
    lowerColumn('host', 'ClientRequestHost', 'EdgeRequestHost'),
    lowerColumn('zone', 'ZoneName'),
    textColumn('zone_id', 'ZoneID'),
    column('path', 'VARCHAR', (f) =>
      coalesce(
        map(f.first('ClientRequestPath'), known),
        map(uri(f), (sql) => `nullif(split_part(${sql}, '?', 1), '')`),
      ),
    ),
    column('query', 'VARCHAR', (f) =>
      map(
        uri(f),
        (sql) => `case when contains(${sql}, '?') then nullif(substr(${sql}, strpos(${sql}, '?') + 1), '') end`,
      ),
    ),
    textColumn('method', 'ClientRequestMethod'),
    textColumn('http_version', 'ClientRequestProtocol'),
    textColumn('user_agent', 'ClientRequestUserAgent'),
    textColumn('referer', 'ClientRequestReferer'),
    textColumn('request_source', 'ClientRequestSource'),
    column('subrequest', 'BOOLEAN', (f) => {
      const source = f.present('ClientRequestSource');
      if (source !== undefined)
        return `case when ${source} = 'eyeball' then false else lower(${source}) not in ${OUTSIDE} end`;
      return f.present('WorkerSubrequest') ?? map(f.present('ParentRayID'), (sql) => `${sql} not in ('', '00')`);
    }),
    codeColumn('status', 'SMALLINT', 999, 'EdgeResponseStatus'),
    countColumn('bytes', 'EdgeResponseBytes'),
    countColumn('request_bytes', 'ClientRequestBytes'),
    codeColumn('origin_status', 'SMALLINT', 999, 'OriginResponseStatus'),
    column('origin_ms', 'DOUBLE', (f) => {
      // Without an answer of the origin the field is 0, which is no time.
      const answered = map(f.first('OriginResponseStatus'), (sql) => `${sql} > 0`);
      return map(
        coalesce(
          map(f.first('OriginResponseDurationMs'), (sql) => `${sql}::DOUBLE`),
          map(f.first('OriginResponseTime'), (sql) => `${sql} / 1e6`),
        ),
        (sql) => (answered === undefined ? `nullif(${sql}, 0)` : `case when ${answered} then ${sql} end`),
      );
    }),
    lowerColumn('cache_status', 'CacheCacheStatus'),
    textColumn('data_centre', 'EdgeColoCode'),
    textColumn('ja3', 'JA3Hash'),
    textColumn('ja4', 'JA4'),
    column('action', 'VARCHAR', (f) => map(f.derived('action name'), known)),
    column('disposition', 'VARCHAR', (f) =>
      map(
        f.derived('action word'),
        (sql) =>
          `case when ${sql} = '' then 'passed' else ${httpDispositionSql(sql, f.derived('product word'), f.dialect)} end`,
      ),
    ),
    column('mitigation_system', 'VARCHAR', (f) => map(f.derived('product word'), (sql) => systemSql(sql, f.dialect))),
    column('rule', 'VARCHAR', (f) =>
      coalesce(
        ...[
          f.first('SecurityRuleID'),
          beside(f, 'SecurityActions', 'SecurityRuleIDs'),
          beside(f, 'FirewallMatchesActions', 'FirewallMatchesRuleIDs'),
          map(f.first('EdgeRateLimitID'), (sql) => `nullif(${sql}, '0')`),
          f.first('WAFRuleID'),
        ].map((sql) => map(sql, known)),
      ),
    ),
    textColumn('rule_name', 'SecurityRuleDescription', 'WAFRuleMessage'),
    column('rule_matches', 'VARCHAR', ruleMatches),
    codeColumn('bot_score', 'SMALLINT', 99, 'BotScore'),
    listColumn('bot_tags', 'BotTags'),
    listColumn('bot_detections', 'BotDetectionIDs'),
    textColumn('js_detection', 'JSDetectionPassed'),
    codeColumn('waf_score', 'SMALLINT', 99, 'WAFAttackScore'),
    codeColumn('waf_sqli_score', 'SMALLINT', 99, 'WAFSQLiAttackScore'),
    codeColumn('waf_xss_score', 'SMALLINT', 99, 'WAFXSSAttackScore'),
    codeColumn('waf_rce_score', 'SMALLINT', 99, 'WAFRCEAttackScore'),
    textColumn('headers', 'RequestHeaders'),
    textColumn('cookies', 'Cookies'),
    textColumn('tls_version', 'ClientSSLProtocol'),
    textColumn('tls_cipher', 'ClientSSLCipher'),
    textColumn('ip_class', 'ClientIPClass'),
    textColumn('device_type', 'ClientDeviceType'),
  ],
  identity: ['ray'],
  leftOut: { columns: ['subrequest'], sql: 'subrequest', warning: 'subrequests-left-out' },
  bytes: (columns) => (columns.has('bytes') ? 'bytes' : undefined),
  owners: [
    { column: 'host', fields: ['ClientRequestHost', 'EdgeRequestHost'], kind: 'host' },
    { column: 'zone', fields: ['ZoneName'], kind: 'host' },
    { column: 'zone_id', fields: ['ZoneID'], kind: 'zone' },
  ],
  ownedBy: 'every',
};
