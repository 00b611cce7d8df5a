/** A kernel of the host's that answers from a list, and what the verbs are called with. */
import type { ToolExecutor } from 'troupe';
import type { ExecutionContext, ToolOutput } from 'troupe/kernel';

export const IDS = { session_id: 'session-1', task_id: 'task-1', run_id: 'run-1' };
export const createContext = (metadata: Record<string, unknown>): ExecutionContext => ({
  ...IDS,
  allowed_scopes: [],
  metadata,
});
export const executeTurnInput = {
  session_id: IDS.session_id,
  model_profile: 'default',
  url: 'https://model-provider.invalid/',
  messages: [{ role: 'user' as const, content: 'Please sort out the next slot.' }],
};

export const turn = (status: string, fields: Record<string, unknown> = {}): ToolOutput => ({
  success: true,
  data: {
    status,
    intent: 'scheduling',
    assistant_message: `a ${status}`,
    provider: { kind: 'openai_compatible', model: 'demo' },
    finish_reason: 'stop',
    ...fields,
  },
});
export const asksFor = (name: string, input: Record<string, unknown> = {}): ToolOutput =>
  turn('tool_request', { requested_tool: { name, input } });

export interface Call {
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly metadata: Record<string, unknown> | undefined;
}

/** A kernel of the host's that answers from a list, and remembers what it was asked. */
export function scriptedKernel(outputs: readonly ToolOutput[]): ToolExecutor & { calls: Call[] } {
  const calls: Call[] = [];
  const waiting = [...outputs];
  return {
    calls,
    executeTool: async (name, input, context) => {
      calls.push({ name, input: input as Call['input'], metadata: context.metadata });
      const output = waiting.shift();
      if (!output) throw new Error(`unexpected call of ${name}`);
      return output;
    },
  };
}

export const messagesOf = (call: Call | undefined) =>
  call?.input['messages'] as { role: string; content: string; tool_name?: string }[];

export const APPROVAL_REQUIRED: ToolOutput = {
  success: false,
  error: { code: 'APPROVAL_REQUIRED', message: 'ask', details: { request_id: 'request-9' } },
};
