/** A session's effects under a kernel of the host's, which decides inside `executeTool`. */
import { z } from 'zod';
import {
  messageOf,
  toolEffectId,
  turnEffectId,
  turnOutput,
  TURN_TOOL,
  type Message,
  type ToolOutput,
  type TurnOutput,
} from '../../kernel/index.ts';
import type {
  CallPosition,
  GrantedCall,
  ToolDecision,
  ToolResult,
  TurnPosition,
  TurnResult,
} from '../../machines/index.ts';
import { assistantMessage, createToolResultMessage } from '../runtime/messages.ts';
import { callMetadata, requestedCall } from '../runtime/requested-call.ts';
import type { SessionEffects } from '../runtime/session-effects.ts';
import type { SessionFiles } from '../runtime/session-files.ts';
import { turnResult } from '../runtime/turn-result.ts';
import type { HostCalls } from './host-call.ts';

/** Makes the effects of a session whose calls a kernel of the host's governs. */
export function createHostEffects(calls: HostCalls): SessionEffects {
  return {
    executeTurn: (...asked) => executeTurn(calls, ...asked),
    decideTool: recordedDecision,
    executeTool: (...asked) => executeTool(calls, ...asked),
    // The host's kernel keeps its approvals; what it tells the model comes as a message.
    declineTool: () => Promise.resolve(() => {}),
  };
}

async function executeTurn(
  calls: HostCalls,
  files: SessionFiles,
  { turn_index, tool_call_count, attempt, session_id }: TurnPosition,
  signal: AbortSignal,
): Promise<TurnResult> {
  const messages = (await files.transcript.all()).map(portable);
  const asked = {
    ...{ files, attempt, name: TURN_TOOL },
    input: { ...files.start.turn_input, messages },
    metadata: { agent_turn_index: turn_index, agent_tool_call_count: tool_call_count },
    effect_id: turnEffectId(session_id, turn_index),
    recovery: 'retry',
    output_schema: z.object(turnOutput.shape),
  } as const;
  const result = await calls.perform(asked, signal, (output) => {
    if (!output.success) return;
    files.transcript.append(assistantMessage(output.data as TurnOutput, tool_call_count));
  });
  if (result.kind === 'finished') {
    return saidLast(turnResult(result.output, result.duration_ms));
  }
  return { kind: 'failed', code: 'EFFECT_IN_DOUBT', message: result.message, duration_ms: 0 };
}

/** A turn that wants a tool and names none is a last word, as it was in the earlier system. */
function saidLast(told: TurnResult): TurnResult {
  const namesNone = told.kind === 'finished' && told.call_count === 0;
  return namesNone && told.status === 'tool_request' ? { ...told, status: 'reply' } : told;
}

/** The kernel of the host decides when it is called: what it said then is in the log. */
async function recordedDecision(
  { journal }: SessionFiles,
  { session_id, tool_call_index }: CallPosition,
): Promise<ToolDecision> {
  const effect = journal.effect(toolEffectId(session_id, tool_call_index));
  if (effect?.status !== 'finished' || !effect.output_hash) return { kind: 'allowed' };
  const request_id = requestIdOf((await journal.readBlob(effect.output_hash)) as ToolOutput);
  return request_id === undefined ? { kind: 'allowed' } : { kind: 'approval_required', request_id };
}

async function executeTool(
  calls: HostCalls,
  files: SessionFiles,
  position: GrantedCall,
  signal: AbortSignal,
): Promise<ToolResult> {
  const { call, intent } = await requestedCall(files, position);
  const asked = {
    ...{ files, name: call.name, input: call.input },
    // Asked again after an approval, it is another try: the first one was only refused.
    attempt: position.attempt + (position.request_id === null ? 0 : 1),
    metadata: callMetadata(position, intent),
    effect_id: toolEffectId(position.session_id, position.tool_call_index),
    recovery: 'manual',
  } as const;
  const result = await calls.perform(asked, signal, (output) => {
    if (requestIdOf(output) !== undefined) return;
    const news = { toolName: call.name, toolCallId: call.tool_call_id, output };
    files.transcript.appendResult(createToolResultMessage(news));
  });
  if (result.kind === 'in_doubt') return result;
  if (calls.thrown) return { kind: 'in_doubt', message: messageOf(calls.thrown.error) };
  return requestIdOf(result.output) === undefined
    ? { kind: 'finished', duration_ms: result.duration_ms }
    : { kind: 'grant_void' };
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
