/** `agent:execute-turn`: one model turn as a governed tool. */
import {
  defineTool,
  executeTurnInput,
  failure,
  turnOutput,
  TURN_TOOL,
  type ExecuteTurnInput,
  type LimitName,
  type Limits,
  type ResolvedProfile,
  type ToolCapability,
  type ToolOutput,
  type ToolRun,
  type ToolScope,
} from '../../kernel/index.ts';
import { allowlistEntryOf, sameEndpoint } from '../../adapters/index.ts';
import type { z } from 'zod';
import type { Models } from './models.ts';
import { priced } from './turn-cost.ts';

/** Retries and waits of the provider adapter happen inside of this. */
const TURN_TIMEOUT_MS = 15 * 60_000;

type TurnInput = z.output<typeof executeTurnInput>;

export interface TurnToolOptions {
  readonly models: Models;
  readonly limits: Limits;
  readonly scopes: readonly ToolScope[];
  readonly required_env: readonly string[];
}

/** The turn tool as hosts call it: input, limits and endpoint are checked on each call. */
export function createTurnTool(options: TurnToolOptions): ToolCapability {
  return define(options, (input, run) => {
    const exceeded = exceededLimit(input, run, tighter(options.limits, input.limits));
    return exceeded ?? performTurn(options.models, input, run);
  });
}

/** The turn tool as sessions run it: their machine and their effects have checked before. */
export function createSessionTurnTool(options: TurnToolOptions): ToolCapability {
  return define(options, (input, run) => performTurn(options.models, input, run));
}

function define(
  { scopes, required_env }: TurnToolOptions,
  run: (input: TurnInput, run: ToolRun) => unknown,
): ToolCapability {
  return defineTool({
    name: TURN_TOOL,
    description: 'Performs one governed model turn and answers with its normalized output.',
    input: executeTurnInput,
    output: turnOutput,
    permission: 'write',
    scopes,
    env: required_env,
    // Asking a model again is safe: it has no effect on the world.
    recovery: 'retry',
    timeout_ms: TURN_TIMEOUT_MS,
    run,
  });
}

/** Effective limits: for each the tighter of configuration and call. */
export function tighter(config: Limits, call: Limits | undefined): Limits {
  const names = new Set([...Object.keys(config), ...Object.keys(call ?? {})]) as Set<LimitName>;
  const bounds = [...names].map((name) => {
    const stated = [config[name], call?.[name]].filter((bound) => bound !== undefined);
    return [name, Math.min(...stated)] as const;
  });
  return Object.fromEntries(bounds);
}

function exceededLimit(
  input: ExecuteTurnInput,
  run: ToolRun,
  limits: Limits,
): ToolOutput | undefined {
  const input_bytes = Buffer.byteLength(JSON.stringify(input));
  const { max_input_bytes, max_turns_per_session, max_tool_calls_per_session } = limits;
  if (max_input_bytes !== undefined && input_bytes > max_input_bytes) {
    return exceeded('max_input_bytes', { input_bytes, max_input_bytes });
  }
  const { agent_turn_index: turn_index, agent_tool_call_count: call_count } = run.metadata;
  if (max_turns_per_session !== undefined && isAtLeast(turn_index, max_turns_per_session)) {
    return exceeded('max_turns_per_session', {
      agent_turn_index: turn_index,
      max_turns_per_session,
    });
  }
  if (
    max_tool_calls_per_session !== undefined &&
    isAtLeast(call_count, max_tool_calls_per_session)
  ) {
    return exceeded('max_tool_calls_per_session', {
      agent_tool_call_count: call_count,
      max_tool_calls_per_session,
    });
  }
  return undefined;
}

const isAtLeast = (count: unknown, max: number): boolean =>
  typeof count === 'number' && count >= max;

function exceeded(limit: LimitName, numbers: Record<string, unknown>): ToolOutput {
  const told = Object.values(numbers).join(' of at most ');
  return {
    ...failure('LIMIT_EXCEEDED', `${limit} is exceeded: ${told}`, { limit, ...numbers }),
    metadata: { provider_call_count: 0, ...numbers },
  };
}

async function performTurn(models: Models, input: TurnInput, run: ToolRun): Promise<ToolOutput> {
  const profile = models.resolve(input.model_profile);
  if ('refusal' in profile) return profile.refusal;
  if (models.isRemote(input.model_profile) && !namesEndpoint(profile, input.url)) {
    const { base_url } = profile;
    return {
      ...failure('INVALID_INPUT', `url ${input.url} is not that of profile ${profile.name}`),
      metadata: { configured_base_url: base_url, requested_url: input.url },
    };
  }
  const request = {
    profile,
    messages: input.messages,
    tools: input.tool_catalog,
    intents: input.intent_catalog,
    stream: input.stream,
    idempotency_key: run.idempotency_key,
  };
  const output = await models.executeTurn(request, {
    signal: run.signal,
    onProgress: run.onProgress,
  });
  const told = priced(output, models.prices(input.model_profile));
  return { ...told, metadata: { ...reach(profile), ...output.metadata } };
}

const namesEndpoint = ({ provider, base_url }: ResolvedProfile, url: string): boolean =>
  URL.canParse(url) && sameEndpoint(provider, url, base_url);

/** What a receipt says of where the turn went. */
const reach = (profile: ResolvedProfile) =>
  URL.canParse(profile.base_url) && profile.base_url.startsWith('http')
    ? {
        network_allowlist: [allowlistEntryOf(profile.base_url)],
        allowed_urls: [profile.base_url],
      }
    : { network_allowlist: [], allowed_urls: [] };
