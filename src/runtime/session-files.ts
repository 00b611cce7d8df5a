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

/** Makes something once for each session in memory, when it is first asked for. */
export function oncePerSession<Thing extends object>(
  make: (files: SessionFiles) => Thing,
): (files: SessionFiles) => Thing {
  const made = new WeakMap<SessionFiles, Thing>();
  return (files) => {
    const thing = made.get(files) ?? make(files);
    made.set(files, thing);
    return thing;
  };
}
