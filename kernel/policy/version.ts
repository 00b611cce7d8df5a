/** Names the policy in force: an approval given under one policy never counts under another. */
import type { PolicyLayer, PolicyRule } from '../contract/index.ts';
import { contentHash } from '../canonical.ts';
import { widestFirst } from './evaluate.ts';
import { validatePolicyLayers } from './validate-rules.ts';

/**
 * Digests layers, rules and the config they were made from to `pv-<64 hex digits>`.
 * A condition counts with its source text. What its function captured is not visible in that
 * text, so whatever a condition looks at must come from the request or from the hashed config.
 * @throws RuntimeError CONFIGURATION_ERROR: layers that are malformed get no name.
 */
export function policyVersion(layers: readonly PolicyLayer[], configHash: string): string {
  validatePolicyLayers(layers);
  const facts = widestFirst(layers).map(({ level, default_decision, allow_loosening, rules }) => ({
    level,
    default_decision,
    allow_loosening: allow_loosening === true,
    rules: rules.map(({ when, ...rule }) => ({ ...rule, when: when && sourceOf(when) })),
  }));
  return `pv-${contentHash({ config_hash: configHash, layers: facts })}`;
}

function sourceOf(condition: NonNullable<PolicyRule['when']>): string {
  return Function.prototype.toString.call(condition);
}
