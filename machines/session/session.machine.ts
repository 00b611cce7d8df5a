/**
 * The contract of an agent session: who may move next, and on what.
 * Owner: src/runtime provides the three effects and records every event before sending it.
 * Invariants (tests/machines): a tool runs only behind an allow or a granted approval; every
 * state but the final one leaves on a cancel; no `after`, no wildcard, no inline logic.
 */
import { awaitingTurn } from './awaiting-turn.state.ts';
import { initialContext } from './session.context.ts';
import { sessionSetup } from './session.setup.ts';
import { toolRequest } from './tool-request.state.ts';
import { approvalRequired, escalate, scheduled } from './waiting.states.ts';

export const sessionMachine = sessionSetup.createMachine({
  id: 'session',
  /** Changes with what saved sessions notice; session.upcasts.ts carries older ones over. */
  version: '1',
  description: 'One governed conversation between a model, its tools and the people in charge.',
  context: ({ input }) => initialContext(input),
  initial: 'awaiting_turn',
  states: {
    awaiting_turn: awaitingTurn,
    tool_request: toolRequest,
    approval_required: approvalRequired,
    scheduled,
    escalate,
    complete: { type: 'final', description: 'Over: completed, canceled or abandoned.' },
  },
  on: {
    'session.cancel': {
      guard: 'isOpen',
      target: '.complete',
      actions: 'markCanceled',
      description: 'Stops the effect in flight; an ended session stays as it ended.',
    },
    'budget.changed': {
      guard: 'isOpen',
      actions: { type: 'setBudget', params: ({ event }) => ({ turns_left: event.turns_left }) },
      description: 'Counts from the next turn on; a paused session stays paused.',
    },
    'limits.changed': {
      guard: 'isOpen',
      actions: { type: 'setLimits', params: ({ event }) => ({ limits: event.limits }) },
      description: 'Counts from the next turn or call on.',
    },
  },
  output: ({ context }) => ({
    session_id: context.session_id,
    completion: context.completion ?? 'completed',
    turn_count: context.turn_count,
    tool_call_count: context.tool_call_count,
  }),
});
