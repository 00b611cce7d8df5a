/**
 * The contents that go when entries are pruned. One content may be named by several sessions: it
 * goes with the last record that names it.
 */
import {
  approval as approvalSchema,
  tombstone,
  type RecordKey,
  type RecordKind,
  type Store,
  type Write,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';
import { removeApprovalExpiry } from './wakeup-records.ts';

/** Records in which a content may be named by its hash. */
const REFERRING = ['evidence', 'session', 'session_start', 'workflow', 'approval'] as const;
const HASH = /[0-9a-f]{64}/g;

/** What goes of a session. */
export interface ContentsOrder {
  readonly session_id: string;
  /** The last entry whose contents go. */
  readonly through_seq: number;
  /** Whether its transcript and approvals go too. */
  readonly isAll: boolean;
}

/** Answers how to remove the contents that nothing names any more. It reads the whole store. */
export async function contentRemovals(
  store: Store,
  order: ContentsOrder,
): Promise<readonly Write[]> {
  const own = order.isAll ? await conversationRemovals(store, order.session_id) : [];
  const orphans = await orphanedContents(store, order);
  return [...own, ...orphans.map((hash): Write => removal('blob', [hash]))];
}

async function orphanedContents(
  store: Store,
  { session_id, through_seq, isAll }: ContentsOrder,
): Promise<readonly string[]> {
  const hashes = new Set<string>();
  const going = { prefix: [session_id], to: through_seq };
  for await (const { value } of store.scan('evidence', going)) {
    for (const [hash] of value.matchAll(HASH)) hashes.add(hash);
  }
  const gone = await prunedThrough(store);
  gone.set(session_id, through_seq);
  const isGone = (kind: RecordKind, [owner, position]: RecordKey): boolean =>
    kind === 'evidence'
      ? Number(position) <= (gone.get(String(owner)) ?? -1)
      : kind === 'approval' && isAll && owner === session_id;
  for (const kind of REFERRING) {
    for await (const { key, value } of store.scan(kind)) {
      if (isGone(kind, key)) continue;
      // Any text that looks like the hash counts: what is kept too long hurts nobody.
      for (const [hash] of value.matchAll(HASH)) hashes.delete(hash);
    }
  }
  const orphans: string[] = [];
  for (const hash of hashes) {
    if ((await store.get('blob', [hash])) !== undefined) orphans.push(hash);
  }
  return orphans;
}

/** By session: the last entry that keeps no content any more, though it may be there. */
async function prunedThrough(store: Store): Promise<Map<string, number>> {
  const through = new Map<string, number>();
  for await (const { key, value } of store.scan('tombstone')) {
    const stone = decode(tombstone, value, `tombstone ${key.join('/')}`);
    through.set(stone.session_id, stone.contents_through_seq);
  }
  return through;
}

/** What was said, and what people were shown. */
async function conversationRemovals(store: Store, session_id: string): Promise<readonly Write[]> {
  const writes: Write[] = [];
  for await (const { key } of store.scan('message', { prefix: [session_id] })) {
    writes.push(removal('message', key));
  }
  for await (const { key, value } of store.scan('approval', { prefix: [session_id] })) {
    const approval = decode(approvalSchema, value, `approval ${key.join('/')}`);
    writes.push(removal('approval', key), removal('approval_ref', [approval.request_id]));
    writes.push(removeApprovalExpiry(approval));
  }
  return writes;
}

export const removal = (kind: RecordKind, key: RecordKey): Write => ({ kind, key, value: null });
