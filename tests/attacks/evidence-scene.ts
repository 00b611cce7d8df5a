/**
 * A session that was approved by a person, ran a call and came to its end, with its store in the
 * hand of somebody who has no key: what they can change, and what verification says to it.
 */
import { createRuntime, type VerifyOptions } from 'troupe';
import { generateKey, memoryStore, signerOf } from 'troupe/adapters';
import {
  canonicalJson,
  GENESIS,
  linkEntry,
  type EntryDraft,
  type EvidenceEntry,
  type Store,
  type Write,
} from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';
import { signHead } from '../../kernel/evidence/signature.ts';
import { ALLOW, asks, writes } from '../scenarios/desk.ts';

export const SIGNER = signerOf(generateKey(), 'key');
export const THIEF = signerOf(generateKey(), 'key of a thief');
const KINDS = [
  ...(['session', 'session_start', 'head', 'signature', 'tombstone'] as const),
  ...(['message', 'evidence', 'approval', 'blob'] as const),
];

export interface Scene {
  readonly store: Store;
  readonly entries: readonly EvidenceEntry[];
  /** The records as they were when the session waited for its approval. */
  readonly early: readonly Write[];
}

export async function play(): Promise<Scene> {
  const store = memoryStore();
  const runtime = await createRuntime({
    ...{ store, evidence: { signer: SIGNER } },
    model: scriptedModel([
      { tool: 'notes:ask', input: { text: 'a' } },
      { complete: 'Done.' },
      { complete: 'Done too.' },
    ]),
    tools: [writes([], 'notes:ask')],
    policy: [ALLOW, asks('notes:ask')],
  });
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  const { pending_request_id: request_id = '' } = await session.settled();
  const early = await recordsOf(store);
  await runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
  await session.settled();
  await (await runtime.sessions.start({ session_id: 'other', message: 'go' })).settled();
  const entries = await Array.fromAsync(runtime.evidence.read('s'));
  await runtime.close();
  return { store, entries, early };
}

export async function recordsOf(store: Store): Promise<readonly Write[]> {
  const writes: Write[] = [];
  for (const kind of KINDS) {
    for await (const { key, value } of store.scan(kind)) writes.push({ kind, key, value });
  }
  return writes;
}

/** The same records in another store, so that each attack has its own. */
export async function copyOf(store: Store): Promise<Store> {
  const copy = memoryStore();
  await copy.commit(await recordsOf(store));
  return copy;
}

export const put = ({ seq }: { readonly seq: number }, value: string | null): Write => ({
  ...{ kind: 'evidence', key: ['s', seq], value },
});

/** The entry as somebody would rather have it, with a hash of its own. */
export function relink(entry: EvidenceEntry, prev_hash: string, change: object = {}) {
  const { session_id, seq, timestamp } = entry;
  const draft = { ...entry, ...change } as unknown as EntryDraft & { hash?: string };
  delete draft.hash;
  return linkEntry(draft, { session_id, seq, prev_hash, timestamp });
}

/** A whole chain of the given entries, each linked to the one before it, with its head. */
export function rewrite(
  entries: readonly EvidenceEntry[],
  change: (entry: EvidenceEntry) => object,
) {
  let prev_hash = GENESIS;
  const writes = entries.map((given, seq) => {
    const { entry, text } = relink({ ...given, seq }, prev_hash, change(given));
    prev_hash = entry.hash;
    return put({ seq }, text);
  });
  const head = { seq: entries.length - 1, hash: prev_hash };
  return { head, writes: [...writes, headWrite(head)] };
}

export const headWrite = ({
  seq,
  hash,
}: {
  readonly seq: number;
  readonly hash: string;
}): Write => ({
  ...{ kind: 'head', key: ['s'] },
  value: canonicalJson({ seq, hash, message_count: 3, tail_seq: seq }),
});
export const byEve = (entry: EvidenceEntry): object =>
  entry.kind === 'approval_resolved' ? { approved_by: 'eve' } : {};
export const signedBy = (signer: typeof THIEF, head: { seq: number; hash: string }): Write => ({
  ...{ kind: 'signature', key: ['s'] },
  value: canonicalJson(signHead(signer, { ...head, session_id: 's' }, '2026-01-01T00:00:00.000Z')),
});

/** What verification objects to, with the public key. */
export async function problemOf(store: Store, options: VerifyOptions = {}): Promise<unknown> {
  const evidence = { signer: SIGNER };
  const runtime = await createRuntime({ store, evidence, drive: false, recover: false });
  const result = await runtime.evidence.verify('s', options);
  await runtime.close();
  return result.ok ? 'none' : result.problem.kind;
}
