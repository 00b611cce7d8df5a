/** The records of what is due when. One alarm serves them all: see wakeups.ts. */
import { z } from 'zod';
import { canonicalJson, type Approval, type Write } from '../../kernel/index.ts';

export const wakeup = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('approval_expiry'),
    session_id: z.string(),
    request_id: z.string(),
  }),
  z.strictObject({ kind: z.literal('session_wake'), session_id: z.string() }),
]);
export type Wakeup = z.infer<typeof wakeup>;

const put = (due_at: number, id: string, value: Wakeup): Write => ({
  kind: 'wakeup',
  key: [due_at, id],
  value: canonicalJson(value),
});

const remove = (due_at: number, id: string): Write => ({
  kind: 'wakeup',
  key: [due_at, id],
  value: null,
});

/** The records of an approval: while it is pending it can be found by id, and it expires. */
export function approvalWrites(approval: Approval): readonly Write[] {
  const { session_id, request_id, status } = approval;
  const due_at = Date.parse(approval.expires_at);
  const id = `approval:${request_id}`;
  const records: Write[] = [
    { kind: 'approval', key: [session_id, request_id], value: canonicalJson(approval) },
    { kind: 'approval_ref', key: [request_id], value: session_id },
  ];
  if (status !== 'pending') return [...records, remove(due_at, id)];
  return [...records, put(due_at, id, { kind: 'approval_expiry', session_id, request_id })];
}

/** The record that wakes a scheduled session. */
export const sessionWake = (session_id: string, due_at: number): Write =>
  put(due_at, `session:${session_id}`, { kind: 'session_wake', session_id });

export const removeSessionWake = (session_id: string, due_at: number): Write =>
  remove(due_at, `session:${session_id}`);

export const removeApprovalExpiry = (approval: Approval): Write =>
  remove(Date.parse(approval.expires_at), `approval:${approval.request_id}`);
