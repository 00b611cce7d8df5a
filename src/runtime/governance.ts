/** What calls are governed by, lane by lane: the layers of configuration and host, the grants. */
import {
  agentRuntimeLayer,
  patternsOf,
  policyVersion,
  type CallPattern,
  type Governance,
  type PolicyLayer,
  type ToolScope,
} from '../../kernel/index.ts';
import { configHash, configuredLane, configuredLayers } from '../../config/index.ts';
import type { ResolvedOptions } from './options.ts';
import { premisesOf } from './premises.ts';

/** What calls are governed by in each lane of a configuration. */
export interface Governances {
  /** In every lane, and outside of all. */
  readonly all: readonly Governance[];
  /** A session whose lane is no longer configured has every call denied. */
  readonly of: (lane_id: string | undefined) => Governance;
}

/** @throws RuntimeError CONFIGURATION_ERROR: a malformed layer. */
export function governancesOf(options: ResolvedOptions): Governances {
  const lanes = [undefined, ...options.config.lanes.map(({ id }) => id)];
  const byLane = new Map(lanes.map((lane) => [lane, governanceOf({ ...options, lane })]));
  return {
    all: [...byLane.values()],
    of: (lane_id) => byLane.get(lane_id) ?? governanceOfGoneLane(options, lane_id),
  };
}

/**
 * What calls in the lane of these options are governed by.
 * @throws RuntimeError CONFIGURATION_ERROR: a lane that is not configured, a malformed layer.
 */
export function governanceOf(options: ResolvedOptions): Governance {
  const { config, lane } = options;
  const granted = lane === undefined ? undefined : configuredLane(config, lane).allowed_scopes;
  return governedBy(options, policyLayers(options), granted);
}

/** The patterns of earlier calls that any of the rules asks about. */
export function askedPatterns({ layers }: Governance): readonly CallPattern[] {
  return layers.flatMap(({ rules }) => rules.flatMap(patternsOf));
}

/** Nobody knows any more what the lane would have denied. */
function governanceOfGoneLane(options: ResolvedOptions, lane: string | undefined): Governance {
  const rule = {
    id: 'kernel.lane.not-configured',
    trigger: 'on_tool_request',
    decision: 'deny',
    reason: `the session was started in lane ${JSON.stringify(lane)}, which is not configured`,
  } as const;
  return governedBy({ ...options, lane }, [{ level: 'lane', rules: [rule] }], undefined);
}

function governedBy(
  options: ResolvedOptions,
  layers: readonly PolicyLayer[],
  granted: readonly ToolScope[] | undefined,
): Governance {
  const { config, lane } = options;
  return {
    layers,
    policy_version: policyVersion(layers, configHash(config)),
    lane_id: lane,
    grants: {
      workspace: config.security.allowed_scopes,
      lane: granted,
      premises: premisesOf(options),
    },
  };
}

function policyLayers({ config, lane, layers, policy }: ResolvedOptions): readonly PolicyLayer[] {
  const intents = agentRuntimeLayer(config.agent_runtime?.intents);
  return layers ?? [...configuredLayers(config, lane), intents, ...policy];
}
