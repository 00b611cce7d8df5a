/** Short ways to write down layers and rules, for tests of policy. */
import type {
  LayerLevel,
  PolicyEffect,
  PolicyLayer,
  PolicyRequest,
  PolicyRule,
} from '../../../kernel/contract/index.ts';
import { evaluatePolicy } from '../../../kernel/policy/evaluate.ts';

const REQUEST: PolicyRequest = {
  trigger: 'on_tool_request',
  run_id: 'run-1',
  tool_name: 'files:write-file',
};

export const rule = (
  id: string,
  decision: PolicyEffect,
  rest: Partial<PolicyRule> = {},
): PolicyRule => ({ id, trigger: 'on_tool_request', decision, ...rest });

export const layer = (level: LayerLevel, rest: Partial<PolicyLayer> = {}): PolicyLayer => ({
  level,
  rules: [],
  ...rest,
});

/** A layer with one rule and no default. */
export const ofRule = (level: LayerLevel, id: string, decision: PolicyEffect): PolicyLayer =>
  layer(level, { rules: [rule(id, decision)] });

/** A layer with a default and no rule. */
export const ofDefault = (level: LayerLevel, default_decision: PolicyEffect): PolicyLayer =>
  layer(level, { default_decision });

export const evaluate = (layers: readonly PolicyLayer[], request: Partial<PolicyRequest> = {}) =>
  evaluatePolicy(layers, { ...REQUEST, ...request });

export const idsOf = ({ decisions }: ReturnType<typeof evaluate>): readonly string[] =>
  decisions.map(({ policy_id }) => policy_id);
