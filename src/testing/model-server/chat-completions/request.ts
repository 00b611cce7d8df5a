/** Reads a Chat Completions request: refuses it, or puts it into the form that both APIs share. */
import type { IncomingHttpHeaders } from 'node:http';
import { parseJsonObject } from '../json.ts';
import { parseBody } from '../problems.ts';
import { describeProblem, describeStatus } from './errors.ts';
import { refuseByRule } from './rules.ts';
import { chatRequest, type ChatMessage, type ChatRequest } from './schema.ts';
import type { Message } from '../../../../kernel/index.ts';
import type { Refusal, ServedRequest } from '../contract.ts';
import type { Judgement } from '../wire-format.ts';

/** Refuses a missing or wrong bearer token. */
export function refuseHeaders(
  { authorization }: IncomingHttpHeaders,
  api_key: string | undefined,
): Refusal | undefined {
  const key = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (key === undefined) {
    return {
      status: 401,
      type: 'invalid_request_error',
      message:
        "You didn't provide an API key. It goes into an Authorization header using Bearer auth.",
    };
  }
  if (api_key === undefined || key === api_key) return undefined;
  return describeStatus(401);
}

/** Refuses a body, or answers the request that it stands for. */
export function judgeBody(raw: unknown): Judgement {
  const parsed = parseBody(chatRequest, raw);
  if (parsed.problem) return { refusal: describeProblem(parsed.problem) };
  const refusal = refuseByRule(parsed.body);
  return refusal ? { refusal } : { served: toServed(parsed.body) };
}

function toServed(body: ChatRequest): ServedRequest {
  return {
    kind: 'openai_compatible',
    model: body.model,
    messages: body.messages.map(toMessage),
    tools: (body.tools ?? []).map(({ function: { name, description, parameters } }) => ({
      name,
      description: description ?? '',
      input_schema: parameters ?? {},
    })),
    stream: body.stream === true,
    include_usage: body.stream_options?.include_usage === true,
    raw: body,
  };
}

function toMessage(message: ChatMessage): Message {
  const content = textOf(message.content);
  switch (message.role) {
    case 'developer':
    case 'system':
      return { role: 'system', content };
    case 'user':
      return { role: 'user', content };
    case 'tool':
      return { role: 'tool', content, tool_call_id: message.tool_call_id };
    case 'assistant':
      return {
        role: 'assistant',
        content,
        ...(message.tool_calls && {
          tool_calls: message.tool_calls.map(({ id, function: { name, arguments: input } }) => ({
            tool_call_id: id,
            name,
            input: parseJsonObject(input) ?? {},
          })),
        }),
      };
  }
}

function textOf(content: ChatMessage['content']): string {
  if (!Array.isArray(content)) return content ?? '';
  return content.map((part) => ('text' in part ? part.text : '')).join('');
}
