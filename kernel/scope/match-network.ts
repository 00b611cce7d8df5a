/** Says whether the network grants of one layer cover what a tool needs. */
import type { NetworkScope } from '../contract/index.ts';

/**
 * Whether `grants`, the network scopes of one layer, cover `required`. A tool that needs no
 * network is covered always. A layer that says `off` grants nothing, whatever else it says.
 * Entries of an allowlist are compared as text: a CIDR covers only itself.
 */
export function coversNetwork(grants: readonly NetworkScope[], required: NetworkScope): boolean {
  if (required.posture === 'off') return true;
  if (grants.some(({ posture }) => posture === 'off')) return false;
  if (grants.some(({ posture }) => posture === 'full')) return true;
  if (required.posture === 'full') return false;
  const granted = new Set(grants.flatMap((grant) => grant.allowlist_entries ?? []));
  const needed = required.allowlist_entries ?? [];
  return needed.length > 0 && needed.every((entry) => granted.has(entry));
}
