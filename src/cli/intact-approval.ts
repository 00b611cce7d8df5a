/** Whether an approval says what was asked for: its digest is of the call that waits. */
import { approvalDigest, RuntimeError, type Approval } from '../../kernel/index.ts';

/** Compares the digest with that of the call; they differ where somebody altered the record. */
export function isIntact(approval: Approval): boolean {
  return approvalDigest(approval) === approval.digest;
}

/**
 * Keeps a person from approving a call that is not the one they see.
 * @throws RuntimeError STORE_CORRUPT for a record that was altered in the store.
 */
export function assertIntact(approval: Approval): void {
  if (isIntact(approval)) return;
  const { session_id, request_id } = approval;
  const message = `The record approval ${session_id}/${request_id} is not what was asked for`;
  throw new RuntimeError('STORE_CORRUPT', message, { details: { session_id, request_id } });
}
