/** One model turn: what `agent:execute-turn` takes and gives. */
import { z } from 'zod';
import { sessionId } from './ids.ts';
import { limits } from './limits.ts';
import { message } from './message.ts';

export const TURN_TOOL = 'agent:execute-turn';

const text = z.string().trim().min(1);

export const toolCatalogEntry = z.strictObject({
  name: text,
  description: text,
  /** JSON Schema of the tool's input, sent to providers that take tools natively. */
  input_schema: z.record(z.string(), z.unknown()).optional(),
});
export type ToolCatalogEntry = z.infer<typeof toolCatalogEntry>;

export const intentCatalogEntry = z.strictObject({ id: text, description: text });
export type IntentCatalogEntry = z.infer<typeof intentCatalogEntry>;

export const executeTurnInput = z.strictObject({
  session_id: sessionId,
  model_profile: text,
  /** Must name the profile's base URL or endpoint, so that host and config cannot drift apart. */
  url: text,
  messages: z.array(message).min(1),
  stream: z.boolean().default(false),
  tool_catalog: z.array(toolCatalogEntry).default([]),
  intent_catalog: z.array(intentCatalogEntry).default([]),
  limits: limits.optional(),
});
export type ExecuteTurnInput = z.input<typeof executeTurnInput>;

export const turnStatus = z.enum(['reply', 'tool_request', 'complete', 'escalate']);
export type TurnStatus = z.infer<typeof turnStatus>;

export const requestedTool = z.strictObject({
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
});
export type RequestedTool = z.infer<typeof requestedTool>;

const tokens = z.int().nonnegative();
export const usage = z.strictObject({
  input_tokens: tokens.optional(),
  output_tokens: tokens.optional(),
  total_tokens: tokens.optional(),
  /** What the tokens cost by the profile's prices, in millionths of a US dollar. */
  cost_microusd: tokens.optional(),
});
export type Usage = z.infer<typeof usage>;

export const turnOutput = z
  .strictObject({
    status: turnStatus,
    intent: z.string().trim().min(1),
    assistant_message: z.string(),
    /** The first requested tool; present exactly when the status is `tool_request`. */
    requested_tool: requestedTool.optional(),
    /** Every requested tool in order, the first included; present when there are two or more. */
    requested_tools: z.array(requestedTool).min(2).optional(),
    provider: z.strictObject({ kind: z.string().min(1), model: z.string().min(1) }),
    usage: usage.optional(),
    finish_reason: z.string().min(1),
  })
  .refine(
    ({ status, requested_tool }) => (status === 'tool_request') === (requested_tool !== undefined),
    {
      error: 'requested_tool goes with status tool_request, and with no other',
      path: ['requested_tool'],
    },
  );
export type TurnOutput = z.infer<typeof turnOutput>;

/** Every tool that a turn asks for, in order. */
export function requestedTools(turn: TurnOutput): readonly RequestedTool[] {
  return turn.requested_tools ?? (turn.requested_tool ? [turn.requested_tool] : []);
}
