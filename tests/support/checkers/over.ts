/** I6: a session that is over has nothing left to wait for, to run or to be woken by. */
import { isOver, perSession } from './checker.ts';

export const checkOver = perSession((session, { wakeups }) => {
  if (!isOver(session)) return [];
  const { session_id, context, approvals, isRunning, entries } = session;
  const live = approvals.filter(({ status }) => ['pending', 'approved'].includes(status));
  const ends = entries.filter(({ kind }) => kind === 'session_completed').length;
  const left = [
    ...live.map(({ request_id, status }) => `${request_id} is ${status}`),
    ...wakeups.filter((due) => due.session_id === session_id).map(({ kind }) => `${kind} is set`),
    ...(isRunning ? ['a restart would run it'] : []),
    ...(context.completion === null ? ['nobody says how it ended'] : []),
    ...(ends === 1 ? [] : [`it ended ${ends} times`]),
  ];
  return left.map((what) => `${session_id} is over, but ${what}`);
});
