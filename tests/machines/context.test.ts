/** The pure functions behind the chart: what is counted, which limit stands, what is said of it. */
import { describe, expect, test } from 'vitest';
import { initialContext, reachedLimit, type SessionContext } from '../../machines/index.ts';
import {
  callBegun,
  callRecorded,
  failureRecorded,
  limitFound,
  turnRecorded,
} from '../../machines/session/session.context.ts';
import { TURN_RESULTS } from './support/events.ts';

const context = (changes: Partial<SessionContext> = {}): SessionContext => ({
  ...initialContext({ session_id: 's' }),
  ...changes,
});

const SPENT = context({
  turn_count: 4,
  tool_call_count: 7,
  input_tokens: 60,
  output_tokens: 40,
  cost_microusd: 300,
  busy_ms: 900,
});

describe('a limit', () => {
  test.each([
    ['max_turns_per_session', 4, 'next_turn', 4],
    ['max_tool_calls_per_session', 7, 'next_call', 7],
    ['max_tokens_per_session', 100, 'next_turn', 100],
    ['max_tokens_per_session', 99, 'next_call', 100],
    ['max_cost_microusd_per_session', 300, 'next_turn', 300],
    ['max_cost_microusd_per_session', 1, 'next_call', 300],
    ['max_wall_ms_per_session', 900, 'next_turn', 900],
    ['max_wall_ms_per_session', 900, 'next_call', 900],
  ] as const)('%s of %i stands against one more: %s', (limit, max, next, value) => {
    const limits = { [limit]: max };
    expect(reachedLimit({ ...SPENT, limits }, next)).toEqual({ limit, max, value });
    const { escalation, escalated_from } = limitFound({ ...SPENT, limits }, next);
    expect(escalated_from).toBe(next);
    expect(escalation?.message).toBe(`${limit} is reached: ${value} of ${max}`);
  });

  test.each([
    ['max_turns_per_session', 5, 'next_turn'],
    ['max_turns_per_session', 4, 'next_call'],
    ['max_tool_calls_per_session', 8, 'next_call'],
    ['max_tool_calls_per_session', 7, 'next_turn'],
    ['max_tokens_per_session', 101, 'next_turn'],
    ['max_input_bytes', 1, 'next_turn'],
  ] as const)('%s of %i does not stand against one more: %s', (limit, max, next) => {
    const limits = { [limit]: max };
    expect(reachedLimit({ ...SPENT, limits }, next)).toBeNull();
    expect(limitFound({ ...SPENT, limits }, next)).toEqual({});
  });

  test('that counts the turns is named before those that count what they used', () => {
    const limits = { max_tokens_per_session: 1, max_turns_per_session: 1 };
    expect(reachedLimit({ ...SPENT, limits }, 'next_turn')?.limit).toBe('max_turns_per_session');
  });
});

describe('a turn', () => {
  const [asks, , , completes, hands_over, fails, hits_limit] = TURN_RESULTS;
  const record = (result = asks, at = context()) => turnRecorded(at, result as never);

  test('adds what it used to what was used before', () => {
    expect(record(asks, SPENT)).toMatchObject({
      turn_count: 5,
      calls_in_turn: 1,
      call_in_turn: -1,
      input_tokens: 62,
      output_tokens: 41,
      cost_microusd: 305,
      busy_ms: 910,
    });
  });

  test.each([
    [null, null],
    [3, 2],
    [0, 0],
  ])('takes one from a budget of %j, and leaves %j', (turns_left, left) => {
    expect(record(asks, context({ turns_left })).turns_left).toBe(left);
  });

  test('that failed takes time and is not counted', () => {
    expect(record(fails, SPENT)).toEqual({
      busy_ms: 910,
      request_id: null,
      escalated_from: 'turn',
      escalation: { reason: 'turn_failed', code: 'PROVIDER_TIMEOUT', message: 'no answer' },
    });
  });

  test.each([
    [completes, null, 'completed'],
    [hands_over, 'model_escalated', null],
    [hits_limit, 'limit_reached', undefined],
  ])('%j: escalation %j, completion %j', (result, reason, completion) => {
    const patch = record(result);
    expect(patch.escalation?.reason ?? null).toBe(reason);
    expect(patch.completion).toBe(completion);
  });
});

describe('a call', () => {
  test('counts once it is begun, and starts with its first attempt', () => {
    const at = context({ tool_call_count: 2, calls_in_turn: 3, call_in_turn: 0, attempt: 4 });
    expect(callBegun(at)).toEqual({ tool_call_count: 3, call_in_turn: 1, attempt: 1 });
  });

  test.each([
    [
      { kind: 'finished', duration_ms: 5 },
      { busy_ms: 905, attempt: 1, request_id: null },
    ],
    [{ kind: 'grant_void' }, { request_id: null }],
    [
      { kind: 'in_doubt', message: 'who knows' },
      {
        request_id: null,
        escalated_from: 'call',
        escalation: { reason: 'in_doubt', code: 'EFFECT_IN_DOUBT', message: 'who knows' },
      },
    ],
  ] as const)('that came back with %j leaves %j', (result, patch) => {
    expect(callRecorded(SPENT, result)).toEqual(patch);
  });
});

describe('the failure of an effect', () => {
  const UNKNOWN = { code: 'TOOL_EXECUTION_FAILED', message: 'The effect failed' };

  test.each([
    [new Error('disk full'), { ...UNKNOWN, message: 'disk full' }],
    [
      { code: 'STORE_CLOSED', message: 'closed' },
      { code: 'STORE_CLOSED', message: 'closed' },
    ],
    [{ code: 7, message: 8 }, UNKNOWN],
    ['just text', UNKNOWN],
    [null, UNKNOWN],
    [undefined, UNKNOWN],
  ])('%j is kept as plain data', (thrown, said) => {
    expect(failureRecorded(thrown, 'call')).toEqual({
      escalation: { reason: 'effect_failed', ...said },
      escalated_from: 'call',
      request_id: null,
    });
  });

  test('is cut to 500 characters, and never in the middle of one', () => {
    const message = failureRecorded(new Error(`${'x'.repeat(499)}\u{1f600}`), 'call').escalation
      ?.message;
    expect(message).toBe(`${'x'.repeat(499)}\ufffd`);
  });
});
