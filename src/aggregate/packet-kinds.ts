import type { TrafficSource } from '../ingest/ingest.ts';
import { REFLECTORS, REPLYING_TCP_PORTS } from '../model/reflectors.ts';

/**
 * What a packet is, from its header alone. Every packet is of exactly one kind, so shares of kinds add up to the whole.
 * `udp-from-<port>` are packets from the port of a known reflector, whatever they hold; `tcp`, `udp` what nothing more is known of.
 */
export type PacketKind =
  | 'tcp-syn'
  | 'tcp-syn-ack'
  | 'tcp-ack'
  | 'tcp-psh-ack'
  | 'tcp-rst'
  | 'tcp-fin'
  | 'tcp-odd'
  | 'tcp'
  | `udp-from-${number}`
  | 'udp-to-53'
  | 'udp'
  | 'icmp'
  | 'gre'
  | 'esp'
  | 'fragment'
  | 'other';

/** Columns that a kind is read from; `fragment` (not the first one of its packet) only where the log has it. */
interface KindColumns {
  readonly flags: boolean;
  readonly sourcePort: boolean;
  readonly destinationPort: boolean;
  readonly fragment: boolean;
}

export function kindColumnsOf({ dimensions, details }: TrafficSource): KindColumns {
  return {
    flags: dimensions.includes('tcp_flags'),
    sourcePort: dimensions.includes('source_port'),
    destinationPort: dimensions.includes('destination_port'),
    fragment: details?.includes('fragment') === true,
  };
}

const ICMP = "('icmp', 'icmpv6', 'ipv6-icmp')";
/** Each flag by the letters that name it, whatever stands between the names; a number is not a name. */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/** Expression for the kind of a row; NULL where the protocol is not known. */
export function kindSql(columns: KindColumns): string {
  const ports = REFLECTORS.map(({ port }) => `'${port}'`).join(', ');
  const udp = [
    ...(columns.sourcePort
      ? [`when transport = 'udp' and source_port in (${ports}) then concat('udp-from-', source_port)`]
      : []),
    ...(columns.destinationPort ? ["when transport = 'udp' and destination_port = '53' then 'udp-to-53'"] : []),
  ];
  return `case
    ${columns.fragment ? "when fragment then 'fragment'" : ''}
    when transport = 'tcp' then ${columns.flags ? flagsSql() : "'tcp'"}
    ${udp.join(' ')}
    when transport = 'udp' then 'udp'
    when transport in ${ICMP} then 'icmp'
    when transport = 'gre' then 'gre'
    when transport = 'esp' then 'esp'
    when transport is not null then 'other' end`;
}

function flagsSql(): string {
  const has = (name: string) => `contains(upper(tcp_flags), '${name}')`;
  const only = (...names: string[]) =>
    FLAGS.map((name) => (names.includes(name) ? has(name) : `not ${has(name)}`)).join(' and ');
  const known = FLAGS.map(has).join(' or ');
  return `case when tcp_flags is null or not (${known}) then 'tcp'
      when ${only('ACK')} then 'tcp-ack'
      when ${only('PSH', 'ACK')} then 'tcp-psh-ack'
      when ${only('SYN')} then 'tcp-syn'
      when ${only('SYN', 'ACK')} then 'tcp-syn-ack'
      when ${only('RST')} or ${only('RST', 'ACK')} then 'tcp-rst'
      when ${only('FIN')} or ${only('FIN', 'ACK')} or ${only('FIN', 'PSH', 'ACK')} then 'tcp-fin'
      else 'tcp-odd' end`;
}

/** Condition of TCP packets that come from the port of a service, as replies do. */
export const FROM_SERVICE = `transport = 'tcp' and source_port in (${REPLYING_TCP_PORTS.map((port) => `'${port}'`).join(', ')})`;
