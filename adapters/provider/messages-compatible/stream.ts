/**
 * The stream of the Messages API, put together again block by block. The result is read like a
 * response in one piece.
 */
import { z } from 'zod';
import type { StreamReader } from '../dialect.ts';
import { malformed, succeeded, type Outcome } from '../shared/failure.ts';
import { REPLY_TOOL } from '../shared/instruction.ts';
import { isJsonObject, parseJson, parseJsonObject, type JsonObject } from '../shared/json.ts';
import { createMessageDecoder, type MessageDecoder } from '../shared/message-decoder.ts';
import { failureInBody } from '../shared/provider-error.ts';
import { readAnswer } from './response.ts';

const index = z.int().nonnegative();
const usage = z.record(z.string(), z.unknown()).optional().catch(undefined);

/** The events that are read; the API adds new ones, and asks to pass over unknown ones. */
const event = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message_start'),
    message: z.object({ model: z.string().optional(), usage }),
  }),
  z.object({
    type: z.literal('content_block_start'),
    index,
    content_block: z.looseObject({ type: z.string() }),
  }),
  z.object({
    type: z.literal('content_block_delta'),
    index,
    delta: z.object({ text: z.string().optional(), partial_json: z.string().optional() }),
  }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage,
  }),
  z.object({ type: z.literal('message_stop') }),
]);
type StreamEvent = z.infer<typeof event>;

const EVENT_TYPES: readonly string[] = event.options.map((option) => option.shape.type.value);

interface Block {
  readonly start: JsonObject;
  text: string;
  json: string;
}

interface Parts {
  model: string | undefined;
  usage: JsonObject;
  blocks: Map<number, Block>;
  stop_reason: string | undefined;
  isStopped: boolean;
  readonly decodeText: MessageDecoder;
  readonly decodeReply: MessageDecoder;
}

/** Opens the reader of one stream. */
export function openStream(): StreamReader {
  const parts: Parts = {
    model: undefined,
    usage: {},
    blocks: new Map(),
    stop_reason: undefined,
    isStopped: false,
    decodeText: createMessageDecoder(),
    decodeReply: createMessageDecoder(),
  };
  return {
    accept: (data) => acceptFrame(parts, data),
    isComplete: () => parts.isStopped || parts.stop_reason !== undefined,
    answer: () => readAnswer(responseOf(parts)),
  };
}

function acceptFrame(parts: Parts, data: string): Outcome<string | undefined> {
  const value = parseJson(data)?.value;
  const inBody = failureInBody(value);
  if (inBody) return inBody;
  if (!isJsonObject(value)) return malformed('a frame of the stream is no JSON object', data);
  if (!EVENT_TYPES.includes(String(value['type']))) return succeeded(undefined);
  const parsed = event.safeParse(value);
  if (!parsed.success) return malformed('a frame of the stream is no message event', data);
  return succeeded(acceptEvent(parts, parsed.data));
}

/** Takes the event in; answers the message so far where it added text. */
function acceptEvent(parts: Parts, taken: StreamEvent): string | undefined {
  switch (taken.type) {
    case 'message_start':
      parts.model = taken.message.model;
      parts.usage = { ...taken.message.usage };
      return undefined;
    case 'content_block_start':
      parts.blocks.set(taken.index, { start: taken.content_block, text: '', json: '' });
      return undefined;
    case 'content_block_delta':
      return acceptDelta(parts, taken.index, taken.delta);
    case 'message_delta':
      parts.stop_reason = taken.delta.stop_reason ?? parts.stop_reason;
      parts.usage = { ...parts.usage, ...withoutNulls(taken.usage ?? {}) };
      return undefined;
    case 'message_stop':
      parts.isStopped = true;
      return undefined;
  }
}

function acceptDelta(
  parts: Parts,
  at: number,
  {
    text = '',
    partial_json = '',
  }: { text?: string | undefined; partial_json?: string | undefined },
): string | undefined {
  const block = parts.blocks.get(at);
  if (!block) return undefined;
  block.text += text;
  block.json += partial_json;
  const isReply = block.start['type'] === 'tool_use' && block.start['name'] === REPLY_TOOL;
  const prose = parts.decodeText(text);
  const reply = parts.decodeReply(isReply ? partial_json : '');
  return text !== '' || (isReply && partial_json !== '') ? reply || prose : undefined;
}

function responseOf({ model, usage, blocks, stop_reason }: Parts): unknown {
  const inOrder = [...blocks].sort(([left], [right]) => left - right);
  const content = inOrder.map(([, block]) => wholeBlock(block));
  return { type: 'message', model, stop_reason, content, usage };
}

/** A tool's input that is no JSON object stays away, and is malformed to the reader. */
function wholeBlock({ start, text, json }: Block): JsonObject {
  switch (start['type']) {
    case 'text':
      return { ...start, text: `${typeof start['text'] === 'string' ? start['text'] : ''}${text}` };
    case 'tool_use':
      return json === '' ? start : { ...start, input: parseJsonObject(json) };
    default:
      return start;
  }
}

function withoutNulls(facts: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
}
