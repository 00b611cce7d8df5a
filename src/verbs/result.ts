/** What a verb answers: where the session stands, in the words of the earlier system. */
import {
  requestedTools,
  RuntimeError,
  type Message,
  type RequestedTool,
  type SessionSummary,
  type TurnOutput,
} from '../../kernel/index.ts';
import type { StoreHost } from '../runtime/store-host.ts';
import { readMessages, readSummary } from '../runtime/session-records.ts';
import type { RunFacts, SessionResult } from './contract.ts';
import { readHistory } from './history.ts';

/** Reads from the records where a session stands, with its history. */
export async function readResult(host: StoreHost, session_id: string): Promise<SessionResult> {
  const summary = await readSummary(host.store, session_id);
  const messages = await readMessages(host.store, session_id);
  const { turn_count, tool_call_count } = summary;
  const history = await readHistory(host.evidence, session_id);
  return resultOf(summary, { messages, turn_count, tool_call_count, history });
}

function resultOf(summary: SessionSummary, facts: RunFacts): SessionResult {
  const last_turn = facts.history.at(-1)?.turn_output;
  const failed = (code: string, message: string): SessionResult => ({
    ...{ ...facts, kind: 'error', stage: 'execute_turn' },
    error: { code, message },
  });
  if (isOver(summary)) {
    return last_turn
      ? { ...facts, kind: 'completed', final_turn: last_turn }
      : failed('SESSION_NOT_RESTORABLE', 'The session ended without a turn');
  }
  const { pending_request_id, escalation } = summary;
  if (summary.state === 'approval_required' && last_turn && pending_request_id) {
    const requested_tool = pendingTool(facts.messages, last_turn, summary.tool_call_count);
    return { ...facts, kind: 'approval_required', pending_request_id, requested_tool, last_turn };
  }
  if (escalation) return failed(escalation.code, escalation.message);
  if (summary.completion)
    return failed('OPERATION_CANCELED', `The session is ${summary.completion}`);
  return { ...facts, kind: 'suspended' };
}

/** Whether the last turn was a last word: a reply, a completion, or the model handing over. */
export function isOver(summary: SessionSummary): boolean {
  if (summary.completion !== undefined) return summary.completion === 'completed';
  return (
    summary.detail === 'awaiting_turn.idle' || summary.escalation?.reason === 'model_escalated'
  );
}

/** The call that waits: the last one that was begun. */
function pendingTool(
  messages: readonly Message[],
  turn: TurnOutput,
  tool_call_count: number,
): RequestedTool {
  const asked = messages.findLast(({ role }) => role === 'assistant')?.tool_calls ?? [];
  const call = asked.find(({ tool_call_id }) => tool_call_id.endsWith(`-${tool_call_count}`));
  const [first] = requestedTools(turn);
  const tool = call ?? first;
  if (!tool)
    throw new RuntimeError('STORE_CORRUPT', 'A session waits for a call that is not there');
  return { name: tool.name, input: tool.input };
}
