/** Network grants of a layer: how far they reach, where two of them meet, and what they admit. */
import type { NetworkScope } from '../contract/index.ts';
import { hostName, parseAddress } from './hosts.ts';
import { covers, meet, parseEntry, parseHost } from './network-entries.ts';

/** What a network scope comes to: nothing, everything, or the entries it lists. */
export type NetworkReach = 'off' | 'full' | readonly string[];

/**
 * The reach of what one layer grants. Its scopes add up, except that `off` beside anything else is
 * a contradiction and grants nothing. Entries that cannot be read grant nothing.
 */
export function reachOf(scopes: readonly NetworkScope[]): NetworkReach {
  if (scopes.length === 0 || scopes.some(({ posture }) => posture === 'off')) return 'off';
  if (scopes.some(({ posture }) => posture === 'full')) return 'full';
  return scopes.flatMap((scope) => scope.allowlist_entries ?? []);
}

/** The reach that both have. */
export function intersectReach(a: NetworkReach, b: NetworkReach): NetworkReach {
  if (a === 'off' || b === 'off') return 'off';
  if (a === 'full') return b;
  if (b === 'full') return a;
  const met = a.flatMap((one) => b.flatMap((other) => meet(parseEntry(one), parseEntry(other))));
  return met.length === 0 ? 'off' : [...new Set(met)];
}

/** Whether `granted` admits everything that `needed` does. */
export function coversReach(granted: NetworkReach, needed: NetworkReach): boolean {
  if (needed === 'off' || granted === 'full') return true;
  if (granted === 'off' || needed === 'full') return false;
  return needed.every((need) => granted.some((grant) => coversEntry(grant, need)));
}

/** Whether a connection to a host, by the name or address that was asked for, is within reach. */
export function admitsHost(reach: NetworkReach, host: string, port: number): boolean {
  if (reach === 'off') return false;
  const asked = parseHost(host, port);
  if (!asked) return false;
  return reach === 'full' || reach.some((entry) => covers(parseEntry(entry), asked));
}

/**
 * Whether a connection may go to the address that a host resolved to. A public address is reached
 * by any grant of the host; one of this machine or of its networks only by an entry that says so:
 * the address, a CIDR around it, or the name `localhost` for this machine.
 */
export function admitsAddress(
  reach: NetworkReach,
  host: string,
  address: string,
  port: number,
): boolean {
  if (!admitsHost(reach, host, port)) return false;
  const resolved = parseAddress(address);
  if (!resolved) return false;
  if (resolved.range() === 'unicast') return true;
  if (hostName(host) === 'localhost' && resolved.range() === 'loopback') return true;
  if (reach === 'full') return true;
  return reach !== 'off' && admitsHost(reach, address, port);
}

function coversEntry(grant: string, need: string): boolean {
  const needed = parseEntry(need);
  return needed !== undefined && covers(parseEntry(grant), needed);
}
