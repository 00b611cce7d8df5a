/** The shape of every exported chart, and that each rule about it finds what it is there for. */
import { createMachine, StateMachine, type AnyStateMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import * as door from '../../machines/index.ts';
import { complaints, HOUSE_RULES } from './support/house-rules.ts';

const MACHINES = Object.entries(door).flatMap(([name, value]) =>
  value instanceof StateMachine ? [[name, value as unknown as AnyStateMachine] as const] : [],
);

test.each(MACHINES)('%s is built by the rules of the house', (_, machine) => {
  expect(complaints(machine)).toEqual([]);
});

test('the session machine is exported, with its six states', () => {
  expect(MACHINES.map(([name]) => name)).toContain('sessionMachine');
  expect(Object.keys(door.sessionMachine.root.states)).toEqual([
    'awaiting_turn',
    'tool_request',
    'approval_required',
    'scheduled',
    'escalate',
    'complete',
  ]);
});

const STATE = { description: 'A state.' };

const sound = (state: object, root: object = {}): AnyStateMachine =>
  createMachine({
    id: 'sound',
    version: '1',
    description: 'A machine.',
    initial: 'one',
    states: { one: { ...STATE, ...state }, two: STATE },
    ...root,
  });

const EFFECT = { id: 'work', src: 'work', onDone: 'two', onError: 'two' };
const provided = (machine: AnyStateMachine, parts: object): AnyStateMachine =>
  machine.provide(parts);
const work = { actors: { work: door.slot('work') } };
const inline = (): boolean => true;

// prettier-ignore
const WRONG: readonly (readonly [rule: string, place: string, machine: AnyStateMachine])[] = [
  ['time is a wakeup record: no `after`', 'sound.one', sound({ after: { 100: 'two' } })],
  ['every event is named: no wildcard', '*', sound({ on: { '*': 'two' } })],
  ['every event is named: no wildcard', 'turn.*', sound({ on: { 'turn.*': 'two' } })],
  ['events are dotted: noun.verb for a command, noun.past for a fact', 'GO',
    sound({ on: { GO: 'two' } })],
  ['an effect has a name, an id that stays, and a way on from success and from failure',
    'sound.one', provided(sound({ invoke: { ...EFFECT, onError: undefined } }), work)],
  ['an effect has a name, an id that stays, and a way on from success and from failure',
    'sound.one', provided(sound({ invoke: { ...EFFECT, onDone: undefined } }), work)],
  ['an effect has a name, an id that stays, and a way on from success and from failure',
    'sound.one', provided(sound({ invoke: { ...EFFECT, id: undefined } }), work)],
  ['an effect has a name, an id that stays, and a way on from success and from failure',
    'sound.one', sound({ invoke: { ...EFFECT, src: door.slot('work') } })],
  ['one effect at a time in a state', 'sound.one',
    provided(sound({ invoke: [EFFECT, { ...EFFECT, id: 'again' }] }), work)],
  ['every state says what it is for', 'sound.one', sound({ description: undefined })],
  ['every state says what it is for', 'sound', sound({}, { description: undefined })],
  ['tags are those that observers know', 'idle', sound({ tags: ['idle'] })],
  ['state keys are snake_case, as they are saved', 'isDone',
    sound({}, { states: { one: STATE, isDone: STATE } })],
  ['no history and no entry or exit actions: what happens is written on the transition',
    'sound.one', sound({ entry: 'count' })],
  ['no history and no entry or exit actions: what happens is written on the transition',
    'sound.back', sound({}, { states: { one: STATE, back: { ...STATE, type: 'history' } } })],
  ['every part that the chart names is there', 'guards.isReady',
    sound({ on: { 'turn.finished': { guard: 'isReady', target: 'two' } } })],
  ['every part that the chart names is there', 'guards.inline!',
    sound({ on: { 'turn.finished': { guard: inline, target: 'two' } } })],
  ['every part that the chart names is there', 'actions.inline!',
    sound({ on: { 'turn.finished': { actions: inline, target: 'two' } } })],
  ['every part that is there is named by the chart', 'guards.isReady',
    provided(sound({}), { guards: { isReady: inline } })],
  ['it says which version of itself a session was saved by', 'sound',
    sound({}, { version: undefined })],
];

describe('the rules of the house', () => {
  test('find nothing in a sound machine', () => {
    expect(complaints(provided(sound({ invoke: EFFECT, tags: ['busy'] }), work))).toEqual([]);
  });

  test.each(WRONG)('%s: %s', (rule, place, machine) => {
    expect(complaints(machine)).toContain(`${rule}: ${place}`);
  });

  test('are all shown to find something', () => {
    const shown = new Set(WRONG.map(([rule]) => rule));
    expect(Object.keys(HOUSE_RULES).filter((rule) => !shown.has(rule))).toEqual([]);
  });
});
