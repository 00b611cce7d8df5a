/**
 * The request body of the Messages API, closed: what is not listed is refused.
 * Left out on purpose: tools that the vendor runs, search results, and `system` as a role, which
 * only some models take.
 */
import { z } from 'zod';

const THINKING_TOKENS_MIN = 1024;

const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/);
const toolUseId = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const jsonObject = z.record(z.string(), z.unknown());
const cacheControl = z
  .strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() })
  .nullish();

const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: cacheControl,
  citations: z.array(jsonObject).nullish(),
});
const imageBlock = z.strictObject({
  type: z.literal('image'),
  source: jsonObject,
  cache_control: cacheControl,
});
const documentBlock = z.strictObject({
  type: z.literal('document'),
  source: jsonObject,
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: jsonObject.nullish(),
  cache_control: cacheControl,
});
const resultPart = z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock]);

const block = z.discriminatedUnion('type', [
  textBlock,
  imageBlock,
  documentBlock,
  z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.strictObject({
    type: z.literal('tool_use'),
    id: toolUseId,
    name: toolName,
    input: jsonObject,
    cache_control: cacheControl,
    caller: jsonObject.optional(),
  }),
  z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: toolUseId,
    content: z.union([z.string(), z.array(resultPart)]).optional(),
    is_error: z.boolean().optional(),
    cache_control: cacheControl,
  }),
]);

const message = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.string(), z.array(block)]),
});

const tool = z.strictObject({
  name: toolName,
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  type: z.literal('custom').nullish(),
  strict: z.boolean().optional(),
  cache_control: cacheControl,
  defer_loading: z.boolean().optional(),
  eager_input_streaming: z.boolean().nullish(),
  input_examples: z.array(jsonObject).optional(),
  allowed_callers: z.array(z.string()).optional(),
});

const oneAtATime = { disable_parallel_tool_use: z.boolean().optional() };
const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...oneAtATime }),
  z.strictObject({ type: z.literal('any'), ...oneAtATime }),
  z.strictObject({ type: z.literal('tool'), name: z.string(), ...oneAtATime }),
  z.strictObject({ type: z.literal('none') }),
]);

const thinking = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('enabled'),
    budget_tokens: z.int().min(THINKING_TOKENS_MIN),
    display: z.string().nullish(),
  }),
  z.strictObject({ type: z.literal('adaptive'), display: z.string().nullish() }),
  z.strictObject({ type: z.literal('disabled') }),
]);

const outputConfig = z.strictObject({
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  format: z.strictObject({ type: z.literal('json_schema'), schema: jsonObject }).nullish(),
});

export const messagesRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  max_tokens: z.int().min(1),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  stream: z.boolean().optional(),
  stop_sequences: z.array(z.string()).optional(),
  output_config: outputConfig.optional(),
  thinking: thinking.optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  speed: z.enum(['standard', 'fast']).nullish(),
  cache_control: cacheControl,
  container: z.unknown().optional(),
  diagnostics: jsonObject.nullish(),
  inference_geo: z.string().nullish(),
});

export type MessagesRequest = z.output<typeof messagesRequest>;
export type WireMessage = MessagesRequest['messages'][number];
export type Block = z.output<typeof block>;
