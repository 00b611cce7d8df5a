/** Upper bounds of a session. Every field is optional; an absent one does not bound. */
import { z } from 'zod';

const bound = z.int().positive();

export const limits = z.strictObject({
  /** Model turns of one session. */
  max_turns_per_session: bound.optional(),
  /** Tool calls of one session, denied ones included. */
  max_tool_calls_per_session: bound.optional(),
  /** UTF-8 bytes of the JSON that one turn is asked with. */
  max_input_bytes: bound.optional(),
  /** Tokens (input and output) over all turns, as the provider reports them. */
  max_tokens_per_session: bound.optional(),
  /** Money over all turns, in millionths of a US dollar, from the profile's prices. */
  max_cost_microusd_per_session: bound.optional(),
  /** Milliseconds spent in turns and tools; waiting for people is free. */
  max_wall_ms_per_session: bound.optional(),
});
export type Limits = z.infer<typeof limits>;
export type LimitName = keyof Limits;

/** What a reached limit looks like wherever it is told. */
export interface LimitReached {
  readonly limit: LimitName;
  readonly max: number;
  readonly value: number;
}
