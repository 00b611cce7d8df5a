/** The call that a position of a session stands for, read from the turn that asked for it. */
import { invariant, type Message, type RequestedCall } from '../../kernel/index.ts';
import type { CallPosition } from '../../machines/index.ts';
import type { SessionFiles } from './session-files.ts';

export interface PositionedCall {
  readonly call: RequestedCall;
  readonly intent: string | undefined;
}

/** Finds the call of a position in the last turn of the transcript. */
export async function requestedCall(
  { transcript, session_id }: SessionFiles,
  position: CallPosition,
): Promise<PositionedCall> {
  const turn: Message | undefined = await transcript.lastTurn();
  const call = turn?.tool_calls?.[position.call_in_turn];
  const where = `${session_id} turn ${position.turn_index}`;
  invariant(call, `${where} must have asked for call ${position.call_in_turn}`);
  return { call, intent: turn?.intent };
}

/** The metadata that a turn or a call of a session carries into policy and evidence. */
export function callMetadata(
  position: CallPosition,
  intent: string | undefined,
): Record<string, unknown> {
  return {
    ...(intent !== undefined && { agent_intent: intent }),
    agent_turn_index: position.turn_index,
    agent_tool_call_count: position.tool_call_index,
  };
}
