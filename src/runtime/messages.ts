/** The messages that Troupe itself writes: texts and key order are part of the contract. */
import { z } from 'zod';
import {
  messageOf,
  requestedTools,
  RuntimeError,
  toolCallId,
  type Message,
  type ToolOutput,
  type TurnOutput,
} from '../../kernel/index.ts';
import { readOptions } from './read-options.ts';

export interface HostContext {
  readonly task_summary?: string | undefined;
  readonly memory_summary?: string | undefined;
  readonly additional_context?: readonly string[] | undefined;
}

export const hostContext = z.object({
  task_summary: z.string().optional(),
  memory_summary: z.string().optional(),
  additional_context: z.array(z.string()).optional(),
});

/**
 * Builds the system messages with which a host seeds a conversation; blank parts are left out.
 * @example
 * createHostContextMessages({ task_summary: 'Reschedule the review.' });
 * // => [{ role: 'system', content: 'Task context:\nReschedule the review.' }]
 * @throws RuntimeError INVALID_INPUT naming the part that is no text.
 */
export function createHostContextMessages(given: HostContext): Message[] {
  const context = readOptions('createHostContextMessages', hostContext, given);
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

const approvalNews = z.object({
  requestId: z.string().min(1),
  approved: z.boolean(),
  approvedBy: z.string(),
  toolName: z.string().min(1).optional(),
  reason: z.string().optional(),
});

/**
 * Builds the message that tells a model what became of an approval.
 * @throws RuntimeError INVALID_INPUT naming what no message can be built of.
 */
export function createApprovalResolutionMessage(news: ApprovalNews): Message {
  const read = readOptions('createApprovalResolutionMessage', approvalNews, news);
  const { requestId, approved, approvedBy, toolName, reason } = read;
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

const toolNews = z.object({
  toolName: z.string().min(1),
  toolCallId: z.string().min(1),
  output: z.object({
    success: z.boolean(),
    data: z.unknown().optional(),
    error: z.unknown().optional(),
  }),
});

/**
 * Builds the message that gives a model the result of a call, success or not.
 * @throws RuntimeError INVALID_INPUT naming what no message can be built of.
 */
export function createToolResultMessage(news: ToolNews): Message {
  const { toolName, toolCallId, output } = readOptions('createToolResultMessage', toolNews, news);
  const content = output.success
    ? { success: true, data: output.data ?? null }
    : { success: false, error: output.error ?? null };
  return {
    role: 'tool',
    tool_name: toolName,
    tool_call_id: toolCallId,
    content: jsonOf(content),
  };
}

function jsonOf(content: unknown): string {
  try {
    return JSON.stringify(content);
  } catch (cause) {
    const message = `createToolResultMessage: output: ${messageOf(cause)}`;
    throw new RuntimeError('INVALID_INPUT', message, { cause });
  }
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
