/**
 * Drives a session for a host: the host says go, the machine runs until it rests, the host hears
 * where it stands. The loop is the chart; here are only its beginning and its end.
 */
import {
  executeTurnInput,
  message as messageSchema,
  parseContext,
  type ExecuteTurnInput,
  type Limits,
  type Message,
} from '../../kernel/index.ts';
import { z } from 'zod';
import { createKernelEffects } from '../runtime/kernel-effects.ts';
import { internalsOf, type RuntimeParts } from '../runtime/runtime.ts';
import type { SessionEffects } from '../runtime/session-effects.ts';
import { parse } from '../runtime/session-options.ts';
import type { SessionStart } from '../runtime/session-start.ts';
import { nativeTerms } from '../runtime/session-terms.ts';
import type { StoreHost } from '../runtime/store-host.ts';
import { tighter } from '../runtime/turn-tool.ts';
import type { CreateContext, SessionResult, ToolExecutor } from './contract.ts';
import { HostCalls } from './host-call.ts';
import { createHostEffects } from './host-effects.ts';
import { readResult } from './result.ts';

export interface DriveParts {
  readonly host: StoreHost;
  readonly executor: ToolExecutor;
  readonly createContext: CreateContext;
}

/** The effects of a driven session, and what has to be thrown on when it rests. */
export interface Drive {
  readonly effects: SessionEffects;
  /** Our own runtime, where the session's records are in its store. */
  readonly own: RuntimeParts | undefined;
  /** The lane in which sessions begin; a kernel of the host's knows nothing of lanes. */
  readonly lane_id: string | undefined;
  readonly rethrow: () => void;
  /** What the machine holds the session to; a kernel of the host's has its own limits. */
  readonly limitsOf: (start: SessionStart) => Limits;
}

/** Our own kernel writes into the session's chain where both are in one store. */
export function driveOf({ host, executor, createContext }: DriveParts): Drive {
  const own = internalsOf(executor);
  if (own?.held.host === host) {
    const limits = own.config.agent_runtime?.limits ?? {};
    return {
      own,
      lane_id: own.lanes.idFor(undefined),
      effects: kernelEffects(own, createContext),
      rethrow: () => {},
      limitsOf: (start) => tighter(limits, start.limits),
    };
  }
  const calls = new HostCalls({ host, executor, createContext });
  const effects = createHostEffects(calls);
  const rethrow = (): void => {
    if (calls.thrown) throw calls.thrown.error;
  };
  return { own: undefined, lane_id: undefined, effects, rethrow, limitsOf: () => ({}) };
}

function kernelEffects(own: RuntimeParts, createContext: CreateContext): SessionEffects {
  const { lanes, config, models } = own;
  const limits = config.agent_runtime?.limits ?? {};
  const native = nativeTerms({ lanes, config, limits });
  return createKernelEffects({
    models,
    terms: async (files) => ({
      ...(await native(files)),
      // Approvals are bound to the chain that they stand in, whatever id the host goes by.
      context: (metadata) => ({
        ...parseContext(createContext(metadata)),
        session_id: files.session_id,
      }),
    }),
  });
}

/** Our own kernel parses all of it; a kernel of the host's has its own idea of the rest. */
const hostInput = z.looseObject({
  session_id: executeTurnInput.shape.session_id,
  model_profile: z.string().min(1).default('default'),
  messages: z.array(messageSchema).min(1),
});

/**
 * The record of a session that a host starts.
 * @throws RuntimeError INVALID_INPUT
 */
export function hostStart(
  given: ExecuteTurnInput,
  { createContext, host }: DriveParts,
  { own, lane_id }: Drive,
  /** Another id than the given one, for a node of a workflow. */
  stored_id?: string,
): { readonly start: SessionStart; readonly messages: Message[] } {
  const asked = own ? parse(executeTurnInput, given, 'executeTurnInput') : undefined;
  const parsed = parse(hostInput, given, 'executeTurnInput');
  const session_id = stored_id ?? parsed.session_id;
  const { model_profile, messages } = parsed;
  const { messages: _, ...turn_input } = given;
  const { run_id, task_id } = parseContext(createContext({}));
  const start: SessionStart = {
    schema_version: 1,
    ...{ session_id, run_id, task_id, model_profile, turn_input },
    created_at: new Date(host.clock.now()).toISOString(),
    driver: 'host',
    ...(lane_id !== undefined && { lane_id }),
    stream: asked?.stream ?? false,
    seed_message_count: messages.length,
    ...(asked && { url: asked.url }),
    // What the host left out is what the kernel governs.
    ...(given.tool_catalog && asked && { tool_catalog: asked.tool_catalog }),
    ...(given.intent_catalog && asked && { intent_catalog: asked.intent_catalog }),
    ...(asked?.limits && { limits: asked.limits }),
  };
  return { start, messages };
}

/** Waits until the session rests; throws on what the host's kernel threw, or tells the outcome. */
export async function outcome(
  { host }: DriveParts,
  { rethrow }: Drive,
  session_id: string,
): Promise<SessionResult> {
  await host.actors.settled(session_id);
  rethrow();
  return readResult(host, session_id);
}
