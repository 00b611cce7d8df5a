/**
 * The stream of the Chat Completions API, put together again: text by appending, tool calls by
 * their index, and the rest by the last word. The result is read like a response in one piece.
 */
import { z } from 'zod';
import type { StreamReader } from '../dialect.ts';
import { malformed, succeeded, type Outcome } from '../shared/failure.ts';
import { parseJson } from '../shared/json.ts';
import { createMessageDecoder } from '../shared/message-decoder.ts';
import { failureInBody } from '../shared/provider-error.ts';
import { readAnswer } from './response.ts';

const DONE = '[DONE]';

const text = z.string().nullish();

const toolCallDelta = z.object({
  index: z.int().nonnegative().optional(),
  function: z.object({ name: text, arguments: text }).partial().optional(),
});

const chunk = z.object({
  model: z.string().min(1).optional().catch(undefined),
  choices: z.array(
    z.object({
      delta: z
        .object({ content: text, refusal: text, tool_calls: z.array(toolCallDelta).nullish() })
        .partial()
        .nullish(),
      finish_reason: text,
    }),
  ),
  usage: z.unknown().optional(),
});

interface CallInPieces {
  name: string;
  arguments: string;
}

interface Parts {
  model: string | undefined;
  content: string;
  refusal: string;
  calls: Map<number, CallInPieces>;
  finish_reason: string | undefined;
  usage: unknown;
  isDone: boolean;
}

/** Opens the reader of one stream. */
export function openStream(): StreamReader {
  const decode = createMessageDecoder();
  const parts: Parts = {
    model: undefined,
    content: '',
    refusal: '',
    calls: new Map(),
    finish_reason: undefined,
    usage: undefined,
    isDone: false,
  };
  return {
    accept: (data) => {
      if (data.trim() === DONE) parts.isDone = true;
      return data.trim() === DONE ? succeeded(undefined) : acceptChunk(parts, data, decode);
    },
    isComplete: () => parts.isDone || parts.finish_reason !== undefined,
    answer: () => readAnswer(responseOf(parts)),
  };
}

function acceptChunk(
  parts: Parts,
  data: string,
  decode: (piece: string) => string,
): Outcome<string | undefined> {
  const value = parseJson(data)?.value;
  const inBody = failureInBody(value);
  if (inBody) return inBody;
  const parsed = chunk.safeParse(value);
  if (!parsed.success) return malformed('a frame of the stream is no completion chunk', data);
  const { model, choices, usage } = parsed.data;
  parts.model = model ?? parts.model;
  parts.usage = usage ?? parts.usage;
  const [choice] = choices;
  if (!choice) return succeeded(undefined);
  const { delta, finish_reason } = choice;
  parts.finish_reason = finish_reason ?? parts.finish_reason;
  parts.refusal += delta?.refusal ?? '';
  for (const call of delta?.tool_calls ?? []) appendCall(parts.calls, call);
  const piece = delta?.content ?? '';
  parts.content += piece;
  const message = decode(piece);
  return succeeded(piece !== '' && !finish_reason ? message : undefined);
}

/** A delta without an index belongs to the last call, or begins one where it brings a name. */
function appendCall(calls: Map<number, CallInPieces>, delta: z.infer<typeof toolCallDelta>): void {
  const name = delta.function?.name ?? '';
  const index = delta.index ?? (name ? calls.size : calls.size - 1);
  const call = calls.get(index) ?? { name: '', arguments: '' };
  calls.set(index, {
    name: call.name || name,
    arguments: call.arguments + (delta.function?.arguments ?? ''),
  });
}

function responseOf({ model, content, refusal, calls, finish_reason, usage }: Parts): unknown {
  const inOrder = [...calls].sort(([left], [right]) => left - right);
  const message = {
    content,
    refusal,
    tool_calls: inOrder.map(([, call]) => ({ function: call })),
  };
  return { model, choices: [{ finish_reason, message }], usage };
}
