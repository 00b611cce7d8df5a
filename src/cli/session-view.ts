/** Who watches a session while a command drives it. */
import type { Message, SessionSummary } from '../../kernel/index.ts';
import type { RuntimeEvent } from '../runtime/event-stream.ts';
import type { Standing } from './standing.ts';

export interface SessionView {
  /** Takes in what was said before, without showing it again. */
  readonly recall: (messages: readonly Message[]) => void;
  readonly onEvent: (event: RuntimeEvent) => void;
  /** The command is done with the session. */
  readonly end: (ending: Ending) => void;
}

/** How a command leaves a session behind. */
export interface Ending {
  readonly summary: SessionSummary;
  readonly standing: Standing;
  /** The signal that ended the command. */
  readonly stopped_by: string | undefined;
}
