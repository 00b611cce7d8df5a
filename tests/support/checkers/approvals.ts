/** I2: an approval is decided once, by somebody, and used once, in time, for what was shown. */
import { approvalDigest, type Approval } from 'troupe/kernel';
import type { SessionHistory } from '../history.ts';
import { entriesOf, perSession, type EntryOf } from './checker.ts';

export const checkApprovals = perSession((session) => [
  ...entriesOf(session, 'approval_requested').flatMap((request) => misused(session, request)),
  ...session.approvals.flatMap((approval) => contradicted(session, approval)),
]);

function misused(session: SessionHistory, request: EntryOf<'approval_requested'>): string[] {
  const { request_id, digest, expires_at } = request;
  const isOwn = (entry: { readonly request_id?: string | undefined }): boolean =>
    entry.request_id === request_id;
  const uses = entriesOf(session, 'tool_call_started').filter(
    (start) => start.basis === 'approval' && isOwn(start),
  );
  const decisions = entriesOf(session, 'approval_resolved').filter(isOwn);
  const [first] = uses;
  const effects = new Set(uses.map(({ effect_id, attempt }) => `${effect_id}#${attempt}`));
  return [
    ...(effects.size > 1 ? [`${request_id} was used for ${[...effects].join(' and ')}`] : []),
    ...(decisions.length > 1 ? [`${request_id} was decided ${decisions.length} times`] : []),
    ...uses
      .filter((use) => use.digest !== digest)
      .map(({ seq }) => `entry ${seq} uses ${request_id} for another digest`),
    ...decisions
      .filter((decision) => decision.approved_by.trim() === '' || decision.digest !== digest)
      .map(({ seq }) => `entry ${seq} decides ${request_id} for nobody or for another digest`),
    ...[...decisions, ...(first ? [first] : [])]
      .filter(({ timestamp }) => timestamp >= expires_at)
      .map(({ seq }) => `entry ${seq} comes behind the end of ${request_id}`),
  ];
}

/** The record of an approval says what the evidence says. */
function contradicted(session: SessionHistory, approval: Approval): string[] {
  const { request_id, status } = approval;
  const expected = statusOf(session, request_id);
  return [
    ...(status === expected ? [] : [`${request_id} is ${status}, its evidence says ${expected}`]),
    ...(approvalDigest(approval) === approval.digest
      ? []
      : [`${request_id} shows another input than its digest covers`]),
  ];
}

function statusOf(session: SessionHistory, request_id: string): string {
  const told = session.entries.filter(
    (entry) => 'request_id' in entry && entry.request_id === request_id,
  );
  if (told.some(({ kind }) => kind === 'approval_superseded')) return 'superseded';
  if (told.some(({ kind }) => kind === 'approval_expired')) return 'expired';
  const isUsed = told.some((entry) => 'basis' in entry && entry.basis === 'approval');
  if (isUsed) return 'consumed';
  const decided = told.find((entry) => entry.kind === 'approval_resolved');
  if (!decided) return told.length === 0 ? 'unknown' : 'pending';
  return decided.approved ? 'approved' : 'denied';
}
