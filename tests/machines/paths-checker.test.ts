/** The path checker itself: each rule catches the defect that it is there for, and prints it. */
import { assign } from 'xstate';
import { describe, expect, test } from 'vitest';
import { untaken } from './support/coverage.ts';
import { answering, changing, doing, leading, withoutOnError } from './support/defects.ts';
import { counterexample, explore, printed, type SessionMachine } from './support/explore.ts';
import { RULES_OF_EXCHANGE } from './support/rules-of-exchange.ts';
import { RULES } from './support/rules.ts';
import { AT_ONCE } from './support/starts.ts';

const RUN = { target: '#session.tool_request.executing' };
const GO_ON = { target: '#session.awaiting_turn' };

interface Defect {
  readonly name: string;
  readonly machine: SessionMachine;
  /** The rule that it breaks, and how many events it takes to see it. */
  readonly rule: string;
  readonly steps: number;
}

const defect = (name: string, machine: SessionMachine, steps: number, rule: string): Defect => {
  return { name, machine, steps, rule };
};

// prettier-ignore
const DEFECTS: readonly Defect[] = [
  defect('a message starts the tool', leading('approval_required', 'message.received', RUN), 3,
    'a tool runs only behind an allow or a granted approval of this very call and attempt'),
  defect('a retry starts the tool', leading('escalate', 'escalation.retried', RUN), 2,
    'a tool runs only behind an allow or a granted approval of this very call and attempt'),
  defect('any answer approves any request', answering('isApproved', true), 3,
    'a tool runs only behind an allow or a granted approval of this very call and attempt'),
  defect('a refusal approves', answering('isApproved', true), 3,
    'a declined or expired call never runs'),
  defect('any refusal settles the request', answering('isPending', true), 4,
    'calls are decided on one after the other, in the order of the turn'),
  defect('only the first call is taken up', answering('hasMoreCalls', false), 3,
    'no call is dropped: all that a turn asked for have their result before the next turn'),
  defect('a void grant passes for a result', answering('isGrantVoid', false), 4,
    'no call is dropped: all that a turn asked for have their result before the next turn'),
  defect('a retry is not counted', doing('beginAttempt'), 2,
    'an attempt counts the tries of one turn or call'),
  defect('turns are not bounded', answering('isOverTurnLimit', false), 2,
    'no turn begins beyond its limit'),
  defect('calls are not bounded', answering('isOverCallLimit', false), 2,
    'no call begins beyond its limit'),
  defect('calls are not bounded at all', answering('isOverCallLimit', false), 6,
    'counters never pass the widest limit'),
  defect('a failed turn is not handled', changing('awaiting_turn.executing', withoutOnError), 1,
    'never fails by itself'),
  defect('a state has no tag', changing('scheduled', (state) => ({ ...state, tags: [] })), 2,
    'rests only where it waits, works or is over'),
  defect('a canceled turn runs on', answering('isOpen', false), 1,
    'one effect runs while it is busy, and none otherwise'),
  defect('the instant is not kept', doing('setWakeup'), 2,
    'scheduled exactly while it knows its instant'),
  defect('the request is not kept', doing('setRequest'), 2,
    'waits for a person exactly while that approval is pending'),
  defect('an expired request is kept', doing('recordExpiry'), 3,
    'names an approval only where one is waited for or runs'),
  defect('an answered escalation stays', doing('clearEscalation'), 2,
    'escalated exactly with a reason and a place'),
  defect('a cancel leaves no completion', doing('markCanceled'), 1,
    'complete exactly with a completion'),
  defect('a turn is not counted', doing('recordTurn'), 1,
    'counts what happened'),
  defect('time runs backwards', doing('clearEscalation', assign({ busy_ms: -1 })), 2,
    'counters never decrease'),
  defect('a turn cannot be canceled', leading('awaiting_turn.executing', 'session.cancel', {}), 1,
    'a cancel ends every open session and starts nothing'),
  defect('a limit wakes a session', leading('scheduled', 'limit.reached', GO_ON), 3,
    'a reached limit escalates every session that can go on by itself, and starts nothing'),
  defect('an ended session takes a cancel', answering('isOpen', true), 2,
    'takes what its state waits for, and says so'),
  defect('an ended session is canceled', answering('isOpen', true), 2,
    'what it does not wait for is inert: forged, repeated, late or unknown'),
];

describe('the path checker', () => {
  test.each(DEFECTS)('finds that $name', ({ machine, rule, steps }) => {
    expect(counterexample(machine, AT_ONCE.input, rule)).toHaveLength(steps);
  });

  test('has a defect for every rule', () => {
    const shown = new Set(DEFECTS.map(({ rule }) => rule));
    const rules = Object.keys({ ...RULES, ...RULES_OF_EXCHANGE });
    expect(rules.filter((rule) => !shown.has(rule))).toEqual([]);
  });

  test('prints a counterexample as the events that lead to it', () => {
    const rule = 'a declined or expired call never runs';
    const events = counterexample(answering('isApproved', true), AT_ONCE.input, rule);
    expect(printed(rule, events)).toBe(
      [
        'broken: a declined or expired call never runs',
        '1. {"type":"xstate.done.actor.executeTurn","output":{"kind":"finished",' +
          '"status":"tool_request","call_count":1,"input_tokens":2,"output_tokens":1,' +
          '"cost_microusd":5,"duration_ms":10}}',
        '2. {"type":"xstate.done.actor.decideTool","output":{"kind":"approval_required",' +
          '"request_id":"request-0"}}',
        '3. {"type":"approval.resolved","request_id":"request-0","approved":false,' +
          '"granted_request_id":"request-0"}',
      ].join('\n'),
    );
  });

  test('names a declared transition that no path takes', () => {
    const dead = { guard: 'isScheduled', target: '#session.scheduled' };
    const machine = leading('escalate', 'message.received', dead);
    const row = { source: 'escalate', event: 'message.received', guard: 'isScheduled' };
    const walk = explore(machine, AT_ONCE.input);
    expect(walk.broken).toEqual([]);
    expect(untaken(machine, [walk])).toContainEqual(expect.objectContaining(row));
  });
});
