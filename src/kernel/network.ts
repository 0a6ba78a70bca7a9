import ipaddr from 'ipaddr.js';

const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/; // as some proxies write addresses
/** IPv6 addresses that end with an IPv4 address: mapped (`::ffff:192.0.2.1`), and translated by RFC 6052 and RFC 6145. */
const CONTAIN_IPV4 = new Set<string>(['ipv4Mapped', 'rfc6052', 'rfc6145']);

/**
 * The network of a client, for limits that one client must not escape by changing its address: an IPv4 address, or the
 * `/64` of an IPv6 address, which a provider gives to one customer. The same client has the same text in every spelling
 * of its address. All texts that are not addresses share the network `unknown`.
 */
export function toNetwork(ip: string): string {
  const [, ipv6, ipv4] = WITH_PORT.exec(ip) ?? [];
  const bare = ipv6 ?? ipv4 ?? ip;
  if (!ipaddr.isValid(bare)) return 'unknown';
  const address = ipaddr.parse(bare);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const { parts } = address;
  if (CONTAIN_IPV4.has(address.range())) return new ipaddr.IPv4(address.toByteArray().slice(12)).toString();
  return `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
