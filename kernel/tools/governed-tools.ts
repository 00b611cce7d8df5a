/** The tools that a context may use, with the decision that each call of them would start from. */
import type { GovernedTool } from '../contract/index.ts';
import type { CallContext } from './call.ts';
import { decideListed, type Governance } from './decide.ts';
import type { ToolRegistry } from './registry.ts';

/** Until a call is made, nobody knows what it holds, who makes it, and what came before it. */
const UNKNOWN = ['arguments', 'origin', 'history'] as const;

/** Lists what is in scope and not denied, whatever its calls will hold. */
export function listGovernedTools(
  registry: ToolRegistry,
  governance: Governance,
  context: CallContext,
): readonly GovernedTool[] {
  const governed: GovernedTool[] = [];
  for (const capability of registry.list()) {
    const call = {
      tool: capability,
      context,
      origin: 'host',
      effect_id: 'listing',
      attempt: 1,
    } as const;
    const decision = decideListed(governance, call, { unknown: UNKNOWN });
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
