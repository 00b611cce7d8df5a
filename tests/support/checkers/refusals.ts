/** I3, I4: what was denied, declined, replaced or left too late never runs. */
import type { History, SessionHistory } from '../history.ts';
import { entriesOf, type Checker } from './checker.ts';

export const checkRefusals: Checker = (history) =>
  history.sessions.flatMap((session) => [
    ...refusedRequests(session),
    ...deniedCalls(history, session),
  ]);

/** Requests that a person or the clock closed. */
function refusedRequests(session: SessionHistory): readonly string[] {
  const declined = entriesOf(session, 'approval_resolved').filter(({ approved }) => !approved);
  const closed = entriesOf(session, 'approval_expired', 'approval_superseded');
  return [...declined, ...closed].flatMap(({ request_id, seq, kind }) =>
    entriesOf(session, 'tool_call_started')
      .filter((start) => start.seq > seq && start.request_id === request_id)
      // What was granted with a request lives on when the request itself is replaced.
      .filter(({ basis }) => basis === 'approval' || kind === 'approval_resolved')
      .map((start) => `${start.receipt_id} runs on ${request_id} behind its ${kind}`),
  );
}

/** A call that was denied has its result: the same try neither starts nor reaches the world. */
function deniedCalls({ effects }: History, session: SessionHistory): readonly string[] {
  return entriesOf(session, 'tool_call_denied').flatMap(({ receipt_id, effect_id, attempt }) => {
    const starts = entriesOf(session, 'tool_call_started').filter(
      (start) => start.effect_id === effect_id && start.attempt === attempt,
    );
    const runs = effects.filter((effect) => effect.receipt_id === receipt_id);
    return [
      ...starts.map(({ seq }) => `entry ${seq} starts ${receipt_id}, which was denied`),
      ...runs.map(({ tool_name }) => `${tool_name} ran as ${receipt_id}, which was denied`),
    ];
  });
}
