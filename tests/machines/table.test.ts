/** The chart as a table: in a state, on an event, the session goes on where, and starts what. */
import { transition } from 'xstate';
import { expect, test } from 'vitest';
import { initialContext, sessionMachine, type SessionContext } from '../../machines/index.ts';
import { decisions, done, failed, TOOL_RESULTS, TURN_RESULTS } from './support/events.ts';
import { stateOf, type SessionSnapshot } from './support/rules.ts';

type Context = Partial<SessionContext>;

const turns = TURN_RESULTS.map((output) => done('executeTurn', output));
const [ASKS, ASKS_TWICE, REPLIES, COMPLETES, HANDS_OVER, FAILS, HITS_LIMIT] = turns;
const decided = decisions('a').map((output) => done('decideTool', output));
const [ALLOWED, DENIED, NEEDS_APPROVAL] = decided;
const results = TOOL_RESULTS.map((output) => done('executeTool', output));
const [RAN, GRANT_VOID, IN_DOUBT] = results;

const answer = (approved: boolean, request_id: string, granted_request_id = request_id) => {
  return { type: 'approval.resolved', request_id, approved, granted_request_id };
};
const event = (type: string) => ({ type });
const LIMIT = { type: 'limit.reached', limit: 'max_wall_ms_per_session', max: 1, value: 2 };
const LIMITS = { max_turns_per_session: 9 };
const WAKE_AT = '2026-03-01T09:00:00.000Z';
const SCHEDULE = { type: 'session.schedule', wake_at: WAKE_AT };

/** One call of one turn, or the first or the second of two. */
const ONLY = { turn_count: 1, tool_call_count: 1, calls_in_turn: 1, call_in_turn: 0 };
const FIRST = { ...ONLY, calls_in_turn: 2 };
const SECOND = { turn_count: 1, tool_call_count: 2, calls_in_turn: 2, call_in_turn: 1 };

const asked = (request_id: string) => ({ ...ONLY, request_id });
const from = (escalated_from: SessionContext['escalated_from'], at: Context = ONLY): Context => ({
  ...at,
  escalated_from,
  escalation: { reason: 'effect_failed', code: 'X', message: 'x' },
});

const TURN = 'awaiting_turn.executing';
const IDLE = 'awaiting_turn.idle';
const PAUSED = 'awaiting_turn.paused';
const DECIDING = 'tool_request.deciding';
const RUNNING = 'tool_request.executing';
const ASKING = 'approval_required';

/** In this state, with this context, on this event: to this state, starting this effect. */
// prettier-ignore
const ROWS: readonly (readonly [string, Context, unknown, string, string | null])[] = [
  [TURN, {}, ASKS, DECIDING, 'decideTool'],
  [TURN, { limits: { max_tool_calls_per_session: 3 }, tool_call_count: 3 }, ASKS, 'escalate', null],
  [TURN, {}, REPLIES, IDLE, null],
  [TURN, {}, COMPLETES, 'complete', null],
  [TURN, {}, HANDS_OVER, 'escalate', null],
  [TURN, {}, FAILS, 'escalate', null],
  [TURN, {}, HITS_LIMIT, 'escalate', null],
  [TURN, {}, failed('executeTurn'), 'escalate', null],
  [TURN, {}, LIMIT, 'escalate', null],
  [TURN, {}, event('message.received'), TURN, null],
  [IDLE, {}, event('message.received'), TURN, 'executeTurn'],
  [IDLE, { turns_left: 0 }, event('message.received'), PAUSED, null],
  [IDLE, { limits: LIMITS, turn_count: 9 }, event('message.received'), 'escalate', null],
  [IDLE, { limits: LIMITS, turn_count: 9, turns_left: 0 }, event('message.received'), 'escalate',
    null],
  [IDLE, {}, SCHEDULE, 'scheduled', null],
  [IDLE, {}, LIMIT, 'escalate', null],
  [PAUSED, { turns_left: 0 }, { type: 'session.continue', turns_left: 3 }, TURN, 'executeTurn'],
  [PAUSED, { turns_left: 0 }, { type: 'session.continue', turns_left: null }, TURN, 'executeTurn'],
  [PAUSED, { turns_left: 0 }, { type: 'session.continue', turns_left: 0 }, PAUSED, null],
  [PAUSED, { turns_left: 0 }, { type: 'budget.changed', turns_left: 5 }, PAUSED, null],
  ['scheduled', { wake_at: WAKE_AT }, event('wakeup.due'), TURN, 'executeTurn'],
  ['scheduled', { wake_at: WAKE_AT }, event('message.received'), 'scheduled', null],
  ['scheduled', { wake_at: WAKE_AT }, LIMIT, 'escalate', null],
  [DECIDING, ONLY, ALLOWED, RUNNING, 'executeTool'],
  [DECIDING, ONLY, NEEDS_APPROVAL, ASKING, null],
  [DECIDING, ONLY, DENIED, TURN, 'executeTurn'],
  [DECIDING, FIRST, DENIED, DECIDING, 'decideTool'],
  [DECIDING, SECOND, DENIED, TURN, 'executeTurn'],
  [DECIDING, ONLY, failed('decideTool'), 'escalate', null],
  [DECIDING, ONLY, LIMIT, 'escalate', null],
  [RUNNING, ONLY, RAN, TURN, 'executeTurn'],
  [RUNNING, FIRST, RAN, DECIDING, 'decideTool'],
  [RUNNING, SECOND, RAN, TURN, 'executeTurn'],
  [RUNNING, { ...FIRST, limits: { max_tool_calls_per_session: 1 } }, RAN, 'escalate', null],
  [RUNNING, asked('a'), GRANT_VOID, DECIDING, 'decideTool'],
  [RUNNING, ONLY, IN_DOUBT, 'escalate', null],
  [RUNNING, ONLY, failed('executeTool'), 'escalate', null],
  [RUNNING, ONLY, LIMIT, 'escalate', null],
  [ASKING, asked('a'), answer(true, 'a'), RUNNING, 'executeTool'],
  [ASKING, asked('a'), answer(true, 'a', 'edited'), RUNNING, 'executeTool'],
  [ASKING, asked('a'), answer(true, 'b'), ASKING, null],
  [ASKING, asked('a'), answer(true, 'b', 'a'), ASKING, null],
  [ASKING, asked('a'), answer(false, 'a'), TURN, 'executeTurn'],
  [ASKING, { ...asked('a'), ...FIRST }, answer(false, 'a'), DECIDING, 'decideTool'],
  [ASKING, asked('a'), answer(false, 'b'), ASKING, null],
  [ASKING, asked('a'), { type: 'approval.expired', request_id: 'a' }, 'escalate', null],
  [ASKING, asked('a'), { type: 'approval.expired', request_id: 'b' }, ASKING, null],
  [ASKING, asked('a'), LIMIT, 'escalate', null],
  ['escalate', from('turn'), event('escalation.retried'), TURN, 'executeTurn'],
  ['escalate', from('next_turn'), event('escalation.retried'), TURN, 'executeTurn'],
  ['escalate', from('call'), event('escalation.retried'), DECIDING, 'decideTool'],
  ['escalate', from('next_call', FIRST), event('escalation.retried'), DECIDING, 'decideTool'],
  ['escalate', from('turn'), event('escalation.continued'), TURN, 'executeTurn'],
  ['escalate', from('next_turn'), event('escalation.continued'), TURN, 'executeTurn'],
  ['escalate', from('call'), event('escalation.continued'), TURN, 'executeTurn'],
  ['escalate', from('call', FIRST), event('escalation.continued'), DECIDING, 'decideTool'],
  ['escalate', from('next_call', FIRST), event('escalation.continued'), DECIDING, 'decideTool'],
  ['escalate', from('call'), event('escalation.result_given'), TURN, 'executeTurn'],
  ['escalate', from('call', FIRST), event('escalation.result_given'), DECIDING, 'decideTool'],
  ['escalate', from('turn'), event('escalation.result_given'), 'escalate', null],
  ['escalate', from('call'), event('escalation.abandoned'), 'complete', null],
  ['escalate', from('call'), answer(true, 'a'), 'escalate', null],
];

function standing(state: string, context: Context): SessionSnapshot {
  const [top = state, within] = state.split('.');
  return sessionMachine.resolveState({
    value: within === undefined ? top : { [top]: within },
    context: { ...initialContext({ session_id: 's' }), ...context },
  });
}

test.each(ROWS)('%s with %j on %j: %s, starting %s', (state, context, sent, target, effect) => {
  const [next, actions] = transition(sessionMachine, standing(state, context), sent as never);
  expect(stateOf(next)).toBe(target);
  const started = actions.filter(({ type }) => type === 'xstate.spawnChild');
  const ids = started.map(({ params }) => (params as { id: string }).id);
  expect(ids).toEqual(effect === null ? [] : [effect]);
});

const CALL = { session_id: 's', turn_index: 0, call_in_turn: 0, tool_call_index: 0, attempt: 1 };

/** What the effect is started with. */
test.each([
  [TURN, {}, ASKS_TWICE, { ...CALL }],
  [RUNNING, FIRST, RAN, { ...CALL, call_in_turn: 1, tool_call_index: 1 }],
  [RUNNING, { ...SECOND, attempt: 3 }, RAN, { session_id: 's', turn_index: 1, attempt: 1 }],
  [DECIDING, { ...ONLY, attempt: 2 }, ALLOWED, { ...CALL, attempt: 2, request_id: null }],
  [ASKING, asked('a'), answer(true, 'a'), { ...CALL, request_id: 'a' }],
  [ASKING, asked('a'), answer(true, 'a', 'edited'), { ...CALL, request_id: 'edited' }],
  [RUNNING, asked('a'), GRANT_VOID, CALL],
  ['escalate', from('call'), event('escalation.retried'), { ...CALL, attempt: 2 }],
  ['escalate', from('turn'), event('escalation.retried'), { turn_index: 1, attempt: 2 }],
  ['escalate', from('next_turn'), event('escalation.retried'), { turn_index: 1, attempt: 1 }],
])('%s with %j on %j starts with %j', (state, context, sent, input) => {
  const [, actions] = transition(sessionMachine, standing(state, context), sent as never);
  const started = actions.find(({ type }) => type === 'xstate.spawnChild');
  expect((started?.params as { input: unknown }).input).toMatchObject(input);
});

/** What stays of it. */
test.each([
  [IDLE, {}, SCHEDULE, { wake_at: WAKE_AT }],
  ['scheduled', { wake_at: WAKE_AT }, event('wakeup.due'), { wake_at: null }],
  ['scheduled', { wake_at: WAKE_AT }, LIMIT, { wake_at: null, escalated_from: 'next_turn' }],
  ['scheduled', { wake_at: WAKE_AT }, event('session.cancel'), { wake_at: null }],
  [PAUSED, { turns_left: 0 }, { type: 'budget.changed', turns_left: 5 }, { turns_left: 5 }],
  [TURN, {}, { type: 'limits.changed', limits: LIMITS }, { limits: LIMITS }],
  [TURN, {}, LIMIT, { escalated_from: 'turn' }],
  [
    TURN,
    { limits: { max_tool_calls_per_session: 1 }, tool_call_count: 1 },
    ASKS,
    {
      escalated_from: 'next_call',
      escalation: {
        reason: 'limit_reached',
        code: 'LIMIT_EXCEEDED',
        message: 'max_tool_calls_per_session is reached: 1 of 1',
      },
    },
  ],
  [ASKING, asked('a'), answer(false, 'a'), { request_id: null }],
  [ASKING, asked('a'), LIMIT, { request_id: null, escalated_from: 'call' }],
  [
    ASKING,
    asked('a'),
    { type: 'approval.expired', request_id: 'a' },
    {
      request_id: null,
      escalation: {
        reason: 'approval_expired',
        code: 'APPROVAL_EXPIRED',
        message: 'Nobody decided on a in time',
      },
    },
  ],
  [ASKING, asked('a'), event('session.cancel'), { request_id: null, completion: 'canceled' }],
  [
    'escalate',
    from('call'),
    event('escalation.abandoned'),
    {
      completion: 'abandoned',
      escalation: null,
    },
  ],
  [
    'escalate',
    from('call'),
    event('escalation.continued'),
    {
      escalation: null,
      escalated_from: null,
    },
  ],
  [TURN, {}, COMPLETES, { completion: 'completed', turn_count: 1 }],
])('%s with %j on %j keeps %j', (state, context, sent, kept) => {
  const [next] = transition(sessionMachine, standing(state, context), sent as never);
  expect(next.context).toMatchObject(kept);
});
