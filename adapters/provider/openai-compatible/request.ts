/** The request of the Chat Completions API. */
import type { TurnRequest } from '../../../kernel/index.ts';
import { pairCalls, type Entry } from '../shared/conversation.ts';
import {
  envelopeSchema,
  instruction,
  offeredTool,
  type ObjectSchema,
} from '../shared/instruction.ts';
import type { ToolNames } from '../shared/tool-names.ts';

interface FunctionCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: FunctionCall[] }
  | { role: 'tool'; tool_call_id: string; content: string };

export interface ChatCompletionRequest {
  model: string;
  messages: ChatMessage[];
  tools?: {
    type: 'function';
    function: { name: string; description: string; parameters: ObjectSchema };
  }[];
  response_format: {
    type: 'json_schema';
    json_schema: { name: string; strict: true; schema: ObjectSchema };
  };
  max_completion_tokens: number;
  stream?: true;
  stream_options?: { include_usage: true };
}

/** Maps a turn: tools natively, words as JSON that is held to the envelope's schema. */
export function bodyOf(request: TurnRequest, names: ToolNames): ChatCompletionRequest {
  const { profile, messages, tools, intents, stream } = request;
  return {
    model: profile.model,
    messages: [
      { role: 'system', content: instruction(intents, 'json') },
      ...pairCalls(messages).flatMap((entry) => chatMessages(entry, names)),
    ],
    ...(tools.length > 0 && {
      tools: tools.map((tool) => {
        const { description, schema } = offeredTool(tool, intents);
        const name = names.toWire(tool.name);
        return { type: 'function', function: { name, description, parameters: schema } };
      }),
    }),
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'turn', strict: true, schema: envelopeSchema(intents) },
    },
    max_completion_tokens: profile.max_output_tokens,
    ...(stream && { stream, stream_options: { include_usage: true } }),
  };
}

function chatMessages(entry: Entry, names: ToolNames): ChatMessage[] {
  if (entry.role !== 'assistant') return [{ role: entry.role, content: entry.text }];
  const { text, intent, calls } = entry;
  if (calls.length === 0) return [{ role: 'assistant', content: words(text, intent) }];
  const tool_calls = calls.map(({ id, name, input }): FunctionCall => {
    const called = { name: names.toWire(name), arguments: JSON.stringify(input) };
    return { id, type: 'function', function: called };
  });
  return [
    { role: 'assistant', content: text || null, tool_calls },
    ...calls.map(({ id, result }): ChatMessage => ({
      role: 'tool',
      tool_call_id: id,
      content: result,
    })),
  ];
}

/** Earlier words look like the answer that is asked for, as far as the transcript knows them. */
function words(assistant_message: string, intent: string | undefined): string {
  if (intent === undefined) return assistant_message;
  return JSON.stringify({ status: 'reply', intent, assistant_message });
}
