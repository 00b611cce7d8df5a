/** The evidence of what moves a session from outside, staged with the message that it brings. */
import { contentHash, type Message, type SessionEntryKind } from '../../kernel/index.ts';
import type { Knowledge } from './entry-states.ts';
import { sessionMachine, type SessionEvent, type SessionInput } from '../../machines/index.ts';
import type { SessionFiles } from './session-files.ts';

export interface EntryFacts {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly content_hash?: string | undefined;
  readonly machine_version?: string | undefined;
  readonly details?: Record<string, unknown> | undefined;
}

/** Where a session branched off from another one: behind this entry of it. */
export interface ForkedFrom {
  readonly session_id: string;
  readonly seq: number;
  readonly hash: string;
}

/** With what a session began, as its first entry keeps it. */
export type BeginningDetails =
  | { readonly input: Omit<SessionInput, 'session_id'> }
  | { readonly forked_from: ForkedFrom; readonly standing: Knowledge };

/** Stages an entry about the session itself. */
export function record(files: SessionFiles, kind: SessionEntryKind, facts: EntryFacts = {}): void {
  const { run_id, task_id } = files.start;
  files.journal.stage({ kind, run_id, task_id, ...facts });
}

/** For what only says that it came, and by which event where its kind leaves that open. */
export const recording =
  (kind: SessionEntryKind, details?: { readonly event: SessionEvent }) =>
  (files: SessionFiles): undefined => {
    record(files, kind, { details: details && { ...details } });
  };

/** Stages the first entry of a session, and the messages that it begins with. */
export function stageBeginning(
  files: SessionFiles,
  messages: readonly Message[],
  /** What a replay has to begin with, where the session can be replayed. */
  details?: BeginningDetails,
): void {
  const { lane_id } = files.start;
  record(files, 'session_started', {
    content_hash: contentHash(messages),
    machine_version: sessionMachine.version,
    details: {
      ...details,
      ...(lane_id !== undefined && { lane_id }),
      message_count: messages.length,
    },
  });
  for (const message of messages) files.transcript.append(message);
}
