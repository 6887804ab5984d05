import {
  coalesce,
  codeColumn,
  column,
  countColumn,
  countryColumn,
  type LogDataset,
  lowerColumn,
  map,
  recordKeyColumn,
  textColumn,
} from './log-dataset.ts';

/** `BLOCK_IP`, `BLOCK_COUNTRY`, … of the address rules. */
const firewallBlocked = (sql: string) => `starts_with(upper(${sql}), 'BLOCK_') and upper(${sql}) <> 'BLOCK_ERROR'`;

/**
 * Several records a connection: it is counted when it begins (`connect`) or is turned away (`clientFiltered`); its bytes are
 * final when it ends (`disconnect`). Errors of a connection that was counted already count nothing.
 */
export const spectrumEvents: LogDataset = {
  name: 'spectrum_events',
  table: 'connection',
  label: 'Cloudflare Logpush spectrum_events',
  layer: 'network',
  unit: 'connections',
  priority: 90,
  marks: [['Timestamp', 'ConnectTimestamp'], ['Event'], ['Application', 'ClientProto', 'OriginProto']],
  times: ['Timestamp', 'ConnectTimestamp'],
  types: {
    ClientAsn: 'BIGINT',
    ClientPort: 'BIGINT',
    ClientBytes: 'BIGINT',
    OriginBytes: 'BIGINT',
    OriginPort: 'BIGINT',
    Status: 'BIGINT',
    ClientTcpRtt: 'BIGINT',
  },
  counts: { ClientBytes: 'client_bytes', OriginBytes: 'origin_bytes' },
  sampled: false,
  derived: [],
  columns: [
    recordKeyColumn('Timestamp', 'Event', 'Application', 'ClientIP', 'ClientPort', 'OriginPort'),
    lowerColumn('event', 'Event'),
    textColumn('application', 'Application'),
    textColumn('source_ip', 'ClientIP'),
    codeColumn('source_port', 'INTEGER', 65_535, 'ClientPort'),
    codeColumn('source_asn', 'UINTEGER', 4_294_967_295, 'ClientAsn'),
    countryColumn('source_country', 'ClientCountry'),
    textColumn('destination_ip', 'OriginIP'),
    codeColumn('destination_port', 'INTEGER', 65_535, 'OriginPort'),
    lowerColumn('transport', 'ClientProto'),
    textColumn('data_centre', 'ColoCode'),
    countColumn('client_bytes', 'ClientBytes'),
    countColumn('origin_bytes', 'OriginBytes'),
    countColumn('connection_status', 'Status'),
    column('action', 'VARCHAR', (f) => map(f.first('Event'), (sql) => `lower(${sql})`)),
    column('disposition', 'VARCHAR', (f) => {
      const filtered = map(f.first('Event'), (sql) => `when lower(${sql}) = 'clientfiltered' then 'blocked'`);
      const rules = map(f.first('ClientMatchedIpFirewall'), (sql) => `when ${firewallBlocked(sql)} then 'blocked'`);
      const opened = map(f.first('Event'), (sql) => `when lower(${sql}) in ('connect', 'disconnect') then 'passed'`);
      return `case ${[filtered, rules, opened].filter((part) => part !== undefined).join(' ')} else 'unknown' end`;
    }),
    column('mitigation_system', 'VARCHAR', (f) =>
      coalesce(
        map(f.first('Event'), (sql) => `case when lower(${sql}) = 'clientfiltered' then 'spectrum' end`),
        map(f.first('ClientMatchedIpFirewall'), (sql) => `case when ${firewallBlocked(sql)} then 'ip-list' end`),
      ),
    ),
    textColumn('rule', 'ClientMatchedIpFirewall'),
  ],
  identity: ['record_key', 't', 'event', 'application', 'source_ip', 'source_port', 'destination_port'],
  units: () => "case when event in ('connect', 'clientfiltered') then 1 else 0 end",
  bytes: (columns) =>
    columns.has('client_bytes') ? "case when event = 'disconnect' then client_bytes end" : undefined,
  owners: [
    { column: 'application', fields: ['Application'], kind: 'application' },
    { column: 'destination_ip', fields: ['OriginIP'], kind: 'address' },
  ],
  ownedBy: 'any',
};
