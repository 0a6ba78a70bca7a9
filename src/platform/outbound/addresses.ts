import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** Which hosts may be called beyond the public internet. */
export interface Allowance {
  /** The operator allows this host name, whatever its address is. */
  hasHost(name: string): boolean;
  hasAddress(address: string): boolean;
  /** Of URLs: 80 and 443, and those that the operator names. */
  hasPort(port: number): boolean;
}

const WEB_PORTS = [80, 443];

/** Allows everything: for addresses from the settings of the operator. */
export const anywhere: Allowance = { hasHost: () => true, hasAddress: () => true, hasPort: () => true };

/**
 * `entries` are names of hosts, addresses and CIDRs, as `BONYAN_OUTBOUND_ALLOW` lists them; `ports` are those of
 * `BONYAN_OUTBOUND_PORTS`, or null for every port.
 */
export function toAllowance(entries: readonly string[], ports: readonly number[] | null = []): Allowance {
  const ranges = entries.map(toRange).filter((range) => range !== null);
  const names = new Set(entries.filter((entry) => toRange(entry) === null).map((entry) => entry.toLowerCase()));
  return {
    hasPort: (port) => ports === null || WEB_PORTS.includes(port) || ports.includes(port),
    hasHost: (name) => names.has(name.toLowerCase()),
    hasAddress: (text) => {
      const address = ipaddr.parse(text);
      return ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));
    },
  };
}

/**
 * True only for addresses of the public internet. In IPv6 only global unicast: translated, mapped and tunnelled IPv4
 * addresses could lead to internal ones.
 */
export function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv6') return address.match(GLOBAL_UNICAST, 3);
  return text !== AZURE_HOST;
}

/** The IP address that the host of a URL is; null for a name. */
export function toLiteral(hostname: string): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(bare) ? bare : null;
}

/** This machine: where an operator allows it, programs in development listen on any port. */
export function isLoopback(hostname: string): boolean {
  const literal = toLiteral(hostname);
  return literal === null ? hostname === 'localhost' : ipaddr.parse(literal).range() === 'loopback';
}

const GLOBAL_UNICAST = ipaddr.parse('2000::');
const AZURE_HOST = '168.63.129.16'; // serves metadata to virtual machines, at an address that looks public

function toRange(entry: string): [Address, number] | null {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (!ipaddr.isValid(entry)) return null;
  const address = ipaddr.parse(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
