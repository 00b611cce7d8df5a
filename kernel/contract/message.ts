/** One entry of a transcript. */
import { z } from 'zod';

/** A call that an assistant turn asked for; its result is the `tool` message with the same id. */
export const requestedCall = z.strictObject({
  tool_call_id: z.string().min(1),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
});
export type RequestedCall = z.infer<typeof requestedCall>;

export const message = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  /** Set on `tool` messages: which tool answered. */
  tool_name: z.string().min(1).optional(),
  /** Set on `tool` messages: which call it answers. */
  tool_call_id: z.string().min(1).optional(),
  /** Set on `assistant` messages that asked for tools. */
  tool_calls: z.array(requestedCall).optional(),
  /** Set on `assistant` messages: what the model classified its turn as. */
  intent: z.string().min(1).optional(),
});
export type Message = z.infer<typeof message>;
