/**
 * Somebody with the whole store in hand, and without the key, tries to have the chain tell another
 * story: one row per way.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { createRuntime } from 'troupe';
import { memoryStore } from 'troupe/adapters';
import { canonicalJson, type EvidenceEntry, type ProblemKind, type Write } from 'troupe/kernel';
import {
  byEve,
  copyOf,
  headWrite,
  play,
  problemOf,
  put,
  relink,
  rewrite,
  signedBy,
  SIGNER,
  THIEF,
  type Scene,
} from './evidence-scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await play();
});

const noChange = (): object => ({});

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
