import type { Dimension } from '../../model/dimension.ts';
import { toAddress, toAsn, toCountry, toPort, toSystem, toText, toTransport } from '../normalize.ts';

type ReadValue = (value: unknown) => string | undefined;

const lower: ReadValue = (value) => toText(value)?.toLowerCase();
const upper: ReadValue = (value) => toText(value)?.toUpperCase();
const hostName: ReadValue = (value) => lower(value)?.replace(/\.$/, '');
/** 0 is "no answer", not a status. */
const status: ReadValue = (value) => /^[1-9]\d{2}$/.exec(toText(value) ?? '')?.[0];

/** Bits of the TCP header's flags, least significant first. */
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** Flags as names in the order of their bits, from the number of the header or as written; 0 is of packets that have none. */
const tcpFlags: ReadValue = (value) => {
  const text = toText(value);
  if (text === undefined || !/^\d{1,3}$/.test(text)) return text;
  const names = TCP_FLAGS.filter((_, bit) => (Number(text) & (2 ** bit)) !== 0);
  return names.length === 0 ? undefined : names.join(' ');
};

const READERS: Readonly<Record<Dimension, ReadValue>> = {
  source_ip: toAddress,
  source_prefix: toText,
  source_asn: toAsn,
  source_country: toCountry,
  source_port: toPort,
  destination_ip: toAddress,
  destination_port: toPort,
  transport: toTransport,
  tcp_flags: tcpFlags,
  vector: toText,
  attack_id: toText,
  mitigation_system: (value) => toSystem(toText(value)),
  rule: toText,
  action: lower,
  data_centre: upper,
  data_centre_country: toCountry,
  host: hostName,
  path: toText,
  method: upper,
  http_version: toText,
  user_agent: toText,
  ja3: toText,
  ja4: toText,
  status,
  origin_status: status,
  cache_status: lower,
  application: toText,
  query_name: hostName,
  query_type: upper,
};

/** The value of a dimension in its one spelling (addresses RFC 5952, countries alpha-2, hosts lower case); undefined when it is not known or not such a value. */
export function toDimensionValue(dimension: Dimension, value: unknown): string | undefined {
  return READERS[dimension](value);
}

const MOST_REMEMBERED = 50_000;

/** `toDimensionValue` that remembers what it read: the same cells come again and again in a large file. */
export function createDimensionReader(dimension: Dimension): (value: unknown) => string | undefined {
  const known = new Map<unknown, string | undefined>();
  return (value) => {
    if (known.has(value)) return known.get(value);
    const read = toDimensionValue(dimension, value);
    if (known.size < MOST_REMEMBERED) known.set(value, read);
    return read;
  };
}
