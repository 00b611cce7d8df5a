/** Hosts in one form, however they were written: names in lower case ASCII, and addresses. */
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What ends a host in a URL, and would let one host pass for another. */
const NOT_IN_A_HOST = /[\s/@#?\\]/;

/** A host in its one form: lower case ASCII, or an IP address as text; undefined if it is none. */
export function hostName(host: string): string | undefined {
  if (NOT_IN_A_HOST.test(host)) return undefined;
  try {
    // The parser of URLs knows every way to write a host: other scripts, other number bases.
    const { hostname } = new URL(`http://${bracketed(host)}/`);
    return hostname.replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1') || undefined;
  } catch {
    return undefined;
  }
}

/** An address; one of IPv4 in the clothes of IPv6 is one of IPv4. Undefined if it is none. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(bare) && !bare.includes('%') ? ipaddr.process(bare) : undefined;
}

/** The bits of a range that is one address. */
export function bitsOf(address: Address): number {
  return address.kind() === 'ipv4' ? 32 : 128;
}

/** Writes an IPv6 address, or a range of them, as it stands before a port. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
