import ipaddr from 'ipaddr.js';

const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/; // as some proxies write addresses
/** IPv6 addresses that end with an IPv4 address: mapped (`::ffff:192.0.2.1`), and translated by RFC 6052 and RFC 6145. */
const CONTAIN_IPV4 = new Set<string>(['ipv4Mapped', 'rfc6052', 'rfc6145']);

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * An IP address in its one spelling (RFC 5952), without port, brackets and zone; the IPv4 address where an IPv6 address
 * contains one. Null for what is no address.
 */
export function parseAddress(text: string): string | null {
  return parse(text)?.toString() ?? null;
}

/**
 * The network of a client, for limits that one client must not escape by changing its address: an IPv4 address, or the
 * `/64` of an IPv6 address, which a provider gives to one customer. The same client has the same text in every spelling
 * of its address. All texts that are not addresses share the network `unknown`.
 */
export function toNetwork(ip: string): string {
  const address = parse(ip);
  if (!address) return 'unknown';
  if (address instanceof ipaddr.IPv4) return address.toString();
  const parts = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${parts.join(':')}::/64`;
}

/** Whether an address, in any spelling, is one of `entries` (addresses and CIDRs) or within one. */
export function createAddressFilter(entries: readonly string[]): (text: string) => boolean {
  const ranges = entries.map((entry): [Address, number] => {
    const [base, bits] = ipaddr.parseCIDR(entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`);
    const isMapped = base instanceof ipaddr.IPv6 && base.range() === 'ipv4Mapped' && bits >= 96;
    return isMapped ? [base.toIPv4Address(), bits - 96] : [base, bits];
  });
  return (text) => {
    const address = parse(text);
    return (
      address !== null && ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))
    );
  };
}

function parse(text: string): Address | null {
  const [, ipv6, ipv4] = WITH_PORT.exec(text) ?? [];
  const bare = (ipv6 ?? ipv4 ?? text).replace(/%.*$/s, '');
  if (!ipaddr.isValid(bare)) return null;
  const address = ipaddr.parse(bare);
  if (address instanceof ipaddr.IPv4) return ipaddr.IPv4.isValidFourPartDecimal(bare) ? address : null;
  return CONTAIN_IPV4.has(address.range()) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}
