import type { Disposition, MitigationSystem } from '../model/traffic.ts';

// The closed tables of what vendors call things. Keys are folded (`foldName`): lower case, letters and digits only, so that
// `managedChallenge`, `managed_challenge` and `managedchallenge` are one word. Readers and the engine's SQL use the same tables.

/** Lower case, accents dropped, nothing but letters and digits: one spelling for names that sources spell in several ways. */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/**
 * What an action of an HTTP product does to a request. A challenge that was solved, bypassed or skipped let the request
 * through; one that was issued or failed did not. An action that is not listed is `unknown`.
 */
export const HTTP_ACTIONS: Readonly<Record<string, Disposition>> = {
  // The most frequent first: the engine tries them in this order.
  block: 'blocked',
  managedchallenge: 'challenged',
  jschallenge: 'challenged',
  challenge: 'challenged',
  log: 'logged',
  skip: 'passed',
  allow: 'passed',
  connectionclose: 'blocked',
  forceconnectionclose: 'blocked',
  managedchallengenoninteractivesolved: 'passed',
  managedchallengeinteractivesolved: 'passed',
  managedchallengebypassed: 'passed',
  managedchallengeskipped: 'passed',
  managedchallengesolved: 'passed',
  managedchallengefailed: 'challenged',
  jschallengesolved: 'passed',
  jschallengebypassed: 'passed',
  jschallengeskipped: 'passed',
  jschallengefailed: 'challenged',
  challengesolved: 'passed',
  challengebypassed: 'passed',
  challengeskipped: 'passed',
  challengefailed: 'challenged',
  ratelimit: 'rate_limited',
  ratelimited: 'rate_limited',
  throttle: 'rate_limited',
  bypass: 'passed',
  rewrite: 'passed',
  pass: 'passed',
  allowed: 'passed',
  simulate: 'logged',
  count: 'logged',
  drop: 'blocked',
  deny: 'blocked',
  captcha: 'challenged',
};

/** What was done with a packet, a connection or a DNS query (`Outcome`, never `Verdict`). */
export const NETWORK_OUTCOMES: Readonly<Record<string, Disposition>> = {
  drop: 'blocked',
  dropped: 'blocked',
  block: 'blocked',
  blocked: 'blocked',
  deny: 'blocked',
  discard: 'blocked',
  reject: 'blocked',
  challenge: 'challenged',
  ratelimit: 'rate_limited',
  ratelimited: 'rate_limited',
  throttle: 'rate_limited',
  pass: 'passed',
  passed: 'passed',
  allow: 'passed',
  allowed: 'passed',
  accept: 'passed',
  permit: 'passed',
  forward: 'passed',
  log: 'logged',
  alert: 'logged',
  count: 'logged',
};

/** Names of products that act, as logs and APIs write them. A name that is not listed is `other`. */
export const SYSTEMS: Readonly<Record<string, MitigationSystem>> = {
  l7ddos: 'ddos-managed',
  l34ddos: 'ddos-managed',
  dosd: 'ddos-managed',
  dosdedge: 'ddos-managed',
  ddos: 'ddos-managed',
  flowtrackd: 'advanced-tcp-protection',
  advancedtcpprotection: 'advanced-tcp-protection',
  advanceddnsprotection: 'advanced-dns-protection',
  magicfirewall: 'network-firewall',
  networkfirewall: 'network-firewall',
  programmableflowprotection: 'network-firewall',
  waf: 'waf-managed',
  firewallmanaged: 'waf-managed',
  managedrules: 'waf-managed',
  firewallrules: 'waf-custom',
  firewallcustom: 'waf-custom',
  zonelockdown: 'waf-custom',
  uablock: 'waf-custom',
  apishield: 'waf-custom',
  apishieldschemavalidation: 'waf-custom',
  apishieldtokenvalidation: 'waf-custom',
  apishieldsequencemitigation: 'waf-custom',
  ratelimit: 'rate-limiting',
  ratelimiting: 'rate-limiting',
  botmanagement: 'bot-management',
  botfight: 'bot-management',
  bic: 'bot-management',
  linkmaze: 'bot-management',
  securitylevel: 'ip-reputation',
  ip: 'ip-list',
  iprange: 'ip-list',
  asn: 'ip-list',
  country: 'ip-list',
  spectrum: 'spectrum',
  dnsfirewall: 'dns-firewall',
  magicids: 'ids',
  ids: 'ids',
};

/** IANA protocol numbers that attack traffic is made of; other numbers stay numbers. */
export const TRANSPORTS: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '2': 'igmp',
  '4': 'ipip',
  '6': 'tcp',
  '17': 'udp',
  '41': 'ipv6',
  '47': 'gre',
  '50': 'esp',
  '51': 'ah',
  '58': 'icmpv6',
  '132': 'sctp',
  ipv6icmp: 'icmpv6',
  icmp6: 'icmpv6',
};

/** Types of DNS queries by number; other numbers are shown as `TYPE65280` (RFC 3597). */
export const QUERY_TYPES: Readonly<Record<string, string>> = {
  '1': 'A',
  '2': 'NS',
  '5': 'CNAME',
  '6': 'SOA',
  '12': 'PTR',
  '13': 'HINFO',
  '15': 'MX',
  '16': 'TXT',
  '28': 'AAAA',
  '33': 'SRV',
  '35': 'NAPTR',
  '39': 'DNAME',
  '43': 'DS',
  '46': 'RRSIG',
  '47': 'NSEC',
  '48': 'DNSKEY',
  '52': 'TLSA',
  '64': 'SVCB',
  '65': 'HTTPS',
  '252': 'AXFR',
  '255': 'ANY',
  '257': 'CAA',
};
