/** A session's effects under our own kernel: decided, run once, and written down by it. */
import {
  contentHash,
  toolEffectId,
  turnEffectId,
  type CallContext,
  type IntentCatalogEntry,
  type Journal,
  type Kernel,
  type Limits,
  type Request,
  type ToolCapability,
  type ToolCatalogEntry,
  type ToolOutput,
  type TurnOutput,
} from '../../kernel/index.ts';
import type { CallPosition, TurnPosition, TurnResult } from '../../machines/index.ts';
import { assistantMessage, createToolResultMessage } from './messages.ts';
import type { Models } from './models.ts';
import { callMetadata, requestedCall } from './requested-call.ts';
import type { SessionEffects } from './session-effects.ts';
import { oncePerSession, type SessionFiles } from './session-files.ts';
import { turnFrame, type TurnFrame } from './turn-frame.ts';
import { turnResult } from './turn-result.ts';

/** Who a session is to which kernel, and what it offers to the model. */
export interface SessionTerms {
  /** Decides and runs, under the rules of the session's lane. */
  readonly kernel: Kernel;
  readonly turn_tool: ToolCapability;
  /** Where the kernel writes: the session's own journal, unless a host keeps two stores. */
  readonly journal: Journal;
  readonly limits: Limits;
  readonly context: (metadata: Record<string, unknown>) => CallContext;
  readonly tool_catalog: readonly ToolCatalogEntry[];
  readonly intent_catalog: readonly IntentCatalogEntry[];
}

export interface KernelEffectsOptions {
  readonly models: Models;
  readonly terms: (files: SessionFiles) => Promise<SessionTerms>;
}

/** Makes the effects of sessions that are under our own kernel. */
export function createKernelEffects(options: KernelEffectsOptions): SessionEffects {
  const { models } = options;
  const frameOf = oncePerSession(async (files) =>
    turnFrame(models, files, await options.terms(files)),
  );
  return {
    executeTurn: async (files, position, signal) =>
      executeTurn(options, files, await frameOf(files), position, signal),

    decideTool: async (files, position) => {
      const { kernel, journal, request, settle } = await asked(options, files, position);
      const decision = kernel.decideCall(journal, request, settle);
      return decision.kind === 'approval_required'
        ? { kind: decision.kind, request_id: decision.approval.request_id }
        : decision;
    },

    executeTool: async (files, position, signal) => {
      const { kernel, journal, request, settle } = await asked(options, files, position);
      const { request_id } = position;
      const grant = { signal, request_id, alongside: settle };
      const result = await kernel.runCall(journal, request, grant);
      if (result.kind !== 'finished') return result;
      settle(result.output);
      return { kind: 'finished', duration_ms: result.duration_ms };
    },

    declineTool: async (files, position) => {
      const { kernel, journal, request, settle } = await asked(options, files, position);
      return (approval) => settle(kernel.declineCall(journal, request, approval));
    },
  };
}

interface Asked {
  readonly kernel: Kernel;
  readonly journal: Journal;
  readonly request: Request;
  /** Gives the model the result of the call, once. */
  readonly settle: (output: ToolOutput) => void;
}

async function asked(
  options: KernelEffectsOptions,
  files: SessionFiles,
  position: CallPosition,
): Promise<Asked> {
  const { call, intent } = await requestedCall(files, position);
  const terms = await options.terms(files);
  const { name, input, tool_call_id } = call;
  return {
    kernel: terms.kernel,
    journal: terms.journal,
    request: {
      name,
      input,
      context: terms.context(callMetadata(position, intent)),
      origin: 'session',
      effect_id: toolEffectId(position.session_id, position.tool_call_index),
      attempt: position.attempt,
      offered: new Set(terms.tool_catalog.map((entry) => entry.name)),
    },
    settle: (output) => {
      const news = { toolName: name, toolCallId: tool_call_id, output };
      files.transcript.appendResult(createToolResultMessage(news));
    },
  };
}

async function executeTurn(
  options: KernelEffectsOptions,
  files: SessionFiles,
  frame: TurnFrame,
  position: TurnPosition,
  signal: AbortSignal,
): Promise<TurnResult> {
  const { transcript, session_id } = files;
  const terms = await options.terms(files);
  const messages = await transcript.all();
  const value = frame.bytes + (await transcript.bytes());
  const max = terms.limits.max_input_bytes;
  if (max !== undefined && value > max) {
    return { kind: 'limit_reached', limit: 'max_input_bytes', max, value };
  }
  const { turn_index, tool_call_count, attempt } = position;
  const said = (output: ToolOutput): void => {
    if (!output.success) return;
    transcript.append(assistantMessage(output.data as TurnOutput, tool_call_count));
  };
  const call = {
    tool: terms.turn_tool,
    input: { ...frame.input, messages },
    context: terms.context({
      agent_turn_index: turn_index,
      agent_tool_call_count: tool_call_count,
    }),
    origin: 'session' as const,
    effect_id: turnEffectId(session_id, turn_index),
    attempt,
  };
  const input_hash = contentHash({ frame_hash: frame.hash, message_count: messages.length });
  const result = await terms.kernel.runTurn(terms.journal, call, {
    signal,
    alongside: said,
    input_hash,
  });
  if (result.kind === 'in_doubt') {
    return { kind: 'failed', code: 'EFFECT_IN_DOUBT', message: result.message, duration_ms: 0 };
  }
  return turnResult(result.output, result.duration_ms);
}
