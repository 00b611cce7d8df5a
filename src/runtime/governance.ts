/** What a runtime is governed by: the layers of its configuration and its host, and the grants. */
import {
  agentRuntimeLayer,
  patternsOf,
  policyVersion,
  type CallPattern,
  type Governance,
  type PolicyLayer,
} from '../../kernel/index.ts';
import { configHash, configuredLayers } from '../../config/index.ts';
import type { ResolvedOptions } from './options.ts';
import { premisesOf } from './premises.ts';

/** @throws RuntimeError CONFIGURATION_ERROR: a lane that is not configured, a malformed layer. */
export function governanceOf(options: ResolvedOptions): Governance {
  const { config, lane } = options;
  const layers = policyLayers(options);
  return {
    layers,
    policy_version: policyVersion(layers, configHash(config)),
    lane_id: lane,
    grants: {
      workspace: config.security.allowed_scopes,
      lane: config.lanes.find(({ id }) => id === lane)?.allowed_scopes,
      premises: premisesOf(options),
    },
  };
}

/** The patterns of earlier calls that any of the rules asks about. */
export function askedPatterns({ layers }: Governance): readonly CallPattern[] {
  return layers.flatMap(({ rules }) => rules.flatMap(patternsOf));
}

function policyLayers({ config, lane, layers, policy }: ResolvedOptions): readonly PolicyLayer[] {
  const intents = agentRuntimeLayer(config.agent_runtime?.intents);
  return layers ?? [...configuredLayers(config, lane), intents, ...policy];
}
