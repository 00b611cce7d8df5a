/** I15: a session that rests is after a restart what it was before, to the last byte. */
import { isDeepStrictEqual } from 'node:util';
import { sessionIn, type Comparison } from './checker.ts';

export const checkRestored: Comparison = (before, after) =>
  before.sessions.flatMap((earlier) => {
    const { session_id } = earlier;
    const isDue = before.wakeups.some(
      (due) => due.session_id === session_id && due.due_at <= after.now,
    );
    if (earlier.isRunning || isDue) return [];
    const later = sessionIn(after, session_id);
    const own = ({ session_id: id }: { readonly session_id: string }): boolean => id === session_id;
    const pairs = [
      ['records', earlier, later],
      ['wakeups', before.wakeups.filter(own), after.wakeups.filter(own)],
    ] as const;
    return pairs.flatMap(([what, old, now]) =>
      isDeepStrictEqual(old, now) ? [] : [`the ${what} of ${session_id} changed while it rested`],
    );
  });
