/** What moves right now, for pages and command lines: fed by the stream, never by the disk. */
import { createStore } from '@xstate/store';
import type { SessionState } from '../../kernel/index.ts';
import type { EventStream } from './event-stream.ts';
import { topState } from './summary.ts';

/** Sessions that moved since the view was opened and are not over; moves by where they led. */
export interface LiveViewContext {
  /** Session id to its state in detail, as in `awaiting_turn.executing`. */
  readonly sessions: Readonly<Record<string, string>>;
  readonly moves: Readonly<Partial<Record<SessionState, number>>>;
}

const NOTHING: LiveViewContext = { sessions: {}, moves: {} };

/** Opens a view over a stream; whoever holds it subscribes to it as to any @xstate/store. */
export function openLiveView(events: EventStream) {
  const view = createStore({
    context: NOTHING,
    on: {
      moved: (context, { session_id, to }: { session_id: string; to: string }) => {
        const { [session_id]: _left, ...others } = context.sessions;
        const state = topState(to);
        return {
          sessions: state === 'complete' ? others : { ...others, [session_id]: to },
          moves: { ...context.moves, [state]: (context.moves[state] ?? 0) + 1 },
        };
      },
    },
  });
  events.subscribe((event) => {
    if (event.type !== 'state') return;
    view.trigger.moved({ session_id: event.session_id, to: event.to });
  });
  return view;
}

export type LiveView = ReturnType<typeof openLiveView>;
