/** What a runtime can be made from, and how the gaps are filled. */
import { join } from 'node:path';
import type { z } from 'zod';
import {
  compileRule,
  ruleDefinition,
  type Alarm,
  type Clock,
  type IdSource,
  type ModelAdapter,
  type PolicyLayer,
  type Store,
  type ToolCapability,
} from '../../kernel/index.ts';
import {
  createProviderAdapter,
  memoryStore,
  sleep,
  systemAlarm,
  systemClock,
  systemEnvironment,
  systemIds,
  systemRandom,
  type EvidenceKeys,
} from '../../adapters/index.ts';
import { workspaceConfig, type Environment, type WorkspaceConfig } from '../../config/index.ts';
import { resolveEvidenceKeys, type EvidenceOptions } from './evidence-keys.ts';
import type { Inspect } from './live-session.ts';
import { openWorkspace } from './open-workspace.ts';

/** The leaves of the system, for tests and simulations. */
export interface SystemParts {
  readonly clock?: Clock;
  readonly alarm?: Alarm;
  readonly ids?: IdSource;
  readonly environment?: Environment;
}

/**
 * What a runtime is made from. It keeps the process alive while an effect runs and while `close`
 * waits for one; with nothing but sessions that wait, or wakeups to come, it lets the process end.
 * The next start does what came due meanwhile.
 */
export interface RuntimeOptions {
  /** A folder with a workspace.yaml, or the path of such a file. Absent: no configuration. */
  readonly workspace?: string;
  /**
   * Which of the configured lanes calls of the host are made in, and sessions that name none are
   * started in. A session stays in its lane, whatever runtime moves it.
   */
  readonly lane?: string;
  /**
   * Where records go: a folder, or a store that stays yours to close. Default `troupe.store` of
   * the workspace, else memory.
   */
  readonly store?: string | Store;
  /** Tools of the host, beside those that the workspace names. */
  readonly tools?: readonly ToolCapability[];
  /** Reaches the model in this process, as the default profile, instead of over HTTP. */
  readonly model?: ModelAdapter;
  /** The same for several profiles, by name. */
  readonly models?: Readonly<Record<string, ModelAdapter>>;
  /** Policy layers of the host, beside those of the configuration. No policy at all means deny. */
  readonly policy?: readonly PolicyLayer[];
  /** Rules of the host as workspace.yaml has them, in a workspace layer of their own. */
  readonly rules?: readonly z.input<typeof ruleDefinition>[];
  /** Replaces every layer that the configuration and the intents would give. */
  readonly layers?: readonly PolicyLayer[];
  /** What evidence is signed with. Default: the keys in `.troupe/keys` of the workspace, if any. */
  readonly evidence?: EvidenceOptions;
  /** Receives what XState's inspection tells of the session actors. */
  readonly inspect?: Inspect;
  /** Whether sessions that were running go on at once. Default true. */
  readonly recover?: boolean;
  /**
   * Whether effects run here. Default true; with false, what people decide is recorded, and
   * sessions move on at the next start of a runtime that drives them.
   */
  readonly drive?: boolean;
  readonly system?: SystemParts;
}

export interface ResolvedOptions {
  readonly config: WorkspaceConfig;
  /** The workspace folder; undefined without one. */
  readonly folder: string | undefined;
  /** The configuration file; undefined without one. */
  readonly file: string | undefined;
  readonly lane: string | undefined;
  /** A folder, or a store that the host brings. */
  readonly store: string | Store;
  readonly tools: readonly ToolCapability[];
  readonly adapters: Readonly<Record<string, ModelAdapter>>;
  readonly provider: ModelAdapter;
  readonly policy: readonly PolicyLayer[];
  /** Replace every layer that the configuration would give. */
  readonly layers: readonly PolicyLayer[] | undefined;
  /** Undefined where evidence is not signed. */
  readonly evidence_keys: EvidenceKeys | undefined;
  readonly recover: boolean;
  readonly drive: boolean;
  readonly inspect: Inspect | undefined;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly ids: IdSource;
  readonly environment: Environment;
}

/** @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID, CONFIGURATION_ERROR, STORE_* */
export async function resolveOptions(options: RuntimeOptions): Promise<ResolvedOptions> {
  const { workspace, system = {} } = options;
  const environment = system.environment ?? systemEnvironment();
  const loaded = workspace === undefined ? undefined : await openWorkspace(workspace, environment);
  const config = loaded?.config ?? workspaceConfig.parse({});
  const fallback = loaded ? join(loaded.folder, config.troupe.store) : undefined;
  return {
    config,
    folder: loaded?.folder,
    file: loaded?.file,
    lane: options.lane,
    tools: [...(loaded?.tools ?? []), ...(options.tools ?? [])],
    adapters: { ...(options.model && { default: options.model }), ...options.models },
    provider: createProviderAdapter({
      clock: system.clock ?? systemClock,
      random: systemRandom,
      sleep,
    }),
    policy: [...(loaded?.layers ?? []), ...(options.policy ?? []), ...ownLayer(options.rules)],
    layers: options.layers,
    evidence_keys: await resolveEvidenceKeys(options.evidence, loaded?.folder),
    recover: options.recover ?? true,
    drive: options.drive ?? true,
    inspect: options.inspect,
    clock: system.clock ?? systemClock,
    alarm: system.alarm ?? systemAlarm,
    ids: system.ids ?? systemIds,
    environment,
    store: options.store ?? fallback ?? memoryStore(),
  };
}

function ownLayer(rules: RuntimeOptions['rules'] = []): readonly PolicyLayer[] {
  if (rules.length === 0) return [];
  const compiled = rules.map((rule) => compileRule(ruleDefinition.parse(rule)));
  return [{ level: 'workspace', rules: compiled }];
}
