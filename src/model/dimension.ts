/**
 * What traffic can be broken down by. Each id is also the column name in every relation of a `TrafficSource`.
 * The closed list keeps identifiers out of reach of input data.
 */
export const DIMENSIONS = [
  'source_ip',
  'source_prefix',
  'source_asn',
  'source_country',
  'source_port',
  'destination_ip',
  'destination_port',
  'transport',
  'tcp_flags',
  'vector',
  'attack_id',
  'mitigation_system',
  'rule',
  'action',
  'data_centre',
  'data_centre_country',
  'host',
  'path',
  'method',
  'http_version',
  'user_agent',
  'ja3',
  'ja4',
  'status',
  'origin_status',
  'cache_status',
  'application',
  'query_name',
  'query_type',
] as const;

export type Dimension = (typeof DIMENSIONS)[number];
