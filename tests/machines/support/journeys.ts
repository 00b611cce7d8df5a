/** One short way to each state in which a session can be saved. */
import { initialTransition, transition } from 'xstate';
import { sessionMachine, type SessionInput } from '../../../machines/index.ts';
import { decisions, done, TURN_RESULTS, WAKE_AT, type AnyEvent } from './events.ts';
import type { SessionSnapshot } from './rules.ts';

const REQUEST_ID = 'approval-1';
const [, ASKS_TWICE, REPLIES, COMPLETES] = TURN_RESULTS.map((output) =>
  done('executeTurn', output),
);
const [ALLOWED, , NEEDS_APPROVAL] = decisions(REQUEST_ID).map((output) =>
  done('decideTool', output),
);

const APPROVED: AnyEvent = {
  type: 'approval.resolved',
  request_id: REQUEST_ID,
  approved: true,
  granted_request_id: REQUEST_ID,
};
const IN_DOUBT = done('executeTool', { kind: 'in_doubt', message: 'The process was killed' });
const SCHEDULED: AnyEvent = { type: 'session.schedule', wake_at: WAKE_AT };

const WAYS: Readonly<Record<string, readonly (AnyEvent | undefined)[]>> = {
  'awaiting_turn.executing': [],
  'awaiting_turn.idle': [REPLIES],
  'awaiting_turn.paused': [REPLIES, { type: 'message.received' }],
  'tool_request.deciding': [ASKS_TWICE],
  'tool_request.executing': [ASKS_TWICE, NEEDS_APPROVAL, APPROVED],
  approval_required: [ASKS_TWICE, NEEDS_APPROVAL],
  scheduled: [REPLIES, SCHEDULED],
  escalate: [ASKS_TWICE, ALLOWED, IN_DOUBT],
  complete: [COMPLETES],
};

const INPUT: SessionInput = {
  session_id: 'session-1',
  limits: { max_turns_per_session: 20, max_cost_microusd_per_session: 500_000 },
  turns_left: 1,
};

/** A session in each of its states, by the names of the states. */
export const JOURNEYS: readonly (readonly [state: string, snapshot: SessionSnapshot])[] =
  Object.entries(WAYS).map(([state, events]) => {
    const [start] = initialTransition(sessionMachine, INPUT);
    const arrived = events.reduce(
      (snapshot, event) => transition(sessionMachine, snapshot, event as never)[0],
      start,
    );
    return [state, arrived];
  });
