/** Between turns: waiting for input, or having the model take its turn. */
import { sessionSetup } from './session.setup.ts';

const checking = sessionSetup.createStateConfig({
  description: 'May a turn run now?',
  always: [
    { guard: 'isScheduled', target: '#session.scheduled' },
    {
      guard: 'isOverTurnLimit',
      target: '#session.escalate',
      actions: { type: 'recordFoundLimit', params: { next: 'next_turn' } },
    },
    { guard: 'isOutOfBudget', target: 'paused' },
    { target: 'executing' },
  ],
});

const executing = sessionSetup.createStateConfig({
  description: 'The model takes its turn.',
  tags: ['busy'],
  invoke: {
    id: 'executeTurn',
    src: 'executeTurn',
    input: ({ context }) => ({
      session_id: context.session_id,
      turn_index: context.turn_count,
      tool_call_count: context.tool_call_count,
      attempt: context.attempt,
    }),
    onDone: [
      {
        guard: { type: 'asksForTools', params: ({ event }) => event.output },
        target: '#session.tool_request',
        actions: { type: 'recordTurn', params: ({ event }) => event.output },
      },
      {
        guard: { type: 'isReply', params: ({ event }) => event.output },
        target: 'idle',
        actions: { type: 'recordTurn', params: ({ event }) => event.output },
      },
      {
        guard: { type: 'isCompletion', params: ({ event }) => event.output },
        target: '#session.complete',
        actions: { type: 'recordTurn', params: ({ event }) => event.output },
      },
      {
        target: '#session.escalate',
        actions: { type: 'recordTurn', params: ({ event }) => event.output },
      },
    ],
    onError: {
      target: '#session.escalate',
      actions: {
        type: 'recordFailure',
        params: ({ event }) => ({ error: event.error, from: 'turn' }),
      },
    },
  },
  on: {
    'limit.reached': {
      target: '#session.escalate',
      actions: { type: 'recordLimit', params: ({ event }) => ({ ...event, from: 'turn' }) },
      description: 'The turn in flight is stopped.',
    },
  },
});

const idle = sessionSetup.createStateConfig({
  description: 'The model replied; the next message goes on.',
  tags: ['waiting'],
  on: {
    'message.received': { target: 'checking' },
    'session.schedule': {
      target: '#session.scheduled',
      actions: { type: 'setWakeup', params: ({ event }) => ({ wake_at: event.wake_at }) },
    },
  },
});

const paused = sessionSetup.createStateConfig({
  description: 'The budget of turns of this run is used up; whoever drives it goes on.',
  tags: ['waiting'],
  on: {
    'session.continue': {
      target: 'checking',
      actions: { type: 'setBudget', params: ({ event }) => ({ turns_left: event.turns_left }) },
    },
  },
});

export const awaitingTurn = sessionSetup.createStateConfig({
  description: 'Between turns: waits for input, or has the model take its turn.',
  initial: 'checking',
  states: { checking, executing, idle, paused },
  on: {
    'limit.reached': {
      target: '#session.escalate',
      actions: { type: 'recordLimit', params: ({ event }) => ({ ...event, from: 'next_turn' }) },
    },
  },
});
