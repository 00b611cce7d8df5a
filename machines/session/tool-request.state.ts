/** The calls of one turn, each decided and run in order, none dropped. */
import { currentCall, sessionSetup } from './session.setup.ts';

const checking = sessionSetup.createStateConfig({
  description: 'May one more call be begun?',
  always: [
    {
      guard: 'isOverCallLimit',
      target: '#session.escalate',
      actions: { type: 'recordFoundLimit', params: { next: 'next_call' } },
    },
    { target: 'deciding', actions: 'beginCall' },
  ],
});

const deciding = sessionSetup.createStateConfig({
  description: 'The kernel decides on the call; a denial is its result.',
  tags: ['busy'],
  invoke: {
    id: 'decideTool',
    src: 'decideTool',
    input: ({ context }) => currentCall(context),
    onDone: [
      {
        guard: { type: 'isAllowed', params: ({ event }) => event.output },
        target: 'executing',
      },
      {
        guard: { type: 'needsApproval', params: ({ event }) => event.output },
        target: '#session.approval_required',
        actions: {
          type: 'setRequest',
          params: ({ event }) => ({
            request_id: 'request_id' in event.output ? event.output.request_id : null,
          }),
        },
      },
      {
        guard: 'hasMoreCalls',
        target: 'checking',
        description: 'Denied: that is the result of the call; the next one is taken up.',
      },
      {
        target: '#session.awaiting_turn',
        actions: 'settleCall',
        description: 'Denied: that is the result of the call.',
      },
    ],
    onError: {
      target: '#session.escalate',
      actions: {
        type: 'recordFailure',
        params: ({ event }) => ({ error: event.error, from: 'call' }),
      },
    },
  },
});

const executing = sessionSetup.createStateConfig({
  description: 'The kernel runs the call that policy or a person granted.',
  tags: ['busy'],
  invoke: {
    id: 'executeTool',
    src: 'executeTool',
    input: ({ context }) => ({ ...currentCall(context), request_id: context.request_id }),
    onDone: [
      {
        guard: { type: 'isInDoubt', params: ({ event }) => event.output },
        target: '#session.escalate',
        actions: { type: 'recordCall', params: ({ event }) => event.output },
        description: 'Started before a crash and never finished: only a person can know.',
      },
      {
        guard: { type: 'isGrantVoid', params: ({ event }) => event.output },
        target: 'deciding',
        actions: { type: 'recordCall', params: ({ event }) => event.output },
        description: 'Policy or input changed since the grant: nothing ran, decide again.',
      },
      {
        guard: 'hasMoreCalls',
        target: 'checking',
        actions: { type: 'recordCall', params: ({ event }) => event.output },
      },
      {
        target: '#session.awaiting_turn',
        actions: { type: 'recordCall', params: ({ event }) => event.output },
      },
    ],
    onError: {
      target: '#session.escalate',
      actions: {
        type: 'recordFailure',
        params: ({ event }) => ({ error: event.error, from: 'call' }),
      },
    },
  },
});

export const toolRequest = sessionSetup.createStateConfig({
  description: 'The model asked for tools: each call is decided, then run, in order.',
  initial: 'checking',
  states: { checking, deciding, executing },
  on: {
    'limit.reached': {
      target: '#session.escalate',
      actions: { type: 'recordLimit', params: ({ event }) => ({ ...event, from: 'call' }) },
    },
  },
});
