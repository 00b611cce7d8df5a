/**
 * A session driven by a command: watched while it moves, and where it comes to rest a person is
 * asked, if one is there. What nobody answers stays parked.
 */
import type { SessionSummary } from '../../kernel/index.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { goesOn } from './ask/session.ts';
import type { CommandContext } from './context.ts';
import { INTERRUPTED_EXIT } from './exit-codes.ts';
import { knownSession } from './known-ids.ts';
import { jsonLines } from './render/json-lines.ts';
import { LiveTranscript } from './render/live-transcript.ts';
import type { SessionView } from './session-view.ts';
import { standingOf } from './standing.ts';

interface Ways {
  /** Ask nothing, although a person is there. */
  readonly asksNobody?: boolean;
}

interface NewSession extends Ways {
  /** Starts the session; answers its id. */
  readonly start: (runtime: Runtime) => Promise<string>;
}

interface OldSession extends Ways {
  /** Its id as it was typed. */
  readonly session: string;
  /** Sets the session in motion, if it moves; is told where it stands. */
  readonly goOn: (runtime: Runtime, summary: SessionSummary) => Promise<void>;
}

export type Conversation = NewSession | OldSession;

/** Has a session go on until it is over, or nobody answers, or a signal parks it. */
export async function converse(context: CommandContext, conversation: Conversation): Promise<void> {
  const { io, isJson, style } = context;
  const stop = new AbortController();
  const unlisten = io.onStop((signal) => {
    io.err('\nParking the session; once more ends at once\n');
    stop.abort(signal);
  });
  const view = isJson ? jsonLines(io) : new LiveTranscript(io, style);
  try {
    const summary = await drive(context, conversation, { view, signal: stop.signal });
    const standing = standingOf(summary, context.commandLine);
    const stopped_by = stop.signal.aborted ? String(stop.signal.reason) : undefined;
    view.end({ summary, standing, stopped_by });
    context.exit = stopped_by === undefined ? standing.exit : INTERRUPTED_EXIT;
  } finally {
    unlisten();
  }
}

interface Watch {
  readonly view: SessionView;
  readonly signal: AbortSignal;
}

/** Answers where the session stands in the end, which after a stop is known once all is closed. */
async function drive(
  context: CommandContext,
  conversation: Conversation,
  { view, signal }: Watch,
): Promise<SessionSummary> {
  const { io, isJson, style } = context;
  const asks = io.isTerminal && !isJson && conversation.asksNobody !== true;
  const summary = await context.withRuntime({ drive: true }, async (runtime) => {
    const { sessions } = runtime;
    const session_id = await begin(runtime, conversation, view);
    const desk = { io, style, signal, runtime, session_id };
    let isAtRest = await comesToRest(sessions.settled(session_id), signal);
    while (isAtRest && asks && (await goesOn(desk))) {
      isAtRest = await comesToRest(sessions.settled(session_id), signal);
    }
    return sessions.summary(session_id);
  });
  if (!signal.aborted) return summary;
  return context.withRecords((runtime) => runtime.sessions.summary(summary.session_id));
}

/** Sets the session in motion, watched from the first event on; answers its id. */
async function begin(
  runtime: Runtime,
  conversation: Conversation,
  view: SessionView,
): Promise<string> {
  const watch = (): void => void runtime.subscribe((event) => view.onEvent(event));
  if ('start' in conversation) {
    watch();
    return conversation.start(runtime);
  }
  const handle = await runtime.sessions.get(await knownSession(runtime, conversation.session));
  view.recall(await handle.messages());
  watch();
  await conversation.goOn(runtime, await handle.summary());
  return handle.id;
}

/** Waits for the session to rest; answers false where the signal came first. */
async function comesToRest(settled: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  const stopped = new Promise<boolean>((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  return Promise.race([settled.then(() => true), stopped]);
}
