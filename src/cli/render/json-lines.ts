/** A session as JSON lines: each event as it comes, and at the end where the session stands. */
import type { RuntimeEvent } from '../../runtime/event-stream.ts';
import type { Io } from '../io.ts';
import type { Ending, SessionView } from '../session-view.ts';

/** Makes a view that writes JSON lines. */
export function jsonLines(io: Io): SessionView {
  const write = (value: RuntimeEvent | Result): void => io.out(`${JSON.stringify(value)}\n`);
  return {
    recall: () => {},
    onEvent: write,
    end: ({ summary, standing: { exit: _, ...standing }, stopped_by }) =>
      write({
        type: 'result',
        ...summary,
        ...standing,
        ...(stopped_by !== undefined && { stopped_by }),
      }),
  };
}

/** The last line. */
type Result = { readonly type: 'result'; readonly stopped_by?: string } & Ending['summary'] &
  Omit<Ending['standing'], 'exit'>;
