/**
 * Somebody with the whole store in hand, and without the key, tries to have it tell another story:
 * one row per way. The session was approved by a person, ran a call and came to its end.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, type VerifyOptions } from 'troupe';
import { generateKey, memoryStore, signerOf } from 'troupe/adapters';
import {
  canonicalJson,
  GENESIS,
  linkEntry,
  type EntryDraft,
  type EvidenceEntry,
  type ProblemKind,
  type Store,
  type Write,
} from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';
import { signHead } from '../../kernel/evidence/signature.ts';
import { ALLOW, asks, writes } from '../scenarios/desk.ts';

const SIGNER = signerOf(generateKey(), 'key');
const THIEF = signerOf(generateKey(), 'key of a thief');
const KINDS = ['session', 'session_start', 'head', 'signature', 'message', 'evidence'] as const;

interface Scene {
  readonly store: Store;
  readonly entries: readonly EvidenceEntry[];
  /** The records as they were when the session waited for its approval. */
  readonly early: readonly Write[];
}

let scene: Scene;
beforeAll(async () => {
  scene = await play();
});

async function play(): Promise<Scene> {
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

async function recordsOf(store: Store): Promise<readonly Write[]> {
  const writes: Write[] = [];
  for (const kind of KINDS) {
    for await (const { key, value } of store.scan(kind)) writes.push({ kind, key, value });
  }
  return writes;
}

/** The same records in another store, so that each attack has its own. */
async function copyOf(store: Store): Promise<Store> {
  const copy = memoryStore();
  await copy.commit(await recordsOf(store));
  return copy;
}

const put = ({ seq }: { readonly seq: number }, value: string | null): Write => ({
  ...{ kind: 'evidence', key: ['s', seq], value },
});

/** The entry as somebody would rather have it, with a hash of its own. */
function relink(entry: EvidenceEntry, prev_hash: string, change: object = {}) {
  const { session_id, seq, timestamp } = entry;
  const draft = { ...entry, ...change } as unknown as EntryDraft & { hash?: string };
  delete draft.hash;
  return linkEntry(draft, { session_id, seq, prev_hash, timestamp });
}

/** A whole chain of the given entries, each linked to the one before it, with its head. */
function rewrite(entries: readonly EvidenceEntry[], change: (entry: EvidenceEntry) => object) {
  let prev_hash = GENESIS;
  const writes = entries.map((given, seq) => {
    const { entry, text } = relink({ ...given, seq }, prev_hash, change(given));
    prev_hash = entry.hash;
    return put({ seq }, text);
  });
  const head = { seq: entries.length - 1, hash: prev_hash };
  return { head, writes: [...writes, headWrite(head)] };
}

const headWrite = ({ seq, hash }: { readonly seq: number; readonly hash: string }): Write => ({
  ...{ kind: 'head', key: ['s'] },
  value: canonicalJson({ seq, hash, message_count: 3, tail_seq: seq }),
});
const noChange = (): object => ({});
const byEve = (entry: EvidenceEntry): object =>
  entry.kind === 'approval_resolved' ? { approved_by: 'eve' } : {};
const signedBy = (signer: typeof THIEF, head: { seq: number; hash: string }): Write => ({
  ...{ kind: 'signature', key: ['s'] },
  value: canonicalJson(signHead(signer, { ...head, session_id: 's' }, '2026-01-01T00:00:00.000Z')),
});

type Attack = (scene: Scene) => Promise<readonly Write[]> | readonly Write[];
const last = ({ entries }: Scene): number => entries.length - 1;
const at = ({ entries }: Scene, seq: number): EvidenceEntry => {
  const entry = entries[seq];
  if (!entry) throw new Error(`there is no entry ${seq}`);
  return entry;
};
const textOf = (entry: EvidenceEntry): string => canonicalJson(entry);

// prettier-ignore
const ATTACKS: readonly (readonly [string, Attack, ProblemKind])[] = [
  ['an entry flipped in place',
    (given) => [put({ seq: 2 }, textOf({ ...at(given, 2), task_id: 'another' }))], 'altered'],
  ['an entry flipped, with a hash of its own',
    (given) => [put({ seq: 2 }, relink(at(given, 2), at(given, 1).hash, { task_id: 'x' }).text)],
    'altered'],
  ['two entries swapped',
    (given) => [put({ seq: 2 }, textOf(at(given, 3))), put({ seq: 3 }, textOf(at(given, 2)))],
    'reordered'],
  ['an entry taken out', () => [put({ seq: 2 }, null)], 'removed'],
  ['an entry put in twice',
    (given) => [put({ seq: last(given) + 1 }, textOf(at(given, 2)))], 'surplus'],
  ['the end cut off', (given) => [put(at(given, last(given)), null)], 'cut_off'],
  ['the end cut off, and the head moved back',
    (given) => [put(at(given, last(given)), null), headWrite(at(given, last(given) - 1))],
    'cut_off'],
  ['everything gone but the signature',
    ({ entries }) => [...entries.map((entry) => put(entry, null)),
      { kind: 'head', key: ['s'], value: null }], 'cut_off'],
  ['another approver, the whole chain written anew',
    ({ entries }) => rewrite(entries, byEve).writes, 'altered'],
  ['a fork: another end from the approval on',
    ({ entries }) => rewrite(entries, ({ kind }) =>
      kind === 'tool_call_finished' ? { duration_ms: 0 } : {}).writes, 'altered'],
  ['the same, and the signature taken away',
    ({ entries }) => [...rewrite(entries, byEve).writes,
      { kind: 'signature', key: ['s'], value: null }], 'signature_missing'],
  ['the same, signed with a foreign key',
    ({ entries }) => {
      const { head, writes: forged } = rewrite(entries, byEve);
      return [...forged, signedBy(THIEF, head)];
    }, 'signature_invalid'],
  ['the same, signed with a foreign key under the name of ours',
    ({ entries }) => {
      const { head, writes: forged } = rewrite(entries, byEve);
      return [...forged, signedBy({ ...THIEF, key_id: SIGNER.key_id }, head)];
    }, 'signature_invalid'],
  ['the signature of another session in the place of its own',
    async ({ store }) => [{ kind: 'signature', key: ['s'],
      value: (await store.get('signature', ['other'])) ?? '' }], 'signature_invalid'],
  ['an old signature, and another story behind it',
    ({ entries, early }) => {
      const { writes: forged } = rewrite(entries, ({ seq }) => seq > 6 ? { run_id: 'x' } : {});
      return [...forged, ...early.filter(({ kind }) => kind === 'signature')];
    }, 'signature_missing'],
  ['the chain of another session under this name',
    async ({ store }) => {
      const found = await Array.fromAsync(store.scan('evidence', { prefix: ['other'] }));
      return found.map(({ key, value }) => put({ seq: Number(key[1]) }, value));
    }, 'foreign'],
  ['a call that nobody approved, whole and signed by the holder of the key',
    ({ entries }) => {
      const { head, writes: forged } = rewrite(
        entries.filter(({ kind }) => kind !== 'approval_resolved'), noChange);
      return [...forged, put({ seq: head.seq + 1 }, null), signedBy(SIGNER, head)];
    }, 'unjustified'],
];

async function problemOf(store: Store, options: VerifyOptions = {}): Promise<unknown> {
  const evidence = { signer: SIGNER };
  const runtime = await createRuntime({ store, evidence, drive: false, recover: false });
  const result = await runtime.evidence.verify('s', options);
  await runtime.close();
  return result.ok ? 'none' : result.problem.kind;
}

test('the session as it was verifies', async () => {
  expect(await problemOf(await copyOf(scene.store))).toBe('none');
});

describe('is told:', () => {
  test.each(ATTACKS)('%s', async (_, attack, problem) => {
    const store = await copyOf(scene.store);
    await store.commit(await attack(scene));
    expect(await problemOf(store)).toBe(problem);
  });

  test('an old state put back whole, to whoever has seen a later head', async () => {
    const store = memoryStore();
    await store.commit(scene.early);
    const { seq, hash } = at(scene, last(scene));
    expect(await problemOf(store)).toBe('none');
    expect(await problemOf(store, { expected: { seq, hash } })).toBe('rolled_back');
  });
});

test('a runtime puts its name to no other story than the one that it signed', async () => {
  const store = await copyOf(scene.store);
  await store.commit(rewrite(scene.entries, byEve).writes);
  const runtime = await createRuntime({ store, evidence: { signer: SIGNER } });
  const context = { run_id: 'r', task_id: 't', session_id: 's' };
  await expect(runtime.executeTool('notes:ask', {}, context)).rejects.toMatchObject({
    code: 'EVIDENCE_INVALID',
  });
  await runtime.close();
  expect(await problemOf(store)).toBe('altered');
});
