/** The states in which a session costs only disk: it waits for a person or for an instant. */
import { sessionSetup } from './session.setup.ts';

export const approvalRequired = sessionSetup.createStateConfig({
  description: 'A person has to approve the call; only the exact call that was shown may run.',
  tags: ['waiting', 'needs_human'],
  on: {
    'approval.resolved': [
      {
        guard: { type: 'isApproved', params: ({ event }) => event },
        target: '#session.tool_request.executing',
        actions: {
          type: 'setRequest',
          params: ({ event }) => ({ request_id: event.granted_request_id }),
        },
        description: 'The same call runs, without asking the model again.',
      },
      {
        guard: { type: 'isLastDenied', params: ({ event }) => event },
        target: '#session.awaiting_turn',
        actions: 'settleCall',
        description: 'The refusal is the result of the call.',
      },
      {
        guard: { type: 'isPending', params: ({ event }) => event },
        target: '#session.tool_request',
        actions: 'settleCall',
        description: 'The refusal is the result of the call; the next one is taken up.',
      },
    ],
    'approval.expired': {
      guard: { type: 'isPending', params: ({ event }) => event },
      target: '#session.escalate',
      actions: { type: 'recordExpiry', params: ({ event }) => event },
      description: 'Nobody decided in time: the request is void, whatever comes later.',
    },
    'limit.reached': {
      target: '#session.escalate',
      actions: { type: 'recordLimit', params: ({ event }) => ({ ...event, from: 'call' }) },
    },
  },
});

export const scheduled = sessionSetup.createStateConfig({
  description: 'A wakeup record names the instant at which the next turn runs.',
  tags: ['waiting'],
  on: {
    'wakeup.due': {
      target: '#session.awaiting_turn',
      actions: { type: 'setWakeup', params: { wake_at: null } },
    },
    'limit.reached': {
      target: '#session.escalate',
      actions: [
        { type: 'setWakeup', params: { wake_at: null } },
        { type: 'recordLimit', params: ({ event }) => ({ ...event, from: 'next_turn' }) },
      ],
    },
  },
});

export const escalate = sessionSetup.createStateConfig({
  description: 'Stands still until an operator answers: continue, retry, a result, or abandon.',
  tags: ['waiting', 'needs_human'],
  on: {
    'escalation.retried': [
      {
        guard: 'stoodAtCall',
        target: '#session.tool_request.deciding',
        actions: ['clearEscalation', 'beginAttempt'],
        description: 'The same call is decided on anew.',
      },
      {
        guard: 'stoodBeforeCall',
        target: '#session.tool_request',
        actions: 'clearEscalation',
      },
      {
        guard: 'stoodAtTurn',
        target: '#session.awaiting_turn',
        actions: ['clearEscalation', 'beginAttempt'],
        description: 'The same turn is taken again.',
      },
      { target: '#session.awaiting_turn', actions: 'clearEscalation' },
    ],
    'escalation.continued': [
      {
        guard: 'stoodAtLastCall',
        target: '#session.awaiting_turn',
        actions: ['clearEscalation', 'settleCall'],
        description: 'The call is left as it is.',
      },
      {
        guard: 'stoodAtCall',
        target: '#session.tool_request',
        actions: ['clearEscalation', 'settleCall'],
        description: 'The call is left as it is; the next one is taken up.',
      },
      { guard: 'stoodBeforeCall', target: '#session.tool_request', actions: 'clearEscalation' },
      {
        guard: 'stoodAtTurn',
        target: '#session.awaiting_turn',
        actions: ['clearEscalation', 'beginAttempt'],
        description: 'The turn is taken again, with what the operator added.',
      },
      { target: '#session.awaiting_turn', actions: 'clearEscalation' },
    ],
    'escalation.result_given': [
      {
        guard: 'stoodAtLastCall',
        target: '#session.awaiting_turn',
        actions: ['clearEscalation', 'settleCall'],
        description: 'What the operator found is the result of the call.',
      },
      {
        guard: 'stoodAtCall',
        target: '#session.tool_request',
        actions: ['clearEscalation', 'settleCall'],
        description: 'What the operator found is the result; the next call is taken up.',
      },
    ],
    'escalation.abandoned': { target: '#session.complete', actions: 'markAbandoned' },
  },
});
