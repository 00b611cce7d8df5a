/**
 * The request body of the Chat Completions API, closed: what is not listed is refused.
 * Left out on purpose: the deprecated `functions`, `function_call` and `function` role, and more
 * than one choice.
 */
import { z } from 'zod';

const NAME_LENGTH_MAX = 64;
const TOOL_CALL_ID_LENGTH_MAX = 40;
const TOOLS_MAX = 128;
const DESCRIPTION_LENGTH_MAX = 1024;
const STOP_SEQUENCES_MAX = 4;

const name = z
  .string()
  .regex(/^[a-zA-Z0-9_-]+$/)
  .max(NAME_LENGTH_MAX);
const toolCallId = z.string().max(TOOL_CALL_ID_LENGTH_MAX);
const jsonSchema = z.record(z.string(), z.unknown());

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() });
const refusalPart = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });
const userPart = z.discriminatedUnion('type', [
  textPart,
  z.strictObject({ type: z.literal('image_url'), image_url: jsonSchema }),
  z.strictObject({ type: z.literal('input_audio'), input_audio: jsonSchema }),
  z.strictObject({ type: z.literal('file'), file: jsonSchema }),
]);
const text = z.union([z.string(), z.array(textPart).min(1)]);

const toolCall = z.strictObject({
  id: toolCallId,
  type: z.literal('function'),
  function: z.strictObject({ name, arguments: z.string() }),
});

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('developer'), content: text, name: name.optional() }),
  z.strictObject({ role: z.literal('system'), content: text, name: name.optional() }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(userPart).min(1)]),
    name: name.optional(),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z
      .union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart])).min(1)])
      .nullish(),
    refusal: z.string().nullish(),
    name: name.optional(),
    tool_calls: z.array(toolCall).min(1).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content: text, tool_call_id: toolCallId }),
]);

const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name,
    description: z.string().max(DESCRIPTION_LENGTH_MAX).optional(),
    parameters: jsonSchema.optional(),
    strict: z.boolean().nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.literal('function'), function: z.strictObject({ name }) }),
]);

const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name,
      description: z.string().optional(),
      schema: jsonSchema.optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const probability = z.number().min(0).max(1);
const penalty = z.number().min(-2).max(2);
const settings = z.record(z.string(), z.unknown());

export const chatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  tools: z.array(tool).min(1).max(TOOLS_MAX).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: responseFormat.optional(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().optional(),
      include_obfuscation: z.boolean().optional(),
    })
    .nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: probability.nullish(),
  frequency_penalty: penalty.nullish(),
  presence_penalty: penalty.nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(STOP_SEQUENCES_MAX)]).nullish(),
  n: z.int().min(1).max(1).nullish(),
  seed: z.int().nullish(),
  logit_bias: settings.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
  modalities: z.array(z.enum(['text', 'audio'])).nullish(),
  audio: settings.nullish(),
  prediction: settings.nullish(),
  web_search_options: settings.optional(),
  moderation: settings.nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  store: z.boolean().nullish(),
  user: z.string().optional(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_options: settings.optional(),
  prompt_cache_retention: z.string().nullish(),
  service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast']).nullish(),
});

export type ChatRequest = z.output<typeof chatRequest>;
export type ChatMessage = ChatRequest['messages'][number];
export type ChatTool = NonNullable<ChatRequest['tools']>[number];
