/** Puts a runtime together: configuration, store, kernel, models, sessions. The wiring, no more. */
import {
  createKernel,
  secretValues,
  type Governance,
  type Kernel,
  type SandboxHouse,
  type ToolCapability,
} from '../../kernel/index.ts';
import { scopedFetch, systemPaths } from '../../adapters/index.ts';
import { configHash, requiredEnv } from '../../config/index.ts';
import { Approvals } from './approvals.ts';
import { Driver } from './driver.ts';
import { askedPatterns, governancesOf, type Governances } from './governance.ts';
import { createKernelEffects } from './kernel-effects.ts';
import { Lanes, type Lane } from './lanes.ts';
import { memoized } from './memoized.ts';
import { createModels } from './models.ts';
import { assertOptions } from './option-checks.ts';
import { resolveOptions, type ResolvedOptions, type RuntimeOptions } from './options.ts';
import { Runtime } from './runtime.ts';
import { nativeTerms } from './session-terms.ts';
import { Sessions } from './sessions.ts';
import type { StoreHost } from './store-host.ts';
import { holdStoreHost, type HeldStoreHost } from './store-hosts.ts';
import { openToolSandbox } from './tool-sandbox.ts';
import { turnScopes } from './turn-scopes.ts';
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
    const governances = governancesOf(resolved);
    await held.host.askAbout(governances.all.flatMap(askedPatterns));
    const house = await openToolSandbox(resolved);
    const runtime = assemble(resolved, held, governances, house);
    if (resolved.recover) await runtime.recover();
    return runtime;
  } catch (error) {
    await held.close(0);
    throw error;
  }
}

function assemble(
  options: ResolvedOptions,
  held: HeldStoreHost,
  governances: Governances,
  house: SandboxHouse | undefined,
): Runtime {
  const { config, clock, ids, environment } = options;
  const { host } = held;
  const secrets = [...requiredEnv(config), ...options.tools.flatMap((tool) => tool.required_env)];
  host.keepSecret(secretValues(environment, secrets));
  const models = createModels(options);
  const limits = config.agent_runtime?.limits ?? {};
  const turn = { models, limits, required_env: requiredEnv(config) };
  const laneUnder = (governance: Governance): Lane => {
    const scopes = (profile?: string) => turnScopes(models.hosts(profile), governance.grants);
    const tools = [createTurnTool({ ...turn, scopes: scopes() }), ...options.tools];
    return {
      kernel: governedKernel(options, host, { tools, governance, house }),
      turnTool: memoized((name) => createSessionTurnTool({ ...turn, scopes: scopes(name) })),
    };
  };
  const lanes = new Lanes({ config, governances, own: options.lane, laneUnder });
  const effects = createKernelEffects({
    models,
    terms: nativeTerms({ lanes, config, limits }),
  });
  const actors = new Driver(host, effects, options.drive);
  const { store, events, evidence, journals } = host;
  const onDamage = (id: string, error: unknown): void => host.reportFailure(id, error);
  const sessions = new Sessions({
    ...{ store, actors, events, evidence, clock, ids, lanes, models, onDamage },
    run_id: ids.next('run'),
    factsUntil: journals.factsUntil,
    effectiveLimits: (asked) => tighter(limits, asked),
  });
  const approvals = new Approvals({ store, clock, journals, actors, lanes, onDamage });
  const { folder } = options;
  const sandbox = house?.sandbox;
  return new Runtime({
    ...{
      held,
      sandbox,
      actors,
      lanes,
      config,
      folder,
      models,
      ids,
      approvals,
      sessions,
    },
  });
}

/** What a kernel decides by and on, and where it has tools run. */
interface Grounds {
  readonly tools: readonly ToolCapability[];
  readonly governance: Governance;
  readonly house: SandboxHouse | undefined;
}

/** The kernel under the configured layers, those of the host, and the intents. */
function governedKernel(
  options: ResolvedOptions,
  host: StoreHost,
  { tools, governance, house }: Grounds,
): Kernel {
  const { config, clock, alarm } = options;
  return createKernel({
    tools,
    governance,
    approval_expires_in_ms: config.troupe.approvals.expires_in_ms,
    workspace_config_hash: configHash(config),
    runtime_version: VERSION,
    clock,
    alarm,
    paths: systemPaths,
    sandbox: house,
    fetchWithin: scopedFetch,
    onProgress: (progress) => {
      if (!host.events.isHeard) return;
      host.events.emit({ type: 'progress', ...progress, data: host.redact(progress.data) });
    },
  });
}
