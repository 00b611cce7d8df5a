/**
 * From the name of a model profile to what a provider adapter needs, with the credential taken
 * from the given environment. Values of variables never enter a message.
 */
import type { ToolError } from '../kernel/contract/index.ts';
import type { ErrorCode, ResolvedProfile } from '../kernel/index.ts';
import { modelProfile, type ModelProfile } from './agent-runtime.ts';
import { httpUrl } from './fields.ts';
import { hostPort } from './host-port.ts';
import type { WorkspaceConfig } from './schema.ts';
import { didYouMean, listed, quote } from './wording.ts';

/** Environment variables, handed in by whoever may read them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a million tokens cost, in millionths of a US dollar. */
export interface ProfilePrices {
  readonly input_microusd_per_mtok: number;
  readonly output_microusd_per_mtok: number;
}

/** The variables of a workspace that configures no `agent_runtime`. */
const FALLBACK_ENVIRONMENT = {
  api_key_env: 'AGENT_RUNTIME_API_KEY',
  base_url_env: 'AGENT_RUNTIME_BASE_URL',
} as const;

/**
 * Resolves a model profile; without a name, that of `default_model`. A workspace without
 * `agent_runtime` reaches an openai_compatible provider through AGENT_RUNTIME_API_KEY and
 * AGENT_RUNTIME_BASE_URL, and takes the name for that of the model.
 *
 * Answers an error instead of throwing: CONFIGURATION_ERROR for a profile that is not there or an
 * address that is none, MISSING_ENVIRONMENT for a variable that is unset or blank.
 */
export function resolveProfile(
  config: WorkspaceConfig,
  name: string | undefined,
  environment: Environment,
): ResolvedProfile | ToolError {
  const chosen = chooseProfile(config, name);
  if (isRefusal(chosen)) return chosen;
  const { profile } = chosen;
  const apiKey = readVariable(environment, profile.api_key_env, chosen.name);
  if (isRefusal(apiKey)) return apiKey;
  const baseUrl = readBaseUrl(environment, profile, chosen.name);
  if (isRefusal(baseUrl)) return baseUrl;
  return {
    name: chosen.name,
    provider: profile.provider,
    model: profile.model,
    api_key: apiKey,
    base_url: baseUrl,
    timeout_ms: profile.timeout_ms,
    max_output_tokens: profile.max_output_tokens,
    retries_max: profile.retries_max,
    response_bytes_max: profile.response_bytes_max,
  };
}

/** Answers the prices of a model profile, or undefined where the config gives none. */
export function profilePrices(
  config: WorkspaceConfig,
  name: string | undefined,
): ProfilePrices | undefined {
  const chosen = chooseProfile(config, name);
  if (isRefusal(chosen)) return undefined;
  const { input_microusd_per_mtok, output_microusd_per_mtok } = chosen.profile;
  if (input_microusd_per_mtok === undefined && output_microusd_per_mtok === undefined) {
    return undefined;
  }
  return {
    input_microusd_per_mtok: input_microusd_per_mtok ?? 0,
    output_microusd_per_mtok: output_microusd_per_mtok ?? 0,
  };
}

/** Lists the variables that the model profiles name, each once, sorted. */
export function requiredEnv(config: WorkspaceConfig): readonly string[] {
  const names = Object.values(profilesOf(config)).flatMap(({ api_key_env, base_url_env }) => [
    api_key_env,
    base_url_env,
  ]);
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

/** Lists the `host:port` of every base URL that the environment lets resolve, sorted. */
export function networkAllowlist(
  config: WorkspaceConfig,
  environment: Environment,
): readonly string[] {
  const hosts = Object.entries(profilesOf(config)).flatMap(([name, profile]) => {
    const url = readBaseUrl(environment, profile, name);
    return isRefusal(url) ? [] : [hostPort(url)];
  });
  return [...new Set(hosts.filter((host) => host !== undefined))].toSorted();
}

type Access = Pick<ModelProfile, 'api_key_env' | 'base_url' | 'base_url_env'>;

function profilesOf({ agent_runtime }: WorkspaceConfig): Readonly<Record<string, Access>> {
  return agent_runtime ? agent_runtime.models : { fallback: FALLBACK_ENVIRONMENT };
}

interface ChosenProfile {
  readonly name: string;
  readonly profile: ModelProfile;
}

function chooseProfile(
  { agent_runtime }: WorkspaceConfig,
  name: string | undefined,
): ChosenProfile | ToolError {
  if (!agent_runtime) return fallbackProfile(name);
  const { models, default_model } = agent_runtime;
  const wanted = name ?? default_model;
  const profile = Object.hasOwn(models, wanted) ? models[wanted] : undefined;
  if (profile) return { name: wanted, profile };
  const known = Object.keys(models);
  const advice = didYouMean(wanted, known, `Known: ${listed(known)}`);
  const message = `No model profile ${quote(wanted)} in agent_runtime.models. ${advice}`;
  return refusal('CONFIGURATION_ERROR', message);
}

function fallbackProfile(name: string | undefined): ChosenProfile | ToolError {
  if (name === undefined || name.trim() === '') {
    const message = 'No model: workspace.yaml has no agent_runtime, and the call names no model';
    return refusal('CONFIGURATION_ERROR', message);
  }
  const provider = 'openai_compatible';
  return { name, profile: modelProfile.parse({ provider, model: name, ...FALLBACK_ENVIRONMENT }) };
}

function readBaseUrl(
  environment: Environment,
  { base_url, base_url_env }: Access,
  owner: string,
): string | ToolError {
  if (base_url !== undefined) return base_url;
  if (base_url_env === undefined) {
    const message = `Model profile ${quote(owner)} has neither base_url nor base_url_env`;
    return refusal('CONFIGURATION_ERROR', message);
  }
  const value = readVariable(environment, base_url_env, owner);
  if (isRefusal(value)) return value;
  const parsed = httpUrl.safeParse(value);
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues[0]?.message;
  const message = `${base_url_env} of model profile ${quote(owner)}: ${reason}`;
  return refusal('CONFIGURATION_ERROR', message);
}

function readVariable(
  environment: Environment,
  variable: string,
  owner: string,
): string | ToolError {
  const value = environment[variable]?.trim();
  if (value) return value;
  const state = value === undefined ? 'not set' : 'blank';
  const message = `${variable}, which model profile ${quote(owner)} needs, is ${state}`;
  return refusal('MISSING_ENVIRONMENT', message);
}

function refusal(code: ErrorCode, message: string): ToolError {
  return { code, message };
}

function isRefusal(value: string | object): value is ToolError {
  return typeof value === 'object' && 'code' in value;
}
