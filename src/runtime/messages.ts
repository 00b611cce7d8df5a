/** The messages that Troupe itself writes: texts and key order are part of the contract. */
import {
  requestedTools,
  toolCallId,
  type Message,
  type ToolOutput,
  type TurnOutput,
} from '../../kernel/index.ts';

export interface HostContext {
  readonly task_summary?: string | undefined;
  readonly memory_summary?: string | undefined;
  readonly additional_context?: readonly string[] | undefined;
}

/**
 * Builds the system messages with which a host seeds a conversation; blank parts are left out.
 * @example
 * createHostContextMessages({ task_summary: 'Reschedule the review.' });
 * // => [{ role: 'system', content: 'Task context:\nReschedule the review.' }]
 */
export function createHostContextMessages(context: HostContext): Message[] {
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['Task context', context.task_summary],
    ['Memory context', context.memory_summary],
    ...(context.additional_context ?? []).map((note) => ['Additional context', note] as const),
  ];
  return parts.flatMap(([title, text]) => {
    const trimmed = text?.trim();
    return trimmed ? [{ role: 'system' as const, content: `${title}:\n${trimmed}` }] : [];
  });
}

export interface ApprovalNews {
  readonly requestId: string;
  readonly approved: boolean;
  readonly approvedBy: string;
  readonly toolName?: string | undefined;
  readonly reason?: string | undefined;
}

/** Builds the message that tells a model what became of an approval. */
export function createApprovalResolutionMessage(news: ApprovalNews): Message {
  const { requestId, approved, approvedBy, toolName, reason } = news;
  return {
    role: 'tool',
    tool_name: toolName ?? 'kernel:approval',
    tool_call_id: requestId,
    content: JSON.stringify({
      approval: { request_id: requestId, approved, approved_by: approvedBy, reason },
    }),
  };
}

export interface ToolNews {
  readonly toolName: string;
  readonly toolCallId: string;
  readonly output: ToolOutput;
}

/** Builds the message that gives a model the result of a call, success or not. */
export function createToolResultMessage({ toolName, toolCallId, output }: ToolNews): Message {
  const content = output.success
    ? { success: true, data: output.data ?? null }
    : { success: false, error: output.error ?? null };
  return {
    role: 'tool',
    tool_name: toolName,
    tool_call_id: toolCallId,
    content: JSON.stringify(content),
  };
}

/** The assistant's own turn, with its calls numbered from the session's count. */
export function assistantMessage(turn: TurnOutput, tool_call_count: number): Message {
  const calls = requestedTools(turn).map(({ name, input }, index) => ({
    tool_call_id: toolCallId(tool_call_count + index),
    name,
    input,
  }));
  return {
    role: 'assistant',
    content: turn.assistant_message,
    intent: turn.intent,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}
