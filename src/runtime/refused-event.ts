/** What a host is told where a session does not take what came for it, in words of a host. */
import { RuntimeError } from '../../kernel/index.ts';
import type { SessionEvent } from '../../machines/index.ts';
import { topState } from './summary.ts';

/** Makes the error for an event that a session does not take where it stands. */
export function refusedEvent(
  session_id: string,
  detail: string,
  { type }: SessionEvent,
): RuntimeError {
  const message = `Session ${session_id} ${stands(detail)}; ${TAKEN[type]}`;
  return new RuntimeError('EVENT_NOT_ACCEPTED', message, {
    details: { session_id, state: detail, event: type },
  });
}

function stands(detail: string): string {
  switch (topState(detail)) {
    case 'awaiting_turn':
      return IDLE[detail] ?? 'is busy with a turn';
    case 'tool_request':
      return 'is busy with a tool call';
    case 'approval_required':
      return 'waits for a decision on an approval';
    case 'scheduled':
      return 'waits for its instant';
    case 'escalate':
      return 'waits for an answer to its escalation';
    case 'complete':
      return 'is over';
  }
}

const IDLE: Readonly<Record<string, string>> = {
  'awaiting_turn.idle': 'waits for a message',
  'awaiting_turn.paused': 'is paused',
};

const ANSWERED = 'it takes an answer when it is escalated';
const DECIDED = 'it takes a decision on the request that it waits for';
const ALWAYS = 'it takes this until it is over';

/** When a session takes an event. */
const TAKEN: Readonly<Record<SessionEvent['type'], string>> = {
  'message.received': 'it takes a message when it rests and waits for one',
  'session.continue': 'it goes on when it is paused or its turn is due',
  'session.schedule': 'it is scheduled when it rests and waits for a message',
  'session.cancel': ALWAYS,
  'wakeup.due': 'it wakes when it is scheduled',
  'limits.changed': ALWAYS,
  'budget.changed': ALWAYS,
  'limit.reached': ALWAYS,
  'approval.resolved': DECIDED,
  'approval.expired': DECIDED,
  'escalation.continued': ANSWERED,
  'escalation.retried': ANSWERED,
  'escalation.result_given': 'it takes a result when it is escalated at a call',
  'escalation.abandoned': ANSWERED,
};
