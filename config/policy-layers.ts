/** The policy layers that workspace.yaml states: those of the workspace and of one lane. */
import type { PolicyLayer } from '../kernel/contract/index.ts';
import { compileRule, RuntimeError } from '../kernel/index.ts';
import type { Lane, WorkspaceConfig } from './schema.ts';
import { didYouMean, listed, quote } from './wording.ts';

/**
 * Makes the workspace layer, and behind it the layer of the named lane. The pack's layer, made of
 * the intents, is the kernel's.
 * @throws RuntimeError CONFIGURATION_ERROR for a lane that is not configured.
 */
export function configuredLayers(config: WorkspaceConfig, laneId?: string): readonly PolicyLayer[] {
  const workspace: PolicyLayer = {
    level: 'workspace',
    default_decision: config.troupe.policy.default_decision,
    allow_loosening: config.troupe.policy.allow_loosening,
    rules: config.policies.map((rule) => compileRule(rule)),
  };
  if (laneId === undefined) return [workspace];
  const { policy_overrides } = configuredLane(config, laneId);
  return [workspace, { level: 'lane', rules: policy_overrides.map((rule) => compileRule(rule)) }];
}

/** Finds the named lane. @throws RuntimeError CONFIGURATION_ERROR: it is not configured. */
export function configuredLane(config: WorkspaceConfig, laneId: string): Lane {
  const lane = config.lanes.find(({ id }) => id === laneId);
  if (!lane) throw unknownLane(config, laneId);
  return lane;
}

function unknownLane({ lanes }: WorkspaceConfig, laneId: string): RuntimeError {
  const known = lanes.map(({ id }) => id);
  const advice = didYouMean(laneId, known, `Known: ${listed(known)}`);
  return new RuntimeError('CONFIGURATION_ERROR', `No lane ${quote(laneId)}. ${advice}`);
}
