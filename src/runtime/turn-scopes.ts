/** What turns of a model need of the network, where the configuration says who may reach it. */
import type { Governance, ToolScope } from '../../kernel/index.ts';

const NOTHING: readonly ToolScope[] = [];

/**
 * Makes the scope that grants have to cover for turns that reach these hosts. Where neither the
 * workspace nor the lane speaks of the network, to name a provider is to let it be reached.
 */
export function turnScopes(
  hosts: readonly string[],
  { workspace, lane = [] }: Governance['grants'],
): readonly ToolScope[] {
  const isStated = [...workspace, ...lane].some(({ type }) => type === 'network');
  if (!isStated || hosts.length === 0) return NOTHING;
  return [{ type: 'network', posture: 'allowlist', allowlist_entries: [...hosts] }];
}
