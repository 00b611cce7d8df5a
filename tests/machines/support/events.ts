/**
 * Everything that may reach a session, each kind once: what people and clocks send, what effects
 * answer, and what nobody should send. The explorer offers all of it in every state.
 */
import type {
  SessionEvent,
  ToolResult,
  ToolDecision,
  TurnResult,
} from '../../../machines/index.ts';

/** An event of the session, the answer of an effect, or something unheard of. */
export type AnyEvent =
  | SessionEvent
  | { readonly type: `xstate.done.actor.${string}`; readonly output?: unknown }
  | { readonly type: `xstate.error.actor.${string}`; readonly error: unknown }
  | { readonly type: `unknown:${string}` };

export const NARROW = { max_turns_per_session: 1, max_tool_calls_per_session: 1 };
export const WIDE = { max_turns_per_session: 2, max_tool_calls_per_session: 3 };

export const WAKE_AT = '2026-03-01T09:00:00.000Z';

/** Ids are given out in turn, so that two of the three always belong to other requests. */
export const REQUEST_IDS = ['request-0', 'request-1', 'request-2'] as const;
export const GRANTED_ID = 'request-edited';

const turn = (status: 'reply' | 'complete' | 'escalate' | 'tool_request', call_count: number) => ({
  kind: 'finished' as const,
  status,
  call_count,
  input_tokens: 2,
  output_tokens: 1,
  cost_microusd: 5,
  duration_ms: 10,
});

const LIMIT = { limit: 'max_wall_ms_per_session', max: 1, value: 2 } as const;

export const TURN_RESULTS: readonly TurnResult[] = [
  turn('tool_request', 1),
  turn('tool_request', 2),
  turn('reply', 0),
  turn('complete', 0),
  turn('escalate', 0),
  { kind: 'failed', code: 'PROVIDER_TIMEOUT', message: 'no answer', duration_ms: 10 },
  { kind: 'limit_reached', ...LIMIT },
];

export const TOOL_RESULTS: readonly ToolResult[] = [
  { kind: 'finished', duration_ms: 10 },
  { kind: 'grant_void' },
  { kind: 'in_doubt', message: 'nobody knows' },
];

export const decisions = (request_id: string): readonly ToolDecision[] => [
  { kind: 'allowed' },
  { kind: 'denied' },
  { kind: 'approval_required', request_id },
];

export const done = (effect: string, output?: unknown): AnyEvent => ({
  type: `xstate.done.actor.${effect}`,
  output,
});

export const failed = (effect: string): AnyEvent => ({
  type: `xstate.error.actor.${effect}`,
  error: { code: 'STORE_WRITE_FAILED', message: 'disk full' },
});

/** What a person may answer to one request, the edited input included. */
export const resolutions = (request_id: string): readonly SessionEvent[] => [
  { type: 'approval.resolved', request_id, approved: true, granted_request_id: request_id },
  { type: 'approval.resolved', request_id, approved: true, granted_request_id: GRANTED_ID },
  { type: 'approval.resolved', request_id, approved: false, granted_request_id: request_id },
  { type: 'approval.expired', request_id },
];

const FACTS_AND_COMMANDS: readonly SessionEvent[] = [
  { type: 'message.received' },
  { type: 'session.continue', turns_left: null },
  { type: 'session.continue', turns_left: 1 },
  { type: 'session.schedule', wake_at: WAKE_AT },
  { type: 'session.cancel' },
  { type: 'wakeup.due' },
  { type: 'budget.changed', turns_left: null },
  { type: 'budget.changed', turns_left: 1 },
  { type: 'limits.changed', limits: NARROW },
  { type: 'limits.changed', limits: WIDE },
  { type: 'limit.reached', ...LIMIT },
  ...REQUEST_IDS.flatMap(resolutions),
  ...resolutions('__proto__'),
  { type: 'escalation.continued' },
  { type: 'escalation.retried' },
  { type: 'escalation.result_given' },
  { type: 'escalation.abandoned' },
];

const UNHEARD_OF: readonly AnyEvent[] = [
  { type: 'unknown:approval.granted' },
  { type: 'unknown:__proto__' },
  done('nobody', { kind: 'allowed' }),
  done('__proto__', { kind: 'allowed' }),
];

/**
 * Lists what may arrive. A failure is offered only for the effect in flight: XState ends a machine
 * on one that nobody handles, which is why `xstate.` events are refused at the door.
 * @param inFlight name of the effect that runs, or null
 * @param nextRequestId the id that the next request for approval gets
 */
export function eventsFor(inFlight: string | null, nextRequestId: string): readonly AnyEvent[] {
  return [
    ...FACTS_AND_COMMANDS,
    ...UNHEARD_OF,
    ...TURN_RESULTS.map((output) => done('executeTurn', output)),
    ...decisions(nextRequestId).map((output) => done('decideTool', output)),
    ...TOOL_RESULTS.map((output) => done('executeTool', output)),
    ...(inFlight === null ? [] : [failed(inFlight)]),
  ];
}
