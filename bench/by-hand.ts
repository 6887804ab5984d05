import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  type Answers,
  type Breakdown,
  CASE_WINDOW,
  curveOf,
  DIMENSIONS,
  type Latency,
  MITIGATED,
  type Rule,
  type SecondRow,
  type Wave,
} from './answers.ts';
import { overTime } from './over-time.ts';

/*
 * The reference "by hand": what an engineer who knows this one log, this one attack and DuckDB would write for it. It reads the
 * same fields as Debrief and gives the same result sets, but it trusts its input: every spelling is known, times are unix
 * nanoseconds, no address needs care. It takes no hash of the inputs.
 *
 * node by-hand.js ANSWERS.json WAVES.json FILE...
 */

const [answersFile = '', wavesJson = '[]', ...files] = process.argv.slice(2);
// Written by `analysis.ts` a moment ago.
const waves = JSON.parse(wavesJson) as Wave[];

const DURING = waves.map(({ start, end }) => `(t >= ${start} and t < ${end})`).join(' or ');
const BEFORE = `t < ${waves[0]?.start ?? 0}`;
const AFTER = `t >= ${waves.at(-1)?.end ?? 0}`;
const ACTED = `disposition in (${MITIGATED.map((name) => `'${name}'`).join(', ')})`;
const IN_WINDOW = `t >= ${CASE_WINDOW.start} and t < ${CASE_WINDOW.end}`;

const instance = await DuckDBInstance.create(':memory:', { preserve_insertion_order: 'false' });
const connection = await instance.connect();
await load(connection);
writeFileSync(answersFile, JSON.stringify(await answer(connection)));

async function load(db: DuckDBConnection): Promise<void> {
  const text = (name: string) => `nullif(${name}, '')`;
  await db.run(`create table request as select
      EdgeStartTimestamp // 1000000 as t, filename as file, RayID as ray, ClientIP as ip, ClientASN as asn,
      upper(ClientCountry) as country, lower(ClientRequestHost) as host, lower(ZoneName) as zone, ClientRequestPath as path,
      nullif(substr(ClientRequestURI, length(ClientRequestPath) + 2), '') as query, ClientRequestMethod as method,
      ClientRequestProtocol as http_version, ${text('ClientRequestUserAgent')} as user_agent,
      ${text('ClientRequestReferer')} as referer, ClientRequestSource <> 'eyeball' as subrequest,
      EdgeResponseStatus as status, EdgeResponseBytes as bytes, ClientRequestBytes as request_bytes,
      nullif(OriginResponseStatus, 0) as origin_status,
      case when OriginResponseStatus > 0 then OriginResponseDurationMs end as origin_ms,
      lower(${text('CacheCacheStatus')}) as cache_status, EdgeColoCode as colo, ${text('JA3Hash')} as ja3, ${text('JA4')} as ja4,
      lower(acted) as action,
      case when acted = 'block' then if(product = 'rateLimit', 'rate_limited', 'blocked')
           when acted = 'managedChallenge' then 'challenged' when acted = 'log' then 'logged' else 'passed' end as disposition,
      case product when 'l7ddos' then 'ddos-managed' when 'firewallManaged' then 'waf-managed'
           when 'firewallCustom' then 'waf-custom' when 'rateLimit' then 'rate-limiting'
           when 'botManagement' then 'bot-management' end as system,
      coalesce(${text('SecurityRuleID')}, SecurityRuleIDs[-1]) as rule, ${text('SecurityRuleDescription')} as rule_name,
      nullif(BotScore, 0) as bot_score, BotScoreSrc as bot_score_source, BotTags as bot_tags,
      nullif(WAFAttackScore, 0) as waf_score, RequestHeaders as headers, ClientSSLProtocol as tls_version,
      ClientSSLCipher as tls_cipher, ClientIPClass as ip_class, ClientDeviceType as device_type
    from (select *, coalesce(${text('SecurityAction')}, SecurityActions[-1]) as acted,
                 SecuritySources[list_position(SecurityActions, acted)] as product
            from read_ndjson([${files.map((file) => `'${file}'`).join(', ')}], ignore_errors = true, filename = true, columns = {
              EdgeStartTimestamp: 'BIGINT', EdgeEndTimestamp: 'BIGINT', RayID: 'VARCHAR', ParentRayID: 'VARCHAR',
              ClientIP: 'VARCHAR', ClientASN: 'BIGINT', ClientCountry: 'VARCHAR', ClientRequestHost: 'VARCHAR',
              ZoneName: 'VARCHAR', ClientRequestPath: 'VARCHAR', ClientRequestURI: 'VARCHAR', ClientRequestMethod: 'VARCHAR',
              ClientRequestProtocol: 'VARCHAR', ClientRequestUserAgent: 'VARCHAR', ClientRequestReferer: 'VARCHAR',
              ClientRequestSource: 'VARCHAR', EdgeResponseStatus: 'BIGINT', EdgeResponseBytes: 'BIGINT',
              ClientRequestBytes: 'BIGINT', OriginResponseStatus: 'BIGINT', OriginResponseDurationMs: 'BIGINT',
              CacheCacheStatus: 'VARCHAR', EdgeColoCode: 'VARCHAR', JA3Hash: 'VARCHAR', JA4: 'VARCHAR',
              SecurityAction: 'VARCHAR', SecurityActions: 'VARCHAR[]', SecuritySources: 'VARCHAR[]', SecurityRuleID: 'VARCHAR',
              SecurityRuleIDs: 'VARCHAR[]', SecurityRuleDescription: 'VARCHAR', BotScore: 'BIGINT', BotScoreSrc: 'VARCHAR',
              BotTags: 'VARCHAR[]', WAFAttackScore: 'BIGINT', RequestHeaders: 'VARCHAR', ClientSSLProtocol: 'VARCHAR',
              ClientSSLCipher: 'VARCHAR', ClientIPClass: 'VARCHAR', ClientDeviceType: 'VARCHAR' }))`);
  await db.run(`create view client as select * from request where not subrequest and ${IN_WINDOW}`);
}

async function answer(db: DuckDBConnection): Promise<Answers> {
  const rows = async <T>(sql: string): Promise<T[]> => {
    const result = await db.runAndReadAll(sql);
    // Each statement names the columns of its type; counts are below 2^53.
    return result.getRowObjectsJS().map((row) => Object.fromEntries(Object.entries(row).map(plain)) as T);
  };
  const [counts] = await rows<{ rows: number; left_out: number; unreadable: number; rays: number }>(
    'select count(*) as rows, count(*) filter (where subrequest) as left_out, count(*) - count(t) as unreadable, count(distinct ray) as rays from request',
  );
  const owners = await rows<{ name: string }>(
    'select distinct host as name from request union select distinct zone from request order by 1',
  );
  const inputs = await rows<{ file: string; n: number }>('select file, count(*) as n from request group by 1');
  const seconds = await rows<SecondRow>(
    `select t - t % 1000 as t, disposition, system, count(*) as requests, sum(bytes) as bytes, count(origin_status) as answered,
            count(*) filter (where origin_status between 500 and 599) as errors,
            count(*) filter (where origin_status is null and status between 520 and 527) as lost
       from client group by 1, 2, 3`,
  );
  const latency = await rows<Latency & { slot: string }>(
    `select coalesce(phase, slot::varchar) as slot, count(*) as rows, quantile_disc(origin_ms, 0.5) as p50, quantile_disc(origin_ms, 0.95) as p95
       from (select case when ${DURING} then 'during' when ${BEFORE} then 'before' when ${AFTER} then 'after' else 'between' end as phase,
                    t - t % 15000 as slot, origin_ms from client where origin_ms is not null)
      group by grouping sets ((phase), (slot))`,
  );
  const rules = await rows<Rule>(
    `select rule as id, coalesce(min(rule_name), '') as name, system, action, disposition, count(*) filter (where ${DURING}) as requests,
            min(t) filter (where ${DURING}) as first, max(t) filter (where ${DURING}) as last, count(*) filter (where ${BEFORE}) as before
       from client where rule is not null and (${DURING} or ${BEFORE}) group by all
     having requests > 0 order by requests desc, id, disposition, action limit 25`,
  );
  const targets = await rows<{ key: string; n: number }>(
    `select concat(t - t % 60000, ' ', host) as key, count(*) as n from client group by 1`,
  );
  const first = await rows<{ key: string; t: number }>(
    waves
      .map(
        ({ start, end }, i) =>
          `select concat(${i + 1}, ' ', system) as key, min(t) as t from client where t >= ${start} and t < ${end} and ${ACTED} group by 1`,
      )
      .join(' union all '),
  );
  return {
    rows: counts?.rows ?? 0,
    leftOut: counts?.left_out ?? 0,
    unreadable: counts?.unreadable ?? 0,
    duplicates: (counts?.rows ?? 0) - (counts?.rays ?? 0),
    owners: owners.map(({ name }) => name),
    inputs: Object.fromEntries(inputs.map(({ file, n }) => [basename(file), n])),
    overTime: overTime(seconds, waves),
    breakdowns: await breakdowns(db, rows),
    latency: Object.fromEntries(latency.map(({ slot, ...rest }) => [slot, rest])),
    rules,
    targets: Object.fromEntries(targets.map(({ key, n }) => [key, n])),
    firstMitigated: Object.fromEntries(first.map(({ key, t }) => [key, t])),
  };
}

/** Groups once into a small table, from which total, list and curve are read; networks are gathered from the addresses. */
async function breakdowns(
  db: DuckDBConnection,
  rows: <T>(sql: string) => Promise<T[]>,
): Promise<Record<string, Breakdown>> {
  const found: Record<string, Breakdown> = {};
  for (const { name, column, items, curve } of DIMENSIONS) {
    const grouped = column === 'prefix' ? 'prefixes' : `by_${column}`;
    if (column === 'prefix')
      await db.run(`create temp table prefixes as
        select case when contains(key, ':') then regexp_extract(key, '^[^:]+:[^:]+:[^:]+') || '::/48'
                    else regexp_extract(key, '^[0-9]+[.][0-9]+[.][0-9]+') || '.0/24' end as key,
               sum(n) as n, sum(mitigated) as mitigated, sum(before) as before from by_ip group by 1`);
    else
      await db.run(`create temp table ${grouped} as
        select ${column}::varchar as key, count(*) filter (where ${DURING}) as n, count(*) filter (where (${DURING}) and ${ACTED}) as mitigated,
               count(*) filter (where ${BEFORE}) as before from client where ${DURING} or ${BEFORE} group by 1`);
    const [sums] = await rows<{ total: number; distinct_keys: number; unknown: number }>(
      `select sum(n) as total, count(key) filter (where n > 0) as distinct_keys, coalesce(sum(n) filter (where key is null), 0) as unknown from ${grouped}`,
    );
    const top = await rows<{ key: string; n: number; mitigated: number; before: number }>(
      `select * from ${grouped} where key is not null and n > 0 order by n desc, key limit ${items}`,
    );
    const volumes = curve
      ? await rows<{ volume: number; values: number }>(
          `select n as volume, count(*) as values from ${grouped} where key is not null and n > 0 group by 1`,
        )
      : [];
    found[name] = {
      total: sums?.total ?? 0,
      distinct: sums?.distinct_keys ?? 0,
      unknown: sums?.unknown ?? 0,
      items: top.map(({ key, n, mitigated, before }) => [key, n, mitigated, before]),
      curve: curveOf(volumes),
    };
  }
  return found;
}

function plain([name, value]: [string, unknown]): [string, unknown] {
  return [name, typeof value === 'bigint' ? Number(value) : value];
}
