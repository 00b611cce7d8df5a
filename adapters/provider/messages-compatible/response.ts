/** The response of the Messages API: from its JSON to an answer. */
import { z } from 'zod';
import type { Answer, NativeCall } from '../dialect.ts';
import { malformed, succeeded, type Outcome } from '../shared/failure.ts';
import { REPLY_TOOL } from '../shared/instruction.ts';
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { failureInBody } from '../shared/provider-error.ts';
import { stopped } from '../shared/stop.ts';
import { isCount, usageOf } from '../shared/usage.ts';
import { stopOf } from './finish-reason.ts';

const text = z.string().min(1).optional().catch(undefined);

const block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('tool_use'),
    name: z.string().trim().min(1),
    input: z.custom<JsonObject>(isJsonObject),
  }),
]);

const response = z.object({
  type: z.literal('message'),
  model: text,
  stop_reason: text,
  /** Thinking and whatever else is added to the API is passed over. */
  content: z.array(z.looseObject({ type: z.string() })),
  usage: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads a response body, whole or put together from a stream. */
export function readAnswer(body: unknown): Outcome<Answer> {
  const inBody = failureInBody(body);
  if (inBody) return inBody;
  const parsed = response.safeParse(body);
  if (!parsed.success) return malformed('the answer is no message', JSON.stringify(body));
  const { model, stop_reason: finish_reason = 'stop', content, usage: counts } = parsed.data;
  const usage = usageOf({ input: inputTokens(counts), output: counts['output_tokens'] });
  const stop = stopOf(finish_reason);
  if (stop) return stopped(stop, { finish_reason, ...(usage && { usage }) });
  const blocks = z.array(block).safeParse(content.filter(({ type }) => isRead(type)));
  if (!blocks.success) {
    return malformed('a block of the answer is incomplete', JSON.stringify(content));
  }
  const uses = blocks.data.flatMap((part) => (part.type === 'tool_use' ? [part] : []));
  return succeeded({
    model,
    text: blocks.data.map((part) => (part.type === 'text' ? part.text.trim() : '')).join(''),
    envelope: uses.findLast(({ name }) => name === REPLY_TOOL)?.input,
    calls: uses
      .filter(({ name }) => name !== REPLY_TOOL)
      .map(({ name, input }): NativeCall => ({ name, input })),
    finish_reason,
    usage,
  });
}

function isRead(type: string): boolean {
  return type === 'text' || type === 'tool_use';
}

/** What came out of a cache was read as well, and is counted apart by the API. */
function inputTokens(counts: JsonObject): unknown {
  if (!isCount(counts['input_tokens'])) return undefined;
  return [
    counts['input_tokens'],
    counts['cache_creation_input_tokens'],
    counts['cache_read_input_tokens'],
  ]
    .filter(isCount)
    .reduce((sum, count) => sum + count, 0);
}
