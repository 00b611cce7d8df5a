/** I7: what waits for an instant has one record of it; it is woken then, once, and not before. */
import type { History, SessionHistory, Wakeup } from '../history.ts';
import type { Checker } from './checker.ts';

export const checkWakeups: Checker = (history) => [
  ...history.sessions.flatMap((session) => [
    ...wrongRecords(history, session),
    ...wrongMoments(session),
  ]),
  ...history.wakeups.flatMap((due) => ownerless(history, due)),
];

/** Which records a session has to have, from what it and its approvals wait for. */
function wrongRecords({ wakeups }: History, session: SessionHistory): readonly string[] {
  const { session_id, context, state, approvals } = session;
  const expected = [
    ...(state === 'scheduled' ? [Date.parse(context.wake_at ?? '')] : []),
    ...approvals
      .filter(({ status }) => status === 'pending')
      .map(({ expires_at }) => Date.parse(expires_at)),
  ];
  const found = wakeups.filter((due) => due.session_id === session_id).map(({ due_at }) => due_at);
  const told = (instants: readonly number[]): string =>
    instants.toSorted((left, right) => left - right).join(', ') || 'nothing';
  return told(expected) === told(found)
    ? []
    : [`${session_id} waits for ${told(expected)}, its wakeups are at ${told(found)}`];
}

/** Along the evidence: each wakeup ends one wait, at its instant or later. */
function wrongMoments({ session_id, entries }: SessionHistory): readonly string[] {
  let wake_at: string | undefined;
  return entries.flatMap((entry) => {
    if (entry.kind === 'session_scheduled') wake_at = String(entry.details?.['wake_at']);
    if (entry.kind !== 'session_woken') return [];
    const waited_for = wake_at;
    wake_at = undefined;
    const place = `entry ${entry.seq} wakes ${session_id}`;
    if (waited_for === undefined) return [`${place}, which waits for no instant`];
    const isEarly = Date.parse(entry.timestamp) < Date.parse(waited_for);
    return isEarly ? [`${place} at ${entry.timestamp}, before ${waited_for}`] : [];
  });
}

/** Nothing that is due is left lying, and nothing wakes whom nobody knows. */
function ownerless({ sessions, now }: History, due: Wakeup): readonly string[] {
  const { due_at, kind, session_id } = due;
  const isKnown = sessions.some((session) => session.session_id === session_id);
  return [
    ...(due_at > now ? [] : [`${kind} of ${session_id} was due at ${due_at} and is still there`]),
    ...(isKnown ? [] : [`${kind} at ${due_at} is for ${session_id}, which is not there`]),
  ];
}
