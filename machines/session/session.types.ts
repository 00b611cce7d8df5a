/** The session machine's vocabulary: context, events, and what its three effects take and give. */
import type {
  CompletionKind,
  EscalatedFrom,
  Escalation,
  LimitReached,
  Limits,
  TurnStatus,
} from '../../kernel/contract/index.ts';

/**
 * Counters and ids only, JSON only: messages, inputs and results live in the records of the
 * session. Keys are a wire format (golden snapshots hold them).
 */
export interface SessionContext {
  readonly session_id: string;
  /** Effective limits: the tighter of configuration and call. */
  readonly limits: Limits;
  /** Turns finished; the index of the next one. */
  readonly turn_count: number;
  /** Tool calls begun, denied ones included; the current one has the index before it. */
  readonly tool_call_count: number;
  /** How many calls the last turn asked for, and which of them is handled (-1: none yet). */
  readonly calls_in_turn: number;
  readonly call_in_turn: number;
  /** Which try of this turn or call it is: 1, and one more for each try an operator asked for. */
  readonly attempt: number;
  /** Turns that may run before the session pauses by itself; null means no such budget. */
  readonly turns_left: number | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_microusd: number;
  /** Milliseconds spent in effects. */
  readonly busy_ms: number;
  /** The approval that is waited for, or under which the current call runs. */
  readonly request_id: string | null;
  readonly wake_at: string | null;
  readonly escalation: Escalation | null;
  readonly escalated_from: EscalatedFrom | null;
  readonly completion: CompletionKind | null;
}

export interface SessionInput {
  readonly session_id: string;
  readonly limits?: Limits | undefined;
  readonly turns_left?: number | null | undefined;
  /** Start scheduled, and take the first turn at this instant. */
  readonly wake_at?: string | null | undefined;
}

/** Commands and facts from outside. Who records them does so before the machine hears of them. */
export type SessionEvent =
  | { readonly type: 'message.received' }
  | { readonly type: 'session.continue'; readonly turns_left: number | null }
  | { readonly type: 'session.schedule'; readonly wake_at: string }
  | { readonly type: 'session.cancel' }
  | { readonly type: 'wakeup.due' }
  | { readonly type: 'limits.changed'; readonly limits: Limits }
  | { readonly type: 'budget.changed'; readonly turns_left: number | null }
  | ({ readonly type: 'limit.reached' } & LimitReached)
  | {
      readonly type: 'approval.resolved';
      readonly request_id: string;
      readonly approved: boolean;
      /** The approval to run under: another one where the input was edited. */
      readonly granted_request_id: string;
    }
  | { readonly type: 'approval.expired'; readonly request_id: string }
  | { readonly type: 'escalation.continued' }
  | { readonly type: 'escalation.retried' }
  | { readonly type: 'escalation.result_given' }
  | { readonly type: 'escalation.abandoned' };

export interface TurnPosition {
  readonly session_id: string;
  readonly turn_index: number;
  /** Calls begun before; the calls of this turn are numbered from here. */
  readonly tool_call_count: number;
  readonly attempt: number;
}

export type TurnResult =
  | {
      readonly kind: 'finished';
      readonly status: TurnStatus;
      readonly call_count: number;
      readonly input_tokens: number;
      readonly output_tokens: number;
      readonly cost_microusd: number;
      readonly duration_ms: number;
    }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly duration_ms: number;
    }
  | ({ readonly kind: 'limit_reached' } & LimitReached);

export interface CallPosition {
  readonly session_id: string;
  readonly turn_index: number;
  readonly call_in_turn: number;
  readonly tool_call_index: number;
  readonly attempt: number;
}

export type ToolDecision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'approval_required'; readonly request_id: string };

export interface GrantedCall extends CallPosition {
  /** The approval that this start consumes; null where policy allows the call by itself. */
  readonly request_id: string | null;
}

export type ToolResult =
  | { readonly kind: 'finished'; readonly duration_ms: number }
  /** The grant no longer holds (policy or input changed): decide again. */
  | { readonly kind: 'grant_void' }
  | { readonly kind: 'in_doubt'; readonly message: string };

/** What the machine ends with. */
export interface SessionOutput {
  readonly session_id: string;
  readonly completion: CompletionKind;
  readonly turn_count: number;
  readonly tool_call_count: number;
}
