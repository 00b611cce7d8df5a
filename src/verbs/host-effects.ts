/**
 * A session's effects under a kernel of the host's: that kernel decides inside `executeTool`, and
 * keeps its own evidence. Here each of its calls is an effect of the session: on disk before it
 * starts, answered from the log when it is asked for again.
 */
import { z } from 'zod';
import {
  approvalDigest,
  contentHash,
  defineTool,
  messageOf,
  runEffect,
  toolEffectId,
  turnEffectId,
  turnOutput,
  TURN_TOOL,
  type Call,
  type CallContext,
  type Decision,
  type EffectEnvironment,
  type EffectResult,
  type Message,
  type ToolCapability,
  type ToolOutput,
  type TurnOutput,
} from '../../kernel/index.ts';
import { assistantMessage, createToolResultMessage } from '../runtime/messages.ts';
import { callMetadata, requestedCall } from '../runtime/requested-call.ts';
import type { SessionEffects } from '../runtime/session-effects.ts';
import type { SessionFiles } from '../runtime/session-files.ts';
import type { StoreHost } from '../runtime/store-host.ts';
import { turnResult } from '../runtime/turn-result.ts';
import { VERSION } from '../runtime/version.ts';
import type { CreateContext, ToolExecutor } from './contract.ts';

/** The host's kernel bounds its own calls; this only keeps a dead one from waiting for ever. */
const CALL_TIMEOUT_MS = 24 * 60 * 60_000;
const HOST_POLICY = 'host-kernel';

export interface HostEffects extends SessionEffects {
  /** What `executeTool` threw, for the verb to throw on. */
  readonly thrown: () => { readonly error: unknown } | undefined;
}

export interface HostEffectsOptions {
  readonly host: StoreHost;
  readonly executor: ToolExecutor;
  readonly createContext: CreateContext;
}

interface Asked {
  readonly files: SessionFiles;
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly effect_id: string;
  readonly attempt: number;
  readonly recovery: 'retry' | 'manual';
  readonly output_schema?: z.ZodType;
}

export function createHostEffects(options: HostEffectsOptions): HostEffects {
  let thrown: { readonly error: unknown } | undefined;
  const perform = (
    asked: Asked,
    signal: AbortSignal,
    alongside: (output: ToolOutput) => void,
  ): Promise<EffectResult> => {
    const { executor, createContext } = options;
    const execute = async (): Promise<ToolOutput> => {
      try {
        const context = createContext(asked.metadata);
        return await executor.executeTool(asked.name, asked.input, context);
      } catch (error) {
        thrown = { error };
        throw error;
      }
    };
    const call = callOf(asked, execute);
    return runEffect(environmentOf(options.host), {
      ...{ call, signal, alongside },
      decision: hostDecides(call),
      journal: asked.files.journal,
      input_hash: contentHash(hashable(asked)),
    });
  };
  return {
    thrown: () => thrown,

    executeTurn: async (files, position, signal) => {
      const { turn_index, tool_call_count, attempt, session_id } = position;
      const messages = (await files.transcript.all()).map(portable);
      const asked: Asked = {
        ...{ files, attempt, name: TURN_TOOL },
        input: { ...files.start.turn_input, messages },
        metadata: { agent_turn_index: turn_index, agent_tool_call_count: tool_call_count },
        effect_id: turnEffectId(session_id, turn_index),
        recovery: 'retry',
        output_schema: z.object(turnOutput.shape),
      };
      const result = await perform(asked, signal, (output) => {
        if (!output.success) return;
        files.transcript.append(assistantMessage(output.data as TurnOutput, tool_call_count));
      });
      if (result.kind === 'finished')
        return turnResult(result.output, result.duration_ms, undefined);
      return { kind: 'failed', code: 'EFFECT_IN_DOUBT', message: result.message, duration_ms: 0 };
    },

    // The kernel of the host decides when it is called: what it said then is in the log.
    decideTool: async (files, position) => {
      const effect = files.journal.effect(
        toolEffectId(position.session_id, position.tool_call_index),
      );
      if (effect?.status !== 'finished' || !effect.output_hash) return { kind: 'allowed' };
      const output = (await files.journal.readBlob(effect.output_hash)) as ToolOutput;
      const request_id = requestIdOf(output);
      return request_id === undefined
        ? { kind: 'allowed' }
        : { kind: 'approval_required', request_id };
    },

    executeTool: async (files, position, signal) => {
      const { call, intent } = await requestedCall(files, position);
      const asked: Asked = {
        ...{ files, name: call.name, input: call.input },
        // Asked again after an approval, it is another try: the first one was only refused.
        attempt: position.attempt + (position.request_id === null ? 0 : 1),
        metadata: callMetadata(position, intent),
        effect_id: toolEffectId(position.session_id, position.tool_call_index),
        recovery: 'manual',
      };
      const result = await perform(asked, signal, (output) => {
        if (requestIdOf(output) !== undefined) return;
        const news = { toolName: call.name, toolCallId: call.tool_call_id, output };
        files.transcript.appendResult(createToolResultMessage(news));
      });
      if (result.kind === 'in_doubt') return result;
      if (thrown) return { kind: 'in_doubt', message: messageOf(thrown.error) };
      return requestIdOf(result.output) === undefined
        ? { kind: 'finished', duration_ms: result.duration_ms }
        : { kind: 'grant_void' };
    },

    // The host's kernel keeps its approvals; what it tells the model comes as a message.
    declineTool: () => Promise.resolve(() => {}),
  };
}

/** The request that the host's kernel waits for, where it answered APPROVAL_REQUIRED. */
export function requestIdOf(output: ToolOutput): string | undefined {
  if (output.error?.code !== 'APPROVAL_REQUIRED') return undefined;
  const request_id = output.error.details?.['request_id'];
  return typeof request_id === 'string' && request_id ? request_id : 'approval-request-missing';
}

/** A message as other kernels take it: without the fields that are ours. */
const portable = ({ role, content, tool_name, tool_call_id }: Message): Message => ({
  role,
  content,
  ...(tool_name !== undefined && { tool_name }),
  ...(tool_call_id !== undefined && { tool_call_id }),
});

/** What a call is known by: a turn's messages are records already, their number tells them. */
function hashable({ name, input }: Asked): unknown {
  const { messages } = input;
  if (name !== TURN_TOOL || !Array.isArray(messages)) return input;
  return { ...input, messages: messages.length };
}

function callOf(asked: Asked, execute: () => Promise<ToolOutput>): Call {
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
  installation: {
    policy_version: HOST_POLICY,
    workspace_config_hash: contentHash({}),
    runtime_version: VERSION,
  },
});
