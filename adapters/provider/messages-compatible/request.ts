/** The request of the Messages API. */
import type { TurnRequest } from '../../../kernel/index.ts';
import { pairCalls, type Entry } from '../shared/conversation.ts';
import {
  REPLY_TOOL,
  envelopeSchema,
  instruction,
  offeredTool,
  type ObjectSchema,
} from '../shared/instruction.ts';
import type { JsonObject } from '../shared/json.ts';
import type { ToolNames } from '../shared/tool-names.ts';

type Block =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: JsonObject }
  | { type: 'tool_result'; tool_use_id: string; content: string };

interface RoleMessage {
  role: 'user' | 'assistant';
  content: Block[];
}

export interface MessagesRequest {
  model: string;
  max_tokens: number;
  system: string;
  messages: RoleMessage[];
  tools: { name: string; description: string; input_schema: ObjectSchema }[];
  tool_choice: { type: 'any' };
  stream?: true;
}

/** Said for a user who has said nothing, because the API wants the first and the last word. */
const OPENING = 'Start.';
const PROMPT = 'Continue.';

/** Maps a turn: tools natively, words as a call of the reply tool, which is always there. */
export function bodyOf(request: TurnRequest, names: ToolNames): MessagesRequest {
  const { profile, messages, tools, intents, stream } = request;
  const entries = pairCalls(messages);
  return {
    model: profile.model,
    max_tokens: profile.max_output_tokens,
    system: [
      instruction(intents, 'reply_tool'),
      ...entries.flatMap((entry) => (entry.role === 'system' ? [entry.text] : [])),
    ].join('\n\n'),
    messages: betweenUserMessages(merged(entries.flatMap((entry) => roleMessages(entry, names)))),
    tools: [
      {
        name: REPLY_TOOL,
        description: 'Says something to the user, and how the turn ends.',
        input_schema: envelopeSchema(intents),
      },
      ...tools.map((tool) => {
        const { description, schema } = offeredTool(tool, intents);
        return { name: names.toWire(tool.name), description, input_schema: schema };
      }),
    ],
    tool_choice: { type: 'any' },
    ...(stream && { stream }),
  };
}

function roleMessages(entry: Entry, names: ToolNames): readonly RoleMessage[] {
  switch (entry.role) {
    case 'system':
      return [];
    case 'user':
      return [{ role: 'user', content: textBlocks(entry.text) }];
    case 'assistant': {
      const uses = entry.calls.map(({ id, name, input }): Block => ({
        type: 'tool_use',
        id,
        name: names.toWire(name),
        input,
      }));
      const results = entry.calls.map(({ id, result }): Block => ({
        type: 'tool_result',
        tool_use_id: id,
        content: result,
      }));
      return [
        { role: 'assistant', content: [...textBlocks(entry.text), ...uses] },
        { role: 'user', content: results },
      ];
    }
  }
}

/** The API refuses blank text. */
function textBlocks(text: string): Block[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

/** Roles alternate: neighbours of one role become one message, and empty ones vanish. */
function merged(messages: readonly RoleMessage[]): RoleMessage[] {
  const result: RoleMessage[] = [];
  for (const { role, content } of messages) {
    if (content.length === 0) continue;
    const last = result.at(-1);
    if (last?.role === role) last.content.push(...content);
    else result.push({ role, content: [...content] });
  }
  return result;
}

function betweenUserMessages(messages: RoleMessage[]): RoleMessage[] {
  const opening = messages.at(0)?.role === 'user' ? [] : [said(OPENING)];
  const prompt = messages.at(-1)?.role === 'assistant' ? [said(PROMPT)] : [];
  return [...opening, ...messages, ...prompt];
}

function said(text: string): RoleMessage {
  return { role: 'user', content: [{ type: 'text', text }] };
}
