/** A service that answers small questions with large replies, also to a forged sender. */
export interface Reflector {
  /** UDP port of the service: the source port of what it reflects. */
  readonly port: number;
  /** As it is spoken: `CLDAP`. */
  readonly protocol: string;
  /**
   * Mean IP length in bytes from which replies are amplified ones; ordinary answers of the same service are shorter. 0 where
   * the reply is as long as the question.
   */
  readonly leastBytes: number;
}

/** Protocols of US-CERT TA14-017A and those seen since, by port. */
export const REFLECTORS: readonly Reflector[] = [
  { port: 7, protocol: 'Echo', leastBytes: 0 },
  { port: 17, protocol: 'QOTD', leastBytes: 60 },
  { port: 19, protocol: 'Chargen', leastBytes: 100 },
  { port: 53, protocol: 'DNS', leastBytes: 400 },
  { port: 69, protocol: 'TFTP', leastBytes: 100 },
  { port: 111, protocol: 'Portmap', leastBytes: 90 },
  { port: 123, protocol: 'NTP', leastBytes: 150 },
  { port: 137, protocol: 'NetBIOS', leastBytes: 100 },
  { port: 161, protocol: 'SNMP', leastBytes: 150 },
  { port: 389, protocol: 'CLDAP', leastBytes: 300 },
  { port: 520, protocol: 'RIPv1', leastBytes: 100 },
  { port: 1_434, protocol: 'MSSQL', leastBytes: 100 },
  { port: 1_900, protocol: 'SSDP', leastBytes: 150 },
  { port: 3_283, protocol: 'ARMS', leastBytes: 500 },
  { port: 3_702, protocol: 'WSD', leastBytes: 300 },
  { port: 5_353, protocol: 'mDNS', leastBytes: 100 },
  { port: 5_683, protocol: 'CoAP', leastBytes: 100 },
  { port: 11_211, protocol: 'Memcached', leastBytes: 300 },
];

/** TCP ports of services that answer to everybody; packets from them are replies, wanted or not. */
export const REPLYING_TCP_PORTS: readonly number[] = [
  21, 22, 23, 25, 53, 80, 110, 143, 179, 443, 445, 993, 995, 3_389, 8_080, 8_443,
];
