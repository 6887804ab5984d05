import { codeColumn, column, type LogDataset, lowerColumn, map, recordKeyColumn, textColumn } from './log-dataset.ts';
import { networkDispositionSql, wordSql } from './vocabulary-sql.ts';

export const idsDetections: LogDataset = {
  name: 'magic_ids_detections',
  table: 'ids_detection',
  label: 'Cloudflare Logpush magic_ids_detections',
  layer: 'network',
  unit: 'events',
  // Only what met a signature.
  priority: 20,
  marks: [['Timestamp'], ['SignatureID', 'SignatureMessage'], ['SourceIP', 'DestinationIP']],
  times: ['Timestamp'],
  types: { SourcePort: 'BIGINT', DestinationPort: 'BIGINT', SignatureRevision: 'BIGINT' },
  counts: {},
  sampled: false,
  derived: [column('action word', 'VARCHAR', (f) => map(f.first('Action'), wordSql))],
  columns: [
    recordKeyColumn('Timestamp', 'SignatureID', 'SourceIP', 'SourcePort', 'DestinationIP', 'DestinationPort'),
    textColumn('source_ip', 'SourceIP'),
    codeColumn('source_port', 'INTEGER', 65_535, 'SourcePort'),
    textColumn('destination_ip', 'DestinationIP'),
    codeColumn('destination_port', 'INTEGER', 65_535, 'DestinationPort'),
    lowerColumn('transport', 'Protocol'),
    lowerColumn('action', 'Action'),
    column('disposition', 'VARCHAR', (f) =>
      map(f.derived('action word'), (sql) => networkDispositionSql(sql, f.dialect)),
    ),
    column('mitigation_system', 'VARCHAR', () => "'ids'"),
    textColumn('rule', 'SignatureID'),
    textColumn('rule_name', 'SignatureMessage'),
    textColumn('data_centre', 'ColoCode'),
    textColumn('data_centre_city', 'ColoCity'),
  ],
  identity: ['record_key', 't', 'rule', 'source_ip', 'source_port', 'destination_ip', 'destination_port'],
  owners: [
    { column: 'destination_ip', fields: ['DestinationIP'], kind: 'address' },
    { column: 'source_ip', fields: ['SourceIP'], kind: 'address' },
  ],
  // A detection has no direction: one of the two ends is the customer's.
  ownedBy: 'any',
};
