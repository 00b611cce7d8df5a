/** The response of the Chat Completions API: from its JSON to an answer. */
import { z } from 'zod';
import type { Answer, NativeCall } from '../dialect.ts';
import { malformed, succeeded, type Outcome } from '../shared/failure.ts';
import { isJsonObject, parseJsonObject, type JsonObject } from '../shared/json.ts';
import { failureInBody } from '../shared/provider-error.ts';
import { stopped } from '../shared/stop.ts';
import { usageOf } from '../shared/usage.ts';
import { stopOf } from './finish-reason.ts';

const text = z.string().min(1).optional().catch(undefined);

const toolCall = z.object({
  function: z.object({ name: z.string().trim().min(1), arguments: z.unknown().optional() }),
});

const choice = z.object({
  finish_reason: text,
  message: z.object({
    content: z
      .union([z.string(), z.array(z.object({ text: z.string().optional() }))])
      .nullish()
      .transform(joined),
    refusal: text,
    tool_calls: z.array(toolCall).nullish(),
  }),
});

const response = z.object({
  model: text,
  choices: z.tuple([choice], z.unknown()),
  usage: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads a response body, whole or put together from a stream. */
export function readAnswer(body: unknown): Outcome<Answer> {
  const inBody = failureInBody(body);
  if (inBody) return inBody;
  const parsed = response.safeParse(body);
  if (!parsed.success) return malformed('the answer is no chat completion', JSON.stringify(body));
  const { model, choices, usage: counts } = parsed.data;
  const [{ message, finish_reason = 'stop' }] = choices;
  const usage = usageOf({
    input: counts['prompt_tokens'] ?? counts['input_tokens'],
    output: counts['completion_tokens'] ?? counts['output_tokens'],
    total: counts['total_tokens'],
  });
  const stop = message.refusal === undefined ? stopOf(finish_reason) : 'refused';
  if (stop) return stopped(stop, { finish_reason, ...(usage && { usage }) }, message.refusal);
  const calls = (message.tool_calls ?? []).map(readCall);
  if (!calls.every((call) => call !== undefined)) {
    return malformed('a tool call of the answer has no JSON object as its arguments');
  }
  return succeeded({ model, text: message.content, calls, finish_reason, usage });
}

function joined(content: string | readonly { text?: string | undefined }[] | null | undefined) {
  if (typeof content === 'string') return content;
  return (content ?? []).flatMap((part) => part.text ?? []).join('\n');
}

function readCall({ function: called }: z.infer<typeof toolCall>): NativeCall | undefined {
  const input = readArguments(called.arguments);
  return input && { name: called.name, input };
}

/** The API sends JSON text, some gateways the object itself, and no text for no arguments. */
function readArguments(value: unknown): JsonObject | undefined {
  if (isJsonObject(value)) return value;
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string') return undefined;
  return value.trim() === '' ? {} : parseJsonObject(value);
}
