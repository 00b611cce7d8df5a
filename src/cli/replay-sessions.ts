/** Replays one session, or every one of the store: before an upgrade, on the new version. */
import { describeError, isRuntimeError, type ErrorCode } from '../../kernel/index.ts';
import type { Evidence } from '../runtime/evidence.ts';
import type { ReplayResult } from '../runtime/replay/contract.ts';
import type { Report } from './context.ts';
import { replayText, type Manner, type NotReplayed } from './render/replay.ts';

/** Chains that no machine wrote, or that do not say enough: nothing is wrong with them. */
const PASSED_OVER: readonly ErrorCode[] = ['REPLAY_NOT_POSSIBLE', 'SESSION_NOT_FOUND'];

/** @throws RuntimeError as `Evidence.replay` does */
export async function replayOne(
  evidence: Evidence,
  session_id: string,
  manner: Manner,
): Promise<Report> {
  const result = await evidence.replay(session_id);
  return { value: result, text: replayText(result, manner), exit: exitOf(result) };
}

/** Replays all of them; one that cannot be read is told, and holds up no other. */
export async function replayAll(evidence: Evidence, manner: Manner): Promise<Report> {
  const sessions: (ReplayResult | NotReplayed)[] = [];
  for await (const id of evidence.sessions()) sessions.push(await attempt(evidence, id));
  const exit = Math.max(0, ...sessions.map(exitOf));
  return {
    value: { ok: exit === 0, sessions },
    text: sessions.map((one) => replayText(one, manner)).join('\n') || 'No evidence',
    exit,
  };
}

async function attempt(
  evidence: Evidence,
  session_id: string,
): Promise<ReplayResult | NotReplayed> {
  try {
    return await evidence.replay(session_id);
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    return { session_id, code: error.code, message: error.message };
  }
}

function exitOf(result: ReplayResult | NotReplayed): number {
  if ('code' in result) {
    return PASSED_OVER.includes(result.code) ? 0 : describeError(result.code).exit;
  }
  return result.ok ? 0 : describeError('REPLAY_DIFFERS').exit;
}
