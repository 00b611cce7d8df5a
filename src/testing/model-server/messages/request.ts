/** Reads a Messages request: refuses it, or puts it into the form that both APIs share. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Message } from '../../../../kernel/index.ts';
import type { Refusal, ServedRequest } from '../contract.ts';
import { parseBody } from '../problems.ts';
import type { Judgement } from '../wire-format.ts';
import { describeProblem, describeStatus, invalidRequest } from './errors.ts';
import { refuseByRule } from './rules.ts';
import { messagesRequest, type Block, type MessagesRequest, type WireMessage } from './schema.ts';

/** The oldest first. */
const VERSIONS = ['2023-01-01', '2023-06-01', '2026-10-21'];

/** From here on a bearer token may be an API key too: the vendor's SDK sends it as one. */
const BEARER_VERSION = '2026-10-21';

/** Refuses a missing or wrong credential, and a missing or unknown `anthropic-version`. */
export function refuseHeaders(
  headers: IncomingHttpHeaders,
  api_key: string | undefined,
): Refusal | undefined {
  const version = headers['anthropic-version'];
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'] || (version === BEARER_VERSION && bearer);
  if (!key) return { ...describeStatus(401), message: 'x-api-key header is required' };
  if (api_key !== undefined && key !== api_key) return describeStatus(401);
  if (version === undefined) return invalidRequest('anthropic-version: header is required');
  if (VERSIONS.includes(String(version))) return undefined;
  return invalidRequest(`anthropic-version: "${String(version)}" is not a valid version`);
}

/** Refuses a body, or answers the request that it stands for. */
export function judgeBody(raw: unknown): Judgement {
  const parsed = parseBody(messagesRequest, raw);
  if (parsed.problem) return { refusal: describeProblem(parsed.problem, raw) };
  const refusal = refuseByRule(parsed.body);
  return refusal ? { refusal } : { served: toServed(parsed.body) };
}

function toServed(body: MessagesRequest): ServedRequest {
  const system = textOf(body.system ?? '');
  return {
    kind: 'messages_compatible',
    model: body.model,
    messages: [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...body.messages.flatMap(toMessages),
    ],
    tools: (body.tools ?? []).map(({ name, description, input_schema }) => ({
      name,
      description: description ?? '',
      input_schema,
    })),
    stream: body.stream === true,
    include_usage: true,
    raw: body,
  };
}

/** Tool results become messages of their own, as in the other API. */
function toMessages({ role, content }: WireMessage): readonly Message[] {
  if (typeof content === 'string') return [{ role, content }];
  const results = content.flatMap((block): Message[] =>
    block.type === 'tool_result'
      ? [{ role: 'tool', content: textOf(block.content ?? ''), tool_call_id: block.tool_use_id }]
      : [],
  );
  const calls = content.flatMap((block) =>
    block.type === 'tool_use'
      ? [{ tool_call_id: block.id, name: block.name, input: block.input }]
      : [],
  );
  const text = textOf(content);
  const isOnlyResults = results.length === content.length;
  return [
    ...results,
    ...(isOnlyResults
      ? []
      : [{ role, content: text, ...(calls.length > 0 && { tool_calls: calls }) }]),
  ];
}

function textOf(content: string | readonly Block[]): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
