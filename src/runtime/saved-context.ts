/** The context of a saved session, checked before the machine gets it: no guard sees damage. */
import { z } from 'zod';
import {
  describeIssues,
  escalatedFrom,
  escalation,
  limits,
  RuntimeError,
} from '../../kernel/index.ts';
import type { SessionContext } from '../../machines/index.ts';

const count = z.int().nonnegative();

const savedContext = z.strictObject({
  session_id: z.string(),
  limits,
  turn_count: count,
  tool_call_count: count,
  calls_in_turn: count,
  call_in_turn: z.int().min(-1),
  attempt: z.int().positive(),
  turns_left: count.nullable(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost_microusd: z.number(),
  busy_ms: z.number(),
  request_id: z.string().nullable(),
  wake_at: z.iso.datetime({ offset: true }).nullable(),
  escalation: escalation.nullable(),
  escalated_from: escalatedFrom.nullable(),
  completion: z.enum(['completed', 'canceled', 'abandoned']).nullable(),
}) satisfies z.ZodType<SessionContext>;

/** @throws RuntimeError SESSION_NOT_RESTORABLE naming what does not fit. */
export function assertSavedContext(context: unknown, session_id: string): void {
  const parsed = savedContext.safeParse(context);
  if (parsed.success && parsed.data.session_id === session_id) return;
  const why = parsed.success
    ? `it is that of ${JSON.stringify(parsed.data.session_id)}`
    : describeIssues(parsed.error);
  const message = `The saved context of session ${session_id} is damaged: ${why}`;
  throw new RuntimeError('SESSION_NOT_RESTORABLE', message);
}
