/** Puts a runtime together: configuration, store, kernel, models, sessions. The wiring, no more. */
import {
  agentRuntimeLayer,
  createKernel,
  patternsOf,
  policyVersion,
  secretValues,
  type Kernel,
  type PolicyLayer,
  type ToolCapability,
} from '../../kernel/index.ts';
import { systemPaths } from '../../adapters/index.ts';
import { configHash, configuredLayers, requiredEnv } from '../../config/index.ts';
import { Approvals } from './approvals.ts';
import { Driver } from './driver.ts';
import { createKernelEffects } from './kernel-effects.ts';
import { createModels } from './models.ts';
import { premisesOf } from './premises.ts';
import { assertOptions } from './option-checks.ts';
import { resolveOptions, type ResolvedOptions, type RuntimeOptions } from './options.ts';
import { Runtime } from './runtime.ts';
import { nativeTerms } from './session-terms.ts';
import { Sessions } from './sessions.ts';
import type { StoreHost } from './store-host.ts';
import { holdStoreHost, type HeldStoreHost } from './store-hosts.ts';
import { createSessionTurnTool, createTurnTool, tighter } from './turn-tool.ts';
import { VERSION } from './version.ts';

/**
 * Makes a runtime, does what came due meanwhile, and lets interrupted sessions go on.
 * @throws RuntimeError INVALID_INPUT (options), CONFIG_NOT_FOUND, CONFIG_INVALID,
 * CONFIGURATION_ERROR, STORE_LOCKED, STORE_FOREIGN
 */
export async function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  assertOptions(options);
  const resolved = await resolveOptions(options);
  const held = await holdStoreHost(resolved.store, resolved);
  try {
    const rules = policyLayers(resolved).flatMap((layer) => layer.rules);
    await held.host.askAbout(rules.flatMap(patternsOf));
    const runtime = assemble(resolved, held);
    if (resolved.recover) await runtime.recover();
    return runtime;
  } catch (error) {
    await held.close(0);
    throw error;
  }
}

function assemble(options: ResolvedOptions, held: HeldStoreHost): Runtime {
  const { config, clock, ids, environment } = options;
  const { host } = held;
  const secrets = [...requiredEnv(config), ...options.tools.flatMap((tool) => tool.required_env)];
  host.keepSecret(secretValues(environment, secrets));
  const models = createModels(options);
  const limits = config.agent_runtime?.limits ?? {};
  const turn = { models, limits, scopes: [], required_env: requiredEnv(config) };
  const kernel = governedKernel(options, host, createTurnTool(turn));
  const turn_tool = createSessionTurnTool(turn);
  const effects = createKernelEffects({
    kernel,
    models,
    turn_tool,
    terms: nativeTerms({ kernel, config, limits }),
  });
  const actors = new Driver(host, effects, options.drive);
  const { store, events, evidence, journals } = host;
  const onDamage = (id: string, error: unknown): void => host.reportFailure(id, error);
  const sessions = new Sessions({
    ...{ store, actors, events, evidence, clock, ids, onDamage },
    run_id: ids.next('run'),
    default_profile: models.default_profile,
    effectiveLimits: (asked) => tighter(limits, asked),
  });
  const approvals = new Approvals({ store, clock, journals, actors, kernel, onDamage });
  const { folder } = options;
  return new Runtime({
    ...{ held, actors, kernel, config, folder, models, turn_tool, ids, approvals, sessions },
  });
}

function policyLayers({ config, lane, layers, policy }: ResolvedOptions): readonly PolicyLayer[] {
  const intents = agentRuntimeLayer(config.agent_runtime?.intents);
  return layers ?? [...configuredLayers(config, lane), intents, ...policy];
}

/** The kernel under the configured layers, those of the host, and the intents. */
function governedKernel(
  options: ResolvedOptions,
  host: StoreHost,
  turn_tool: ToolCapability,
): Kernel {
  const { config, lane, clock, alarm } = options;
  const layers = policyLayers(options);
  const workspace_config_hash = configHash(config);
  return createKernel({
    tools: [turn_tool, ...options.tools],
    governance: {
      layers,
      policy_version: policyVersion(layers, workspace_config_hash),
      lane_id: lane,
      grants: {
        workspace: config.security.allowed_scopes,
        lane: config.lanes.find(({ id }) => id === lane)?.allowed_scopes,
        premises: premisesOf(options),
      },
    },
    approval_expires_in_ms: config.troupe.approvals.expires_in_ms,
    workspace_config_hash,
    runtime_version: VERSION,
    clock,
    alarm,
    paths: systemPaths,
    runInSandbox: () => () => ({
      success: false,
      error: { code: 'SUBPROCESS_NOT_AVAILABLE', message: 'No sandbox is built in yet' },
    }),
    onProgress: (progress) => {
      if (!host.events.isHeard) return;
      host.events.emit({ type: 'progress', ...progress, data: host.redact(progress.data) });
    },
  });
}
