/**
 * One call of a host's kernel as an effect of a session: on disk before it starts, and answered
 * from the log when it is asked for again. That kernel decides, and keeps its own evidence.
 */
import { z } from 'zod';
import {
  approvalDigest,
  contentHash,
  defineTool,
  performer,
  runEffect,
  TURN_TOOL,
  type Call,
  type CallContext,
  type Decision,
  type EffectEnvironment,
  type EffectResult,
  type ToolCapability,
  type ToolOutput,
} from '../../kernel/index.ts';
import type { SessionFiles } from '../runtime/session-files.ts';
import type { StoreHost } from '../runtime/store-host.ts';
import { VERSION } from '../runtime/version.ts';
import type { CreateContext, ToolExecutor } from './contract.ts';

/** The host's kernel bounds its own calls; this only keeps a dead one from waiting for ever. */
const CALL_TIMEOUT_MS = 24 * 60 * 60_000;
const HOST_POLICY = 'host-kernel';

export interface HostCallsOptions {
  readonly host: StoreHost;
  readonly executor: ToolExecutor;
  readonly createContext: CreateContext;
}

export interface HostCall {
  readonly files: SessionFiles;
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly effect_id: string;
  readonly attempt: number;
  readonly recovery: 'retry' | 'manual';
  readonly output_schema?: z.ZodType;
}

export class HostCalls {
  readonly #options: HostCallsOptions;
  #thrown: { readonly error: unknown } | undefined;

  constructor(options: HostCallsOptions) {
    this.#options = options;
  }

  /** What `executeTool` threw, for the verb to throw on. */
  get thrown(): { readonly error: unknown } | undefined {
    return this.#thrown;
  }

  perform(
    asked: HostCall,
    signal: AbortSignal,
    alongside: (output: ToolOutput) => void,
  ): Promise<EffectResult> {
    const call = callOf(asked, () => this.#execute(asked));
    return runEffect(environmentOf(this.#options.host), {
      ...{ call, signal, alongside },
      decision: hostDecides(call),
      journal: asked.files.journal,
      input_hash: contentHash(hashable(asked)),
    });
  }

  async #execute({ name, input, metadata }: HostCall): Promise<ToolOutput> {
    const { executor, createContext } = this.#options;
    try {
      return await executor.executeTool(name, input, createContext(metadata));
    } catch (error) {
      this.#thrown = { error };
      throw error;
    }
  }
}

/** What a call is known by: a turn's messages are records already, their number tells them. */
function hashable({ name, input }: HostCall): unknown {
  const { messages } = input;
  if (name !== TURN_TOOL || !Array.isArray(messages)) return input;
  return { ...input, messages: messages.length };
}

function callOf(asked: HostCall, execute: () => Promise<ToolOutput>): Call {
  const tool: ToolCapability = {
    ...defineTool({
      name: 'host:call',
      description: 'A call that the kernel of the host decides on and runs.',
      input: z.unknown(),
      recovery: asked.recovery,
      timeout_ms: CALL_TIMEOUT_MS,
      run: execute,
    }),
    name: asked.name,
    output_schema: asked.output_schema,
  };
  const { run_id, task_id, session_id } = asked.files.start;
  const context: CallContext = {
    ...{ run_id, task_id, session_id },
    allowed_scopes: [],
    metadata: asked.metadata,
  };
  const { effect_id, attempt } = asked;
  return { tool, context, effect_id, attempt, origin: 'host', input: {} };
}

function hostDecides(call: Call): Decision {
  const reason = 'The kernel of the host decides, and keeps the evidence of its decision';
  return {
    kind: 'allow',
    call,
    evaluation: {
      decision: 'allow',
      decisions: [{ policy_id: HOST_POLICY, decision: 'allow', reason }],
      warnings: [],
    },
    scopes: { requested: [], allowed: [], enforced: [] },
    digest: approvalDigest({
      session_id: call.context.session_id,
      tool_name: call.tool.name,
      input: call.input,
      policy_version: HOST_POLICY,
    }),
  };
}

const environmentOf = ({ clock, alarm }: StoreHost): EffectEnvironment => ({
  clock,
  alarm,
  onProgress: () => {},
  performerOf: performer({}),
  // The host's kernel knows its own scopes.
  inspectPlaces: async () => undefined,
  installation: {
    policy_version: HOST_POLICY,
    workspace_config_hash: contentHash({}),
    runtime_version: VERSION,
  },
});
