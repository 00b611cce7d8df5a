/** A place of the walk: where a session stands, what the witness remembers, and which is which. */
import { REQUEST_IDS } from './events.ts';
import type { SessionSnapshot } from './rules.ts';
import { sameTry, type Try, type Witness } from './witness.ts';

export interface Place {
  readonly status: 'active';
  readonly output: undefined;
  readonly error: undefined;
  readonly session: SessionSnapshot;
  readonly witness: Witness;
  /** The rules that the step to this place broke. */
  readonly broken: readonly string[];
}

/**
 * Names a place by all that its future can depend on; what has the same name is one place. Left
 * out are sums of tokens, money and time, as no limit bounds them in the walk, and what an ended
 * session remembers. Of attempts it tells the first from the others, and how far the machine and
 * the witness are apart; request ids are told apart only while the machine holds one.
 */
export function nameOf({ session, witness, broken }: Place): string {
  const { limits, turn_count, tool_call_count, calls_in_turn, call_in_turn } = session.context;
  const { attempt, turns_left, request_id, wake_at, escalated_from } = session.context;
  const { escalation, completion } = session.context;
  if (session.status === 'done') return JSON.stringify([session.value, completion, broken]);
  const counters = [turn_count, tool_call_count, calls_in_turn, call_in_turn, turns_left];
  const waits = [request_id, wake_at, escalated_from, escalation?.reason, completion];
  const { open, requests, pending, grant, refused, in_flight, ...counted } = witness;
  const lag = open && attempt - open.attempt;
  const about = (call: Try | null) => call && [witness.calls - call.index, sameTry(call, open)];
  return JSON.stringify([
    [session.value, limits, counters, waits, attempt > 1],
    [in_flight, counted, open?.kind, lag, request_id && requests % REQUEST_IDS.length],
    [about(pending), pending?.request_id, about(grant), grant?.request_id, about(refused)],
    broken,
  ]);
}
