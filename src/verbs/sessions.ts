/** Sessions that a host starts and resumes, kept below its storage root. */
import { RuntimeError } from '../../kernel/index.ts';
import { readOptions } from '../runtime/read-options.ts';
import { stageBeginning } from '../runtime/session-entries.ts';
import type { ResumeSessionOptions, SessionResult, StartSessionOptions } from './contract.ts';
import { driveOf, hostStart, outcome } from './drive.ts';
import { importStateFile } from './import-state.ts';
import { resumeSessionOptions, startSessionOptions } from './options.ts';
import { resume } from './resume.ts';
import { hasStateFile } from './state-files.ts';
import { holdHostStore } from './store-folder.ts';

/**
 * Starts a session and runs it until it rests: completed, waiting for an approval, suspended after
 * its budget of turns, or failed. Every step is on disk before the next one begins.
 * @throws RuntimeError SESSION_EXISTS, INVALID_INPUT, STORE_LOCKED
 */
export async function startGovernedAgentSession(
  options: StartSessionOptions,
): Promise<SessionResult> {
  const read = readOptions('startGovernedAgentSession', startSessionOptions, options);
  const { runtime, storageRoot, executeTurnInput, createContext } = read;
  const held = await holdHostStore(storageRoot, runtime, read.now);
  const parts = { host: held.host, executor: runtime, createContext };
  try {
    const drive = driveOf(parts);
    const { start, messages } = hostStart(executeTurnInput, parts, drive);
    const { session_id } = start;
    await assertNoFile(storageRoot, session_id);
    const turns_left = read.maxTurnsPerInvocation;
    const limits = drive.limitsOf(start);
    await parts.host.actors.create(
      start,
      { session_id, turns_left, limits },
      {
        effects: drive.effects,
        stage: (files) => stageBeginning(files, messages),
      },
    );
    return await outcome(parts, drive, session_id);
  } finally {
    await held.close();
  }
}

/** An id that a file of the earlier layout has is taken. */
async function assertNoFile(storageRoot: string, session_id: string): Promise<void> {
  if (!(await hasStateFile(storageRoot, session_id))) return;
  throw new RuntimeError('SESSION_EXISTS', `There is already a session ${session_id}`);
}

/**
 * Goes on with a session. After an approval that our own runtime resolved, the approved call runs
 * and then the next turn; with a kernel of the host's the continuation messages come first. A
 * session that waits for an undecided approval of ours keeps waiting.
 * @throws RuntimeError INVALID_INPUT, SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED (it is completed, or
 * somebody else is driving it), STORE_LOCKED
 */
export async function resumeGovernedAgentSession(
  options: ResumeSessionOptions,
): Promise<SessionResult> {
  const read = readOptions('resumeGovernedAgentSession', resumeSessionOptions, options);
  const { runtime, storageRoot, sessionId: session_id, createContext } = read;
  const held = await holdHostStore(storageRoot, runtime, read.now);
  const parts = { host: held.host, executor: runtime, createContext };
  try {
    const drive = driveOf(parts);
    await importStateFile(held.host, storageRoot, session_id, drive);
    const { maxTurnsPerInvocation: turns_left, continuationMessages: messages } = read;
    const { result } = await resume(parts, drive, { session_id, turns_left, messages });
    return result;
  } finally {
    await held.close();
  }
}
