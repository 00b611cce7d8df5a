/** What a host is told where a session does not take what came for it, in words of a host. */
import { RuntimeError } from '../../kernel/index.ts';
import type { SessionEvent } from '../../machines/index.ts';
import type { LiveSession } from './live-session.ts';
import { topState } from './summary.ts';

/**
 * Makes sure that a session takes an event where it stands.
 * @throws RuntimeError EVENT_NOT_ACCEPTED saying where it stands, and when it takes this.
 */
export function assertTakes(live: LiveSession, event: SessionEvent): void {
  if (live.actor.getSnapshot().can(event)) return;
  const { session_id, detail } = live;
  const message = `Session ${session_id} ${standsAt(live)}; ${TAKEN[event.type]}`;
  throw new RuntimeError('EVENT_NOT_ACCEPTED', message, {
    details: { session_id, state: detail, event: event.type },
  });
}

function standsAt({ detail, isStarted }: LiveSession): string {
  const busy = isStarted ? 'is busy with' : 'has to be resumed: it was interrupted in';
  switch (topState(detail)) {
    case 'awaiting_turn':
      return AT_REST[detail] ?? `${busy} a turn`;
    case 'tool_request':
      return `${busy} a tool call`;
    case 'approval_required':
      return 'waits for a decision on an approval';
    case 'scheduled':
      return 'waits for its time';
    case 'escalate':
      return 'waits for an answer to its escalation';
    case 'complete':
      return 'is over';
  }
}

const AT_REST: Readonly<Record<string, string>> = {
  'awaiting_turn.idle': 'waits for a message',
  'awaiting_turn.paused': 'is paused',
};

const ANSWERED = 'it takes an answer when it is escalated';
const DECIDED = 'it takes a decision on the approval that it waits for';
const UNTIL_THE_END = 'it takes this until it is over';

/** When a session takes what. */
const TAKEN: Readonly<Record<SessionEvent['type'], string>> = {
  'message.received': 'it takes a message when it waits for one',
  'session.continue': 'it goes on when it is paused, or its time has come',
  'session.schedule': 'it can be scheduled when it waits for a message',
  'session.cancel': 'it can be canceled until it is over',
  'wakeup.due': 'it is woken when it is scheduled',
  'limits.changed': UNTIL_THE_END,
  'budget.changed': UNTIL_THE_END,
  'limit.reached': UNTIL_THE_END,
  'approval.resolved': DECIDED,
  'approval.expired': DECIDED,
  'escalation.continued': ANSWERED,
  'escalation.retried': ANSWERED,
  'escalation.result_given': 'it takes a result when it is escalated at a call',
  'escalation.abandoned': ANSWERED,
};
