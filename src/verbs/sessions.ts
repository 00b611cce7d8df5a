/** Sessions that a host starts and resumes, kept below its storage root. */
import { stageBeginning } from '../runtime/session-entries.ts';
import {
  TURNS_PER_INVOCATION,
  type ResumeSessionOptions,
  type SessionResult,
  type StartSessionOptions,
} from './contract.ts';
import { driveOf, hostStart, outcome } from './drive.ts';
import { importStateFile } from './import-state.ts';
import { readResult } from './result.ts';
import { goOn } from './resume.ts';
import { holdHostStore } from './store-folder.ts';

/**
 * Starts a session and runs it until it rests: completed, waiting for an approval, suspended after
 * its budget of turns, or failed. Every step is on disk before the next one begins.
 * @throws RuntimeError SESSION_EXISTS, INVALID_INPUT, STORE_LOCKED
 */
export async function startGovernedAgentSession(
  options: StartSessionOptions,
): Promise<SessionResult> {
  const { runtime, storageRoot, executeTurnInput, createContext } = options;
  const held = await holdHostStore(storageRoot, runtime, options.now);
  const parts = { host: held.host, executor: runtime, createContext };
  try {
    const drive = driveOf(parts);
    const { start, messages } = hostStart(executeTurnInput, parts, drive);
    const { session_id } = start;
    const turns_left = options.maxTurnsPerInvocation ?? TURNS_PER_INVOCATION;
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

/**
 * Goes on with a session. After an approval that our own runtime resolved, the approved call runs
 * and then the next turn; with a kernel of the host's the continuation messages come first. A
 * session that waits for an undecided approval of ours keeps waiting.
 * @throws RuntimeError SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED (it is completed), STORE_LOCKED
 */
export async function resumeGovernedAgentSession(
  options: ResumeSessionOptions,
): Promise<SessionResult> {
  const { runtime, storageRoot, sessionId, createContext } = options;
  const held = await holdHostStore(storageRoot, runtime, options.now);
  const parts = { host: held.host, executor: runtime, createContext };
  try {
    await importStateFile(held.host, storageRoot, sessionId);
    const drive = driveOf(parts);
    return (await goOn(parts, drive, options))
      ? await outcome(parts, drive, sessionId)
      : await readResult(held.host, sessionId);
  } finally {
    await held.close();
  }
}
