/** I1: no effect without a start on record, no start without an allow, an approval or a grant. */
import { contentHash, type StartedEntry } from 'troupe/kernel';
import type { Effect, History, SessionHistory } from '../history.ts';
import { entriesOf, sessionIn, type Checker } from './checker.ts';

export const checkAllowed: Checker = (history) => [
  ...history.effects.flatMap((effect) => withoutStart(history, effect)),
  ...repeats(history.effects),
  ...history.sessions.flatMap((session) =>
    entriesOf(session, 'tool_call_started').flatMap((start) => withoutBasis(session, start)),
  ),
];

function withoutStart(history: History, effect: Effect): readonly string[] {
  const session = sessionIn(history, effect.session_id);
  const starts = session ? entriesOf(session, 'tool_call_started') : [];
  const start = starts.find(({ receipt_id }) => receipt_id === effect.receipt_id);
  const name = `${effect.tool_name} ran as ${effect.receipt_id}`;
  if (!start) return [`${name}, which never started on record`];
  const isAsWritten =
    start.tool_name === effect.tool_name && start.input_hash === contentHash(effect.input);
  return isAsWritten ? [] : [`${name} with another input than is on record`];
}

function repeats(effects: readonly Effect[]): readonly string[] {
  const seen = new Set<string>();
  return effects.flatMap(({ receipt_id }) => {
    if (seen.has(receipt_id)) return [`${receipt_id} ran twice on one start`];
    seen.add(receipt_id);
    return [];
  });
}

/** The tests have no layer that loosens another: one word against a call stands against it. */
function withoutBasis(session: SessionHistory, start: StartedEntry): readonly string[] {
  const name = `entry ${start.seq} starts ${start.receipt_id}`;
  const words = start.policy_decisions
    .filter(({ mode }) => mode !== 'shadow')
    .map(({ decision }) => decision);
  if (words.includes('deny')) return [`${name} against a deny`];
  if (start.basis === 'allow') {
    const isAllowed = words.length > 0 && words.every((one) => /^(allow|modify)$/.test(one));
    return isAllowed ? [] : [`${name} without an allow`];
  }
  if (start.basis === 'grant') return withoutGrant(session, start);
  const isApproved = entriesOf(session, 'approval_resolved').some(
    ({ seq, request_id, approved, digest }) =>
      seq < start.seq && request_id === start.request_id && approved && digest === start.digest,
  );
  return isApproved ? [] : [`${name} without an approval of its digest`];
}

/** A grant was given with an approval before, names this shape, and is neither over nor revoked. */
function withoutGrant(session: SessionHistory, start: StartedEntry): readonly string[] {
  const isRevoked = entriesOf(session, 'grant_revoked').some(
    ({ seq, request_id }) => seq < start.seq && request_id === start.request_id,
  );
  const isGranted = entriesOf(session, 'approval_resolved').some(
    ({ seq, request_id, approved, grant, tool_name }) =>
      seq < start.seq &&
      request_id === start.request_id &&
      approved &&
      tool_name === start.tool_name &&
      grant?.shape === start.grant?.shape &&
      grant?.policy_version === start.policy_version &&
      start.timestamp < (grant?.expires_at ?? ''),
  );
  const name = `entry ${start.seq} starts ${start.receipt_id}`;
  return isGranted && !isRevoked ? [] : [`${name} on nothing that was granted`];
}
