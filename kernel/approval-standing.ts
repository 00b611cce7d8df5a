/** An approval as the journal has it now, and what evidence says of it. */
import type { Approval } from './contract/index.ts';
import { isLive } from './approvals.ts';
import type { Journal } from './ports.ts';

/** What every entry about an approval names. */
export const factsOf = (approval: Approval) => ({
  run_id: approval.run_id,
  task_id: approval.task_id,
  request_id: approval.request_id,
  tool_name: approval.tool_name,
  digest: approval.digest,
});

/**
 * The record as it stands now. Others may have acted on it since it was read; undefined where they
 * have ended it.
 */
export function asItStands(journal: Journal, approval: Approval): Approval | undefined {
  if (!isLive(approval)) return approval;
  return journal.liveApprovals().find(({ request_id }) => request_id === approval.request_id);
}
