/** The evidence of what moves a session from outside, staged with the message that it brings. */
import { contentHash, type Message, type SessionEntryKind } from '../../kernel/index.ts';
import { sessionMachine } from '../../machines/index.ts';
import type { SessionFiles } from './session-files.ts';

export interface EntryFacts {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly content_hash?: string | undefined;
  readonly machine_version?: string | undefined;
  readonly details?: Record<string, unknown> | undefined;
}

/** Stages an entry about the session itself. */
export function record(files: SessionFiles, kind: SessionEntryKind, facts: EntryFacts = {}): void {
  const { run_id, task_id } = files.start;
  files.journal.stage({ kind, run_id, task_id, ...facts });
}

/** For an event that has nothing to say but that it came. */
export const recording =
  (kind: SessionEntryKind) =>
  (files: SessionFiles): undefined => {
    record(files, kind);
  };

/** Stages the first entry of a session, and the messages that it begins with. */
export function stageBeginning(files: SessionFiles, messages: readonly Message[]): void {
  record(files, 'session_started', {
    content_hash: contentHash(messages),
    machine_version: sessionMachine.version,
  });
  for (const message of messages) files.transcript.append(message);
}
