/** A session as the outside sees it: where it stands, why it waits, what it used. */
import { z } from 'zod';

export const sessionState = z.enum([
  'awaiting_turn',
  'tool_request',
  'approval_required',
  'scheduled',
  'complete',
  'escalate',
]);
export type SessionState = z.infer<typeof sessionState>;

/** Why a session stands in `escalate`. */
export const escalationReason = z.enum([
  'model_escalated',
  'turn_failed',
  'in_doubt',
  'approval_expired',
  'limit_reached',
  'effect_failed',
]);
export type EscalationReason = z.infer<typeof escalationReason>;

export const escalation = z.strictObject({
  reason: escalationReason,
  code: z.string(),
  message: z.string(),
});
export type Escalation = z.infer<typeof escalation>;

/** What stands still: a turn or call that was begun and has no result, or one not yet begun. */
export const escalatedFrom = z.enum(['turn', 'next_turn', 'call', 'next_call']);
export type EscalatedFrom = z.infer<typeof escalatedFrom>;

/** Why a session ended. */
export type CompletionKind = 'completed' | 'canceled' | 'abandoned';

/** What an operator may say to an escalated session. */
export const escalationAnswer = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('continue'), message: z.string().optional() }),
  z.strictObject({ action: z.literal('retry') }),
  z.strictObject({ action: z.literal('use_result'), output: z.unknown() }),
  z.strictObject({ action: z.literal('abandon'), reason: z.string().optional() }),
]);
export type EscalationAnswer = z.infer<typeof escalationAnswer>;

/** The small, constant-size summary that lists and pages show. */
export interface SessionSummary {
  readonly session_id: string;
  readonly state: SessionState;
  /** The whole state, as in `awaiting_turn.idle`. */
  readonly detail: string;
  readonly tags: readonly string[];
  readonly turn_count: number;
  readonly tool_call_count: number;
  readonly message_count: number;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
  readonly cost_microusd: number;
  readonly pending_request_id?: string | undefined;
  readonly escalation?: Escalation | undefined;
  /** Where it was escalated: a result can be given to a call, a message to all but `next_call`. */
  readonly escalated_from?: EscalatedFrom | undefined;
  readonly completion?: CompletionKind | undefined;
  readonly wake_at?: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}
