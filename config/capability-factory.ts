/**
 * What `agent:execute-turn` needs beyond its manifest: the variables and the hosts of the
 * configured model profiles. Takes the raw section, as pack loaders hand it over.
 */
import { z } from 'zod';
import { TURN_TOOL, type ToolScope } from '../kernel/contract/index.ts';
import { RuntimeError } from '../kernel/index.ts';
import { hostPort } from './host-port.ts';
import type { Environment } from './resolve.ts';
import { quote } from './wording.ts';

/** What a capability factory is made with. */
export interface CapabilityFactoryInput {
  readonly workspaceRoot: string;
  readonly packId: string;
  readonly packRoot: string;
  /** The `agent_runtime` section, not yet validated. */
  readonly packConfig?: unknown;
  readonly tool: { readonly name: string };
}

/** What is added to the capability of the tool; empty for every other tool. */
export interface CapabilityAugmentation {
  readonly required_env?: readonly string[];
  readonly required_scopes?: readonly ToolScope[];
}

const profileAccess = z.looseObject({
  api_key_env: z.string().optional(),
  base_url: z.string().optional(),
  base_url_env: z.string().optional(),
});
type ProfileAccess = z.infer<typeof profileAccess>;

const packConfigSchema = z.looseObject({
  models: z.record(z.string(), profileAccess).optional(),
});

/**
 * Derives the variables and the network grant of the turn tool from its model profiles. A profile
 * without any base URL adds no host.
 * @throws RuntimeError CONFIGURATION_ERROR for a section of the wrong shape or a base URL without
 * a host and a known port, MISSING_ENVIRONMENT when the variable of a base URL is unset or blank.
 */
export function createAgentRuntimeCapabilityFactory(
  { packConfig, tool }: CapabilityFactoryInput,
  environment: Environment,
): CapabilityAugmentation {
  if (tool.name !== TURN_TOOL || packConfig === undefined) return {};
  const { models } = parsePackConfig(packConfig);
  if (!models) return {};
  const profiles = Object.entries(models);
  const hosts = profiles.map(([name, profile]) => hostOf(name, profile, environment));
  const entries = sortedOnce(hosts);
  return {
    required_env: sortedOnce(
      profiles.flatMap(([, profile]) => [profile.api_key_env, profile.base_url_env]),
    ),
    required_scopes:
      entries.length === 0
        ? []
        : [{ type: 'network', posture: 'allowlist', allowlist_entries: entries }],
  };
}

function parsePackConfig(packConfig: unknown): z.infer<typeof packConfigSchema> {
  const parsed = packConfigSchema.safeParse(packConfig);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${['agent_runtime', ...path].join('.')}: ${message}`,
  );
  throw new RuntimeError('CONFIGURATION_ERROR', problems.join('; '));
}

function hostOf(name: string, profile: ProfileAccess, environment: Environment) {
  const url = profile.base_url ?? readUrl(name, profile.base_url_env, environment);
  if (url === undefined) return undefined;
  const host = hostPort(url);
  if (host !== undefined) return host;
  throw new RuntimeError(
    'CONFIGURATION_ERROR',
    `The base URL of model profile ${quote(name)} must be absolute, with http, https or a port`,
  );
}

function readUrl(name: string, variable: string | undefined, environment: Environment) {
  if (variable === undefined) return undefined;
  const value = Object.hasOwn(environment, variable) ? environment[variable]?.trim() : undefined;
  if (value) return value;
  throw new RuntimeError(
    'MISSING_ENVIRONMENT',
    `${variable}, the base URL of model profile ${quote(name)}, is not set or blank`,
  );
}

function sortedOnce(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].toSorted();
}
