/** I6: a session that is over has nothing left to wait for, to run or to be woken by. */
import type { SessionHistory } from '../history.ts';
import { entriesOf, isOver, perSession } from './checker.ts';

export const checkOver = perSession((session, { wakeups }) => {
  if (!isOver(session)) return [];
  const { session_id, context, approvals, isRunning, entries } = session;
  const live = approvals.filter(({ status }) => ['pending', 'approved'].includes(status));
  const ends = entries.filter(({ kind }) => kind === 'session_completed').length;
  const left = [
    ...live.map(({ request_id, status }) => `${request_id} is ${status}`),
    ...wakeups.filter((due) => due.session_id === session_id).map(({ kind }) => `${kind} is set`),
    // A call that outlives the session keeps it on the list until it has ended.
    ...(isRunning && !hasOpenCall(session) ? ['a restart would run it'] : []),
    ...(context.completion === null ? ['nobody says how it ended'] : []),
    ...(ends === 1 ? [] : [`it ended ${ends} times`]),
  ];
  return left.map((what) => `${session_id} is over, but ${what}`);
});

function hasOpenCall(session: SessionHistory): boolean {
  const ends = entriesOf(session, 'tool_call_finished', 'tool_call_crashed');
  const ended = new Set(ends.map(({ receipt_id }) => receipt_id));
  return entriesOf(session, 'tool_call_started').some((start) => !ended.has(start.receipt_id));
}
