/** The host's loop: turns and governed calls until the model has a last word. Keeps nothing. */
import { memoryStore, systemAlarm, systemClock } from '../../adapters/index.ts';
import { readOptions } from '../runtime/read-options.ts';
import { stageBeginning } from '../runtime/session-entries.ts';
import { StoreHost } from '../runtime/store-host.ts';
import { withApprovedCalls } from './approved-call.ts';
import type { LoopOptions, LoopResult } from './contract.ts';
import { driveOf, hostStart, outcome } from './drive.ts';
import { loopOptions } from './options.ts';

/**
 * Runs governed turns until the model replies, completes, hands over, or needs an approval. After
 * `resolveApproval` the host calls again with the approval message appended; our own runtime then
 * runs the approved call first.
 * @throws RuntimeError INVALID_INPUT, and whatever `executeTool` throws.
 */
export async function runGovernedAgentLoop(options: LoopOptions): Promise<LoopResult> {
  const read = readOptions('runGovernedAgentLoop', loopOptions, options);
  const { runtime, executeTurnInput, createContext, maxTurns } = read;
  const { messages } = executeTurnInput;
  const seeded = Array.isArray(messages)
    ? await withApprovedCalls(messages, runtime, createContext)
    : messages;
  const host = new StoreHost({ store: memoryStore(), clock: systemClock, alarm: systemAlarm });
  const parts = { host, executor: runtime, createContext };
  const drive = driveOf(parts);
  try {
    const begun = hostStart({ ...executeTurnInput, messages: seeded }, parts, drive);
    const { session_id } = begun.start;
    const input = { session_id, turns_left: maxTurns };
    await host.actors.create(begun.start, input, {
      effects: drive.effects,
      stage: (files) => stageBeginning(files, begun.messages),
    });
    const result = await outcome(parts, drive, session_id);
    if (result.kind !== 'suspended') return result;
    const message = `The loop used up its ${maxTurns} turns`;
    const error = { code: 'AGENT_RUNTIME_LOOP_LIMIT_EXCEEDED', message };
    return { ...result, kind: 'error', stage: 'loop_limit', error };
  } finally {
    await host.close(0);
  }
}
