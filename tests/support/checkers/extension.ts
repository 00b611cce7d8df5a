/** What was on disk stays on disk: evidence and transcript only grow, whatever crashed. */
import type { SessionHistory } from '../history.ts';
import { sessionIn, type Comparison } from './checker.ts';

export const checkExtension: Comparison = (before, after) =>
  before.sessions.flatMap((earlier) => {
    const later = sessionIn(after, earlier.session_id);
    return later ? grown(earlier, later) : [`session ${earlier.session_id} is gone`];
  });

function grown(earlier: SessionHistory, later: SessionHistory): readonly string[] {
  const lists = [
    ['evidence', earlier.texts, later.texts],
    ['message', earlier.messages, later.messages],
  ] as const;
  return lists.flatMap(([what, old, now]) => {
    const index = old.findIndex((text, at) => now[at] !== text);
    return index < 0 ? [] : [`${what} ${index} of ${earlier.session_id} is another one now`];
  });
}
