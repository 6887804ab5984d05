import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

// Checks of the identities that decide whose data a row is. Each returns the one spelling that is compared later, or
// `undefined` when the value is not what it claims to be.

/** Shortest prefixes that one customer can own. A shorter one is a slip (`0.0.0.0/0`) that would switch the tenant guard off. */
const SHORTEST_PREFIX = { ipv4: 8, ipv6: 16 } as const;

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A prefix in CIDR notation as RFC 5952 writes it, or what is wrong with it. Host bits must be zero. */
export function readPrefix(text: string): { readonly prefix: string } | { readonly problem: string } {
  const [address = '', length, ...rest] = text.trim().split('/');
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(address) && !/(^|\.)0\d/.test(address);
  if ((!isV4 && !ipaddr.IPv6.isValid(address)) || address.includes('%') || rest.length > 0)
    return { problem: 'must be an address range such as 203.0.113.0/24 or 2001:db8::/32' };
  const family = isV4 ? 'ipv4' : 'ipv6';
  const bits = isV4 ? 32 : 128;
  if (length === undefined) return { problem: `needs a prefix length; one address is ${address}/${bits}` };
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits)
    return { problem: `has a prefix length that is not 0 to ${bits}` };
  if (Number(length) < SHORTEST_PREFIX[family])
    return { problem: `is too wide for one customer; the shortest accepted length is /${SHORTEST_PREFIX[family]}` };
  const cidr = `${address}/${Number(length)}`;
  const network = isV4 ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  if (network.toString() !== ipaddr.parse(address).toString())
    return { problem: `has bits set after its length; the range is ${network.toString()}/${Number(length)}` };
  return { prefix: `${network.toString()}/${Number(length)}` };
}

/** One address as RFC 5952 writes it. */
export function readAddress(text: string): string | undefined {
  const plain = text.trim();
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(plain) && !/(^|\.)0\d/.test(plain);
  return isV4 || (ipaddr.IPv6.isValid(plain) && !plain.includes('%')) ? ipaddr.parse(plain).toString() : undefined;
}

/** A host name or address in lower case, international names as punycode, without a final dot. */
export function readHost(text: string): string | undefined {
  const plain = text.trim().replace(/\.$/, '');
  if (ipaddr.IPv6.isValid(plain) && !plain.includes('%')) return ipaddr.parse(plain).toString();
  if (/[\s/:@?#%\\*[\]]/.test(plain)) return undefined; // the URL parser would take these as something else than a name
  const host = domainToASCII(plain);
  if (host === '' || host.length > 253) return undefined;
  if (ipaddr.isValid(host) && host !== plain) return undefined; // `0x7f.1` and its like
  return host.split('.').every((label) => LABEL.test(label)) ? host : undefined;
}

/** A DNS zone: a host name of at least two labels, because everything below it belongs to the customer. */
export function readZone(text: string): string | undefined {
  const zone = readHost(text);
  return zone?.includes('.') && !ipaddr.isValid(zone) ? zone : undefined;
}

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(zone); // not an offset such as +05:00, which has no rules
  } catch {
    return false;
  }
}

/** A well-formed BCP 47 tag for whose language this Node has number and date forms. */
export function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length === 1;
  } catch {
    return false;
  }
}
