/**
 * The approvals of a session that can still be decided on or used, read back. Each has to be what
 * its evidence says: whoever can write a record must not be able to approve a call.
 */
import {
  approval as approvalSchema,
  evidenceEntry,
  isAboutApproval,
  isLive,
  objectionToRecord,
  RuntimeError,
  type Approval,
  type EvidenceEntry,
  type Store,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';

/** @throws RuntimeError STORE_CORRUPT naming the record that is damaged, or that evidence belies */
export async function readLiveApprovals(
  store: Store,
  session_id: string,
): Promise<readonly Approval[]> {
  const live: Approval[] = [];
  for await (const { key, value } of store.scan('approval', { prefix: [session_id] })) {
    const read = decode(approvalSchema, value, `approval ${key.join('/')}`);
    if (isLive(read)) live.push(read);
  }
  const entries = await entriesAbout(store, session_id, live);
  for (const approval of live) {
    const about = entries.filter((entry) => isAboutApproval(entry, approval.request_id));
    const objection = objectionToRecord(approval, about);
    if (objection === undefined) continue;
    const message = `The record approval ${session_id}/${approval.request_id} ${objection}`;
    throw new RuntimeError('STORE_CORRUPT', message);
  }
  return live;
}

/** Reads back from the end of the chain as far as these were asked for, which is not far. */
async function entriesAbout(
  store: Store,
  session_id: string,
  approvals: readonly Approval[],
): Promise<readonly EvidenceEntry[]> {
  const sought = new Set(approvals.map(({ request_id }) => request_id));
  const found: EvidenceEntry[] = [];
  if (sought.size === 0) return found;
  const fromTheEnd = { prefix: [session_id], reverse: true };
  for await (const { key, value } of store.scan('evidence', fromTheEnd)) {
    const entry = decode(evidenceEntry, value, `evidence ${key.join('/')}`);
    found.unshift(entry);
    if (entry.kind === 'approval_requested') sought.delete(entry.request_id);
    if (sought.size === 0) break;
  }
  return found;
}
