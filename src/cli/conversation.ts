/**
 * A session driven by a command: watched while it moves, and where it comes to rest a person is
 * asked, if one is there. What nobody answers stays parked.
 */
import type { SessionSummary } from '../../kernel/index.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { goesOn } from './ask/session.ts';
import type { CommandContext } from './context.ts';
import { INTERRUPTED_EXIT } from './exit-codes.ts';
import { jsonLines } from './render/json-lines.ts';
import { LiveTranscript } from './render/live-transcript.ts';
import type { SessionView } from './session-view.ts';
import { standingOf } from './standing.ts';

export interface Conversation {
  /** The session, where it is there already. */
  readonly session_id?: string;
  /** Sets the session in motion; answers its id. */
  readonly begin: (runtime: Runtime) => Promise<string>;
  /** Ask nothing, although a person is there. */
  readonly asksNobody?: boolean;
}

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
    const standing = standingOf(summary, (...words) => context.commandLine(...words));
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
  { session_id: known, begin, asksNobody = false }: Conversation,
  { view, signal }: Watch,
): Promise<SessionSummary> {
  const { io, isJson, style } = context;
  const asks = io.isTerminal && !isJson && !asksNobody;
  const summary = await context.withRuntime({ drive: true }, async (runtime) => {
    const { sessions } = runtime;
    if (known !== undefined) view.recall(await (await sessions.get(known)).messages());
    runtime.subscribe((event) => view.onEvent(event));
    const session_id = await begin(runtime);
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

/** Waits for the session to rest; answers false where the signal came first. */
async function comesToRest(settled: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  const stopped = new Promise<boolean>((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  return Promise.race([settled.then(() => true), stopped]);
}
