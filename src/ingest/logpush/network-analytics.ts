import { TRANSPORTS } from '../vocabulary.ts';
import {
  coalesce,
  codeColumn,
  column,
  countColumn,
  countryColumn,
  known,
  type LogDataset,
  lowerColumn,
  map,
  recordKeyColumn,
  textColumn,
} from './log-dataset.ts';
import { lookUpSql, networkDispositionSql, systemSql, wordSql } from './vocabulary-sql.ts';

/** Bits of the TCP header's flags, least significant first. */
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

function flagNames(flags: string): string {
  const names = TCP_FLAGS.map((name, bit) => `case when (${flags} & ${2 ** bit}) <> 0 then '${name}' end`);
  return `nullif(concat_ws(' ', ${names.join(', ')}), '')`;
}

/**
 * One record a sampled packet. `SampleInterval` packets stand behind it, and that changes from record to record.
 * Volume is `IPTotalLength`: lengths that inner headers claim can be larger than the packet was.
 */
export const networkAnalytics: LogDataset = {
  name: 'network_analytics_logs',
  table: 'packet_sample',
  label: 'Cloudflare Logpush network_analytics_logs',
  layer: 'network',
  unit: 'packets',
  priority: 1000,
  marks: [
    ['Datetime'],
    ['IPDestinationAddress', 'IPSourceAddress', 'IPProtocol', 'IPProtocolName'],
    ['SampleInterval', 'Outcome', 'MitigationSystem', 'IPTotalLength', 'Direction'],
  ],
  times: ['Datetime'],
  types: {
    SampleInterval: 'BIGINT',
    IPTotalLength: 'BIGINT',
    IPTTL: 'BIGINT',
    IPTtl: 'BIGINT',
    IPProtocol: 'BIGINT',
    SourcePort: 'BIGINT',
    DestinationPort: 'BIGINT',
    SourceASN: 'BIGINT',
    DestinationASN: 'BIGINT',
    TCPFlags: 'BIGINT',
    ICMPType: 'BIGINT',
    ICMPCode: 'BIGINT',
    IPFragmentOffset: 'BIGINT',
    UDPPayloadLength: 'BIGINT',
    TCPWindowSize: 'BIGINT',
    TCPMSS: 'BIGINT',
  },
  counts: { IPTotalLength: 'ip_length' },
  sampled: true,
  derived: [
    column('outcome word', 'VARCHAR', (f) => map(f.first('Outcome'), wordSql)),
    column('system word', 'VARCHAR', (f) => map(f.first('MitigationSystem'), wordSql)),
  ],
  columns: [
    recordKeyColumn(
      'Datetime',
      'IPSourceAddress',
      'IPDestinationAddress',
      'SourcePort',
      'DestinationPort',
      'IPv4Identification',
      'TCPSequenceNumber',
      'IPTotalLength',
      'MitigationSystem',
    ),
    textColumn('source_ip', 'IPSourceAddress'),
    textColumn('destination_ip', 'IPDestinationAddress'),
    codeColumn('source_port', 'INTEGER', 65_535, 'SourcePort'),
    codeColumn('destination_port', 'INTEGER', 65_535, 'DestinationPort'),
    codeColumn('source_asn', 'UINTEGER', 4_294_967_295, 'SourceASN'),
    textColumn('source_as_name', 'SourceASNName', 'SourceASNDescription'),
    countryColumn('source_country', 'SourceCountry'),
    column('transport', 'VARCHAR', (f) =>
      coalesce(
        map(f.first('IPProtocolName'), (sql) => `lower(${known(sql)})`),
        map(f.first('IPProtocol'), (sql) => lookUpSql(`${sql}::VARCHAR`, TRANSPORTS, `${sql}::VARCHAR`, f.dialect)),
      ),
    ),
    column('tcp_flags', 'VARCHAR', (f) =>
      coalesce(map(f.first('TCPFlagsString'), known), map(f.first('TCPFlags'), flagNames)),
    ),
    countColumn('tcp_flag_bits', 'TCPFlags'),
    countColumn('tcp_window', 'TCPWindowSize'),
    countColumn('tcp_mss', 'TCPMSS'),
    countColumn('fragment_offset', 'IPFragmentOffset'),
    countColumn('ip_protocol', 'IPProtocol'),
    textColumn('vector', 'AttackVector'),
    textColumn('attack_id', 'AttackID'),
    textColumn('campaign_id', 'AttackCampaignID'),
    column('mitigation_system', 'VARCHAR', (f) => map(f.derived('system word'), (sql) => systemSql(sql, f.dialect))),
    lowerColumn('mitigation_reason', 'MitigationReason'),
    lowerColumn('mitigation_scope', 'MitigationScope'),
    textColumn('rule', 'RuleID'),
    textColumn('rule_name', 'RuleName'),
    lowerColumn('action', 'Outcome'),
    column('disposition', 'VARCHAR', (f) =>
      map(f.derived('outcome word'), (sql) => networkDispositionSql(sql, f.dialect)),
    ),
    lowerColumn('verdict', 'Verdict'),
    lowerColumn('direction', 'Direction'),
    textColumn('data_centre', 'ColoCode', 'ColoName'),
    countryColumn('data_centre_country', 'ColoCountry'),
    textColumn('data_centre_city', 'ColoCity'),
    countColumn('ip_length', 'IPTotalLength'),
    codeColumn('ttl', 'SMALLINT', 255, 'IPTTL', 'IPTtl'),
    // Only the first fragment of a packet tells its ports.
    column('fragment', 'BOOLEAN', (f) => map(f.first('IPFragmentOffset'), (sql) => `${sql} > 0`)),
    countColumn('icmp_type', 'ICMPType'),
    countColumn('icmp_code', 'ICMPCode'),
    countColumn('udp_payload_length', 'UDPPayloadLength'),
    lowerColumn('protocol_state', 'ProtocolState'),
    column('query_name', 'VARCHAR', (f) => map(f.first('DNSQueryName'), (sql) => `lower(rtrim(${known(sql)}, '.'))`)),
    textColumn('query_type', 'DNSQueryType'),
  ],
  identity: ['record_key', 't', 'source_ip', 'destination_ip', 'source_port', 'destination_port', 'ip_length'],
  leftOut: { columns: ['direction'], sql: "direction = 'egress'", warning: 'egress-left-out' },
  bytes: (columns) => (columns.has('ip_length') ? 'ip_length' : undefined),
  owners: [
    {
      column: 'destination_ip',
      fields: ['IPDestinationAddress'],
      kind: 'address',
      where: { column: 'direction', sql: "direction is distinct from 'egress'", required: false },
    },
    // Of what leaves the customer's network the source is the customer's.
    {
      column: 'source_ip',
      fields: ['IPSourceAddress'],
      kind: 'address',
      where: { column: 'direction', sql: "direction = 'egress'", required: true },
    },
  ],
  ownedBy: 'every',
};
