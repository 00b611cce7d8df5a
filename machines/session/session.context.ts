/** How the session's context changes: pure functions from a context and facts to a patch. */
import type {
  CompletionKind,
  EscalatedFrom,
  Escalation,
  LimitReached,
} from '../../kernel/contract/index.ts';
import { reachedLimit } from './session.guards.ts';
import type { SessionContext, SessionInput, ToolResult, TurnResult } from './session.types.ts';

type Patch = Partial<SessionContext>;

/** Messages come from providers and tools, and the context has to stay small. */
const MESSAGE_LENGTH_MAX = 500;

/** The context of a session that has done nothing yet. */
export function initialContext(input: SessionInput): SessionContext {
  return {
    session_id: input.session_id,
    limits: input.limits ?? {},
    turn_count: 0,
    tool_call_count: 0,
    calls_in_turn: 0,
    call_in_turn: -1,
    attempt: 1,
    turns_left: input.turns_left ?? null,
    input_tokens: 0,
    output_tokens: 0,
    cost_microusd: 0,
    busy_ms: 0,
    request_id: null,
    wake_at: input.wake_at ?? null,
    escalation: null,
    escalated_from: null,
    completion: null,
  };
}

const shorten = (text: string): string => text.slice(0, MESSAGE_LENGTH_MAX).toWellFormed();

/** Whatever was waited for or granted no longer is: an answer leads to a new decision. */
const escalated = (escalation: Escalation, escalated_from: EscalatedFrom): Patch => ({
  escalation: {
    reason: escalation.reason,
    code: shorten(escalation.code),
    message: shorten(escalation.message),
  },
  escalated_from,
  request_id: null,
});

export const escalationCleared: Patch = { escalation: null, escalated_from: null };

/** The session is over, and nothing of it is waited for any more. */
export const ended = (completion: CompletionKind): Patch => ({
  ...escalationCleared,
  request_id: null,
  wake_at: null,
  completion,
});

/** A turn came back: count it, and where it cannot be built on, say why. */
export function turnRecorded(context: SessionContext, result: TurnResult): Patch {
  switch (result.kind) {
    case 'limit_reached':
      return limitRecorded(context, result, 'turn');
    case 'failed':
      return {
        busy_ms: context.busy_ms + result.duration_ms,
        ...escalated({ reason: 'turn_failed', code: result.code, message: result.message }, 'turn'),
      };
    case 'finished':
      return {
        turn_count: context.turn_count + 1,
        turns_left: context.turns_left === null ? null : Math.max(0, context.turns_left - 1),
        calls_in_turn: result.call_count,
        call_in_turn: -1,
        attempt: 1,
        input_tokens: context.input_tokens + result.input_tokens,
        output_tokens: context.output_tokens + result.output_tokens,
        cost_microusd: context.cost_microusd + result.cost_microusd,
        busy_ms: context.busy_ms + result.duration_ms,
        completion: result.status === 'complete' ? 'completed' : null,
        ...(result.status === 'escalate' &&
          escalated(
            {
              reason: 'model_escalated',
              code: 'MODEL_ESCALATED',
              message: 'The model hands over to a person',
            },
            'next_turn',
          )),
      };
  }
}

/** The next call of the turn is taken up. */
export function callBegun(context: SessionContext): Patch {
  return {
    call_in_turn: context.call_in_turn + 1,
    tool_call_count: context.tool_call_count + 1,
    attempt: 1,
  };
}

/** The call has its result; what comes next is tried for the first time. */
export const callSettled: Patch = { attempt: 1, request_id: null };

/** A call came back: its time counts; when nobody knows whether it happened, a person decides. */
export function callRecorded(context: SessionContext, result: ToolResult): Patch {
  switch (result.kind) {
    case 'finished':
      return { busy_ms: context.busy_ms + result.duration_ms, ...callSettled };
    case 'grant_void':
      return { request_id: null };
    case 'in_doubt':
      return escalated(
        { reason: 'in_doubt', code: 'EFFECT_IN_DOUBT', message: result.message },
        'call',
      );
  }
}

/**
 * Says which limit, so that whoever answers knows what to raise. What a wall limit cut off had used
 * up all of the time, whenever it ends.
 */
export function limitRecorded(
  { busy_ms }: SessionContext,
  reached: LimitReached,
  from: EscalatedFrom,
): Patch {
  const { limit, max, value } = reached;
  const message = `${limit} is reached: ${value} of ${max}`;
  return {
    ...escalated({ reason: 'limit_reached', code: 'LIMIT_EXCEEDED', message }, from),
    ...(limit === 'max_wall_ms_per_session' && { busy_ms: Math.max(busy_ms, value) }),
  };
}

/** The limit that the guards found before a turn or a call. */
export function limitFound(context: SessionContext, next: 'next_turn' | 'next_call'): Patch {
  const reached = reachedLimit(context, next);
  return reached === null ? {} : limitRecorded(context, reached, next);
}

/** An effect's promise failed: keep what is known, not the error itself. */
export function failureRecorded(error: unknown, from: EscalatedFrom): Patch {
  const failure = error as { code?: unknown; message?: unknown } | null | undefined;
  return escalated(
    {
      reason: 'effect_failed',
      code: typeof failure?.code === 'string' ? failure.code : 'TOOL_EXECUTION_FAILED',
      message: typeof failure?.message === 'string' ? failure.message : 'The effect failed',
    },
    from,
  );
}

/** Nobody decided on the request in time: an operator has to say how the call goes on. */
export function approvalExpired(request_id: string): Patch {
  return escalated(
    {
      reason: 'approval_expired',
      code: 'APPROVAL_EXPIRED',
      message: `Nobody decided on ${request_id} in time`,
    },
    'call',
  );
}
