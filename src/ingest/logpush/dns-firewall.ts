import { QUERY_TYPES } from '../vocabulary.ts';
import { column, countColumn, known, type LogDataset, map, recordKeyColumn, textColumn } from './log-dataset.ts';
import { lookUpSql } from './vocabulary-sql.ts';

export const dnsFirewall: LogDataset = {
  name: 'dns_firewall_logs',
  table: 'dns_query',
  label: 'Cloudflare Logpush dns_firewall_logs',
  layer: 'network',
  unit: 'queries',
  priority: 80,
  marks: [
    ['Timestamp'],
    ['QueryName'],
    ['ClusterID', 'ClientResponseCode', 'UpstreamResponseCode', 'ResponseCached', 'UpstreamIP'],
  ],
  times: ['Timestamp'],
  types: {
    QueryType: 'BIGINT',
    QuerySize: 'BIGINT',
    QueryTCP: 'BOOLEAN',
    ResponseCached: 'BOOLEAN',
    ResponseCachedStale: 'BOOLEAN',
    ClientResponseCode: 'BIGINT',
    UpstreamResponseCode: 'BIGINT',
    UpstreamResponseTimeMs: 'BIGINT',
  },
  counts: { QuerySize: 'bytes', UpstreamResponseTimeMs: null },
  sampled: false,
  derived: [],
  columns: [
    recordKeyColumn('Timestamp', 'QueryName', 'QueryType', 'SourceIP', 'ClusterID'),
    textColumn('source_ip', 'SourceIP'),
    // Resolvers randomise the case of names (0x20), so the case says nothing.
    column('query_name', 'VARCHAR', (f) =>
      map(f.first('QueryName'), (sql) => `case when ${sql} = '.' then '.' else lower(rtrim(${known(sql)}, '.')) end`),
    ),
    column('query_type', 'VARCHAR', (f) =>
      map(f.first('QueryType'), (sql) =>
        lookUpSql(`${sql}::VARCHAR`, QUERY_TYPES, `case when ${sql} > 0 then concat('TYPE', ${sql}) end`, f.dialect),
      ),
    ),
    column('transport', 'VARCHAR', (f) =>
      map(f.first('QueryTCP'), (sql) => `case ${sql} when true then 'tcp' when false then 'udp' end`),
    ),
    textColumn('application', 'ClusterID'),
    textColumn('data_centre', 'ColoCode'),
    column('cache_status', 'VARCHAR', (f) =>
      map(f.first('ResponseCached'), (sql) => `case ${sql} when true then 'hit' when false then 'miss' end`),
    ),
    countColumn('bytes', 'QuerySize'),
    countColumn('response_code', 'ClientResponseCode'),
    countColumn('upstream_response_code', 'UpstreamResponseCode'),
    countColumn('upstream_ms', 'UpstreamResponseTimeMs'),
    textColumn('edns_subnet', 'EDNSSubnet'),
  ],
  identity: ['record_key', 't', 'query_name', 'query_type', 'source_ip', 'application'],
  bytes: (columns) => (columns.has('bytes') ? 'bytes' : undefined),
  owners: [{ column: 'application', fields: ['ClusterID'], kind: 'application' }],
  ownedBy: 'every',
};
