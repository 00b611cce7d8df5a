/** Verification of a session that moves meanwhile: what a batch changes is no problem. */
import { expect, test } from 'vitest';
import type { Store, Write } from 'troupe/kernel';
import { memoryStore } from 'troupe/testing';
import { createEvidence } from '../../src/runtime/evidence.ts';
import { chainOf, moved, SESSION } from '../kernel/support/evidence.ts';

const CHAIN = chainOf([
  moved('session_started'),
  ...Array.from({ length: 20 }, () => moved('session_message')),
]);

/** The batch that writes an entry and the head. */
function batch(seq: number): readonly Write[] {
  const { hash = '' } = CHAIN.entries[seq] ?? {};
  const head = { seq, hash, message_count: 0, tail_seq: 0 };
  return [
    { kind: 'evidence', key: [SESSION, seq], value: CHAIN.texts[seq] ?? '' },
    { kind: 'head', key: [SESSION], value: JSON.stringify(head) },
  ];
}

/** A store that gets another batch whenever somebody begins to read the chain, so many times. */
function movingStore(store: Store, times: number): Store {
  let seq = 0;
  return {
    location: store.location,
    commit: (writes) => store.commit(writes),
    get: (kind, key) => store.get(kind, key),
    close: () => store.close(),
    async *scan(kind, scan) {
      if (kind === 'evidence' && seq < times) {
        seq += 1;
        await store.commit(batch(seq));
      }
      yield* store.scan(kind, scan);
    },
  };
}

test.each([
  ['rests', 0],
  ['moves once', 1],
  ['moves a few times', 4],
])('of a session that %s', async (_, times) => {
  const store = memoryStore();
  await store.commit(batch(0));
  const evidence = createEvidence(movingStore(store, times), () => undefined);
  expect(await evidence.verify(SESSION)).toMatchObject({ ok: true, entries: times + 1 });
});

test('of one that moves all the time is given up', async () => {
  const store = memoryStore();
  await store.commit(batch(0));
  const verified = createEvidence(movingStore(store, 20), () => undefined).verify(SESSION);
  await expect(verified).rejects.toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
});

test('a problem that stays is told', async () => {
  const store = memoryStore();
  await store.commit(batch(0));
  await store.commit(batch(1).slice(0, 1));
  const result = await createEvidence(store, () => undefined).verify(SESSION);
  expect(result).toMatchObject({ ok: false, problem: { kind: 'surplus', seq: 1 } });
});
