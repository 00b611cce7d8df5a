/** I10: the evidence of every session verifies, entry by entry, up to the head beside it. */
import { verifyChain } from 'troupe/kernel';
import type { SessionHistory } from '../history.ts';
import type { Checker } from './checker.ts';

export const checkChain: Checker = async ({ sessions }) =>
  (await Promise.all(sessions.map(problemsOf))).flat();

async function problemsOf({ session_id, texts, head, messages }: SessionHistory) {
  const result = await verifyChain(session_id, texts, head);
  return [
    ...(result.ok ? [] : [`${session_id}: ${result.problem.kind}: ${result.problem.message}`]),
    ...(messages.length === head.message_count
      ? []
      : [`${session_id} has ${messages.length} messages, its head says ${head.message_count}`]),
  ];
}
