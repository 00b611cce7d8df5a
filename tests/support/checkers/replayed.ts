/** Every session replays from its evidence to where its records have it. */
import { replaySession } from 'troupe';
import { message } from 'troupe/kernel';
import { perSession, type Checker } from './checker.ts';

export const checkReplayed: Checker = perSession(
  ({ session_id, entries, state, context, ...session }, { contents }) => {
    const saved = { value: state, context };
    const messages = session.messages.map((text) => message.parse(JSON.parse(text)));
    const result = replaySession({ session_id, entries, contents, messages, saved });
    if (result.ok) return [];
    const { seq, kind, event, expected, came } = result.difference;
    const place = `${session_id}: entry ${seq} (${kind}), behind ${event}`;
    return [`${place}: expected ${expected}, came ${came}`];
  },
);
