import ipaddr from 'ipaddr.js';
import { toAddress } from '../normalize.ts';

/**
 * The one target that several addresses have in common: the address itself when there is only one, else the /24 (IPv4) or
 * /64 (IPv6) that holds them all; undefined when there is no such prefix or no address.
 */
export function commonTarget(addresses: Iterable<string>): string | undefined {
  const different = [...new Set([...addresses].flatMap((address) => toAddress(address) ?? []))];
  if (different.length <= 1) return different[0];
  const prefixes = new Set(different.map(prefixOf));
  return prefixes.size === 1 ? [...prefixes][0] : undefined;
}

function prefixOf(address: string): string {
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/24`).toString()}/24`;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toRFC5952String()}/64`;
}
