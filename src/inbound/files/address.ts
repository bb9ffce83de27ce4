import ipaddr from 'ipaddr.js';

/** Where ordinary IPv6 addresses lie. Source: IANA IPv6 address space registry (2000::/3). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for an address of the open internet. Private, loopback, link-local, shared (CGNAT), multicast, reserved and documentation
 * ranges are not, nor is any IPv6 address that stands for an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}
