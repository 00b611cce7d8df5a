/** The tools that a context may use, with the decision that each call of them would start from. */
import type { GovernedTool } from '../contract/index.ts';
import type { CallContext } from './call.ts';
import { decideOnce, type Governance } from './decide.ts';
import type { ToolRegistry } from './registry.ts';

/** Lists what is in scope and not denied; rules that look at arguments see none. */
export function listGovernedTools(
  registry: ToolRegistry,
  governance: Governance,
  context: CallContext,
): readonly GovernedTool[] {
  const governed: GovernedTool[] = [];
  for (const capability of registry.list()) {
    const decision = decideOnce(governance, {
      tool: capability,
      input: {},
      context,
      origin: 'host',
      effect_id: 'listing',
      attempt: 1,
    });
    if (decision.kind === 'deny') continue;
    governed.push({
      capability,
      decision: decision.kind,
      policy_decisions: decision.evaluation.decisions,
      scope_requested: decision.scopes.requested,
      scope_allowed: decision.scopes.allowed,
      scope_enforced: decision.scopes.enforced,
    });
  }
  return governed;
}
