/** How a model profile is reached: the configured endpoints, or adapters that a host brings. */
import {
  RuntimeError,
  type ModelAdapter,
  type ResolvedProfile,
  type ToolOutput,
  type TurnOptions,
  type TurnOutput,
  type TurnRequest,
} from '../../kernel/index.ts';
import { allowlistEntryOf, throttled } from '../../adapters/index.ts';
import {
  didYouMean,
  profilePrices,
  resolveProfile,
  type Environment,
  type ProfilePrices,
  type WorkspaceConfig,
} from '../../config/index.ts';

export interface Models {
  /** The profile that a session uses when it names none. */
  readonly default_profile: string;
  /** @throws RuntimeError CONFIGURATION_ERROR for a name that no profile has. */
  readonly assertKnown: (profile_name: string) => void;
  readonly resolve: (profile_name: string) => ResolvedProfile | { readonly refusal: ToolOutput };
  /** The `host:port` that turns of a profile reach, or of every profile; none in this process. */
  readonly hosts: (profile_name?: string) => readonly string[];
  readonly prices: (profile_name: string) => ProfilePrices | undefined;
  /** Whether requests go to an endpoint that the caller has to name, too. */
  readonly isRemote: (profile_name: string) => boolean;
  readonly executeTurn: (
    request: TurnRequest,
    options: TurnOptions,
  ) => Promise<ToolOutput<TurnOutput>>;
}

export interface ModelSources {
  readonly config: WorkspaceConfig;
  readonly environment: Environment;
  /** Speaks to configured endpoints. */
  readonly provider: ModelAdapter;
  /** Adapters of the host, by profile name; they take precedence over the configuration. */
  readonly adapters: Readonly<Record<string, ModelAdapter>>;
}

/** Stands for the endpoint of an adapter that runs in this process. */
export const IN_PROCESS_URL = 'in-process:';

/** Puts the sources together; turns of one profile never exceed its concurrency and rate. */
export function createModels({ config, environment, adapters, ...sources }: ModelSources): Models {
  const own = new Map(Object.entries(adapters));
  const [first_own] = own.keys();
  const profiles = new Map(Object.entries(config.agent_runtime?.models ?? {}));
  const hostOf = (name: string): readonly string[] => {
    const resolved = resolveProfile(config, name, environment);
    const host = 'code' in resolved ? undefined : allowlistEntryOf(resolved.base_url);
    return host === undefined ? [] : [host];
  };
  const remote = throttled(sources.provider, ({ name }) => profiles.get(name) ?? {});
  return {
    default_profile: first_own ?? config.agent_runtime?.default_model ?? 'default',
    assertKnown: (name) => {
      // Without profiles the name is that of a model.
      if (own.has(name) || profiles.has(name) || !config.agent_runtime) return;
      const known = [...own.keys(), ...profiles.keys()];
      const advice = didYouMean(name, known, `Known: ${known.join(', ')}`);
      const message = `No model profile ${JSON.stringify(name)}. ${advice}`;
      throw new RuntimeError('CONFIGURATION_ERROR', message);
    },
    isRemote: (name) => !own.has(name),
    hosts: (name) => {
      const all = config.agent_runtime ? profiles.keys() : ['default'];
      const asked = name === undefined ? [...all] : [name];
      const remote_names = asked.filter((each) => !own.has(each));
      return [...new Set(remote_names.flatMap(hostOf))];
    },
    prices: (name) => profilePrices(config, name),
    resolve: (name) => {
      if (own.has(name)) return inProcess(name);
      const resolved = resolveProfile(config, name, environment);
      if (!('code' in resolved)) return resolved;
      return { refusal: { success: false, error: resolved } };
    },
    executeTurn: (request, options) =>
      (own.get(request.profile.name) ?? remote).executeTurn(request, options),
  };
}

const inProcess = (name: string): ResolvedProfile => ({
  name,
  provider: 'openai_compatible',
  model: name,
  api_key: '',
  base_url: IN_PROCESS_URL,
  timeout_ms: 60_000,
  max_output_tokens: 4_096,
  retries_max: 0,
  response_bytes_max: 4 * 1024 * 1024,
});
