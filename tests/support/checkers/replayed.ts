/** Every session replays from its evidence to where its records have it. */
import { replaySession } from 'troupe';
import { perSession, type Checker } from './checker.ts';

export const checkReplayed: Checker = perSession(
  ({ session_id, entries, state, context }, { contents }) => {
    const saved = { value: state, context };
    const result = replaySession({ session_id, entries, contents, saved });
    if (result.ok) return [];
    const { seq, kind, event, expected, came } = result.difference;
    const place = `${session_id}: entry ${seq} (${kind}), behind ${event}`;
    return [`${place}: expected ${expected}, came ${came}`];
  },
);
