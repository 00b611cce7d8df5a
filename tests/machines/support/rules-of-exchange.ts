/** Rules about what a state takes: the way out that is always there, and that the rest is inert. */
import type { Move } from './rules.ts';
import { stateOf } from './rules.ts';

type Rule = (move: Move) => boolean;

/** What each state waits for; written down here once more, so that the chart cannot drift. */
const WAITS_FOR: Readonly<Record<string, readonly string[]>> = {
  'awaiting_turn.executing': [
    'xstate.done.actor.executeTurn',
    'xstate.error.actor.executeTurn',
    'limit.reached',
  ],
  'awaiting_turn.idle': ['message.received', 'session.schedule', 'limit.reached'],
  'awaiting_turn.paused': ['session.continue', 'limit.reached'],
  'tool_request.deciding': [
    'xstate.done.actor.decideTool',
    'xstate.error.actor.decideTool',
    'limit.reached',
  ],
  'tool_request.executing': [
    'xstate.done.actor.executeTool',
    'xstate.error.actor.executeTool',
    'limit.reached',
  ],
  approval_required: ['approval.resolved', 'approval.expired', 'limit.reached'],
  scheduled: ['wakeup.due', 'limit.reached'],
  escalate: [
    'escalation.continued',
    'escalation.retried',
    'escalation.result_given',
    'escalation.abandoned',
  ],
};

const WHILE_OPEN: readonly string[] = ['session.cancel', 'budget.changed', 'limits.changed'];

/** Answers whether the session should act on an event in the state that it is in. */
function isTaken({ event, from, known }: Move): boolean {
  if (event === null || from === null || from.value === 'complete') return false;
  if (event.type === 'approval.resolved' || event.type === 'approval.expired') {
    return event.request_id === known.pending?.request_id;
  }
  if (event.type === 'escalation.result_given' && known.open?.kind !== 'call') return false;
  return [...(WAITS_FOR[stateOf(from)] ?? []), ...WHILE_OPEN].includes(event.type);
}

function isInert({ from, to, started }: Move): boolean {
  if (from === to) return true;
  const parts = (snapshot: typeof to): string =>
    JSON.stringify([snapshot.status, snapshot.value, snapshot.context]);
  const sameChildren = Object.entries(to.children).every(
    ([id, child]) => from?.children[id as keyof typeof from.children] === child,
  );
  return started.length === 0 && sameChildren && from !== null && parts(from) === parts(to);
}

export const RULES_OF_EXCHANGE: Readonly<Record<string, Rule>> = {
  'a cancel ends every open session and starts nothing': ({ event, from, to, started }) =>
    event?.type !== 'session.cancel' ||
    from?.value === 'complete' ||
    (to.value === 'complete' && to.context.completion === 'canceled' && started.length === 0),
  'a reached limit escalates every session that can go on by itself, and starts nothing': ({
    event,
    from,
    to,
    started,
  }) =>
    event?.type !== 'limit.reached' ||
    from?.value === 'complete' ||
    (to.value === 'escalate' && started.length === 0),
  'takes what its state waits for, and says so': (move) =>
    move.event === null ||
    move.from === null ||
    move.from.can(move.event as never) === isTaken(move),
  'what it does not wait for is inert: forged, repeated, late or unknown': (move) =>
    move.from === null || isTaken(move) || isInert(move),
};
