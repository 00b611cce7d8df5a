/** Everything of one active session that its effects work with. */
import type { SessionJournal } from './journal.ts';
import type { SessionStart } from './session-start.ts';
import type { Transcript } from './transcript.ts';

export interface SessionFiles {
  readonly session_id: string;
  readonly start: SessionStart;
  readonly journal: SessionJournal;
  readonly transcript: Transcript;
}
