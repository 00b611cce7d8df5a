/** There is one journal per session, whoever comes, goes and fails in between. */
import { expect, test } from 'vitest';
import { createRedactor, historyBook } from 'troupe/kernel';
import { manualClock, memoryStore } from 'troupe/testing';
import { createCommitter } from '../../src/runtime/committer.ts';
import { Journals } from '../../src/runtime/journals.ts';

/** More than are kept open for nobody. */
const MANY = 100;

function openJournals(store = memoryStore()): Journals {
  return new Journals({
    store,
    committer: createCommitter(store),
    clock: manualClock(),
    redactor: createRedactor([]),
    historyBook: () => historyBook([]),
    evidenceKeys: () => undefined,
    listener: { onCommitted: () => {}, onFailed: () => {}, onWakeup: () => {} },
  });
}

/** Has so many others come and go that whatever nobody holds is let go of. */
async function crowd(journals: Journals): Promise<void> {
  for (let other = 0; other < MANY; other += 1) {
    journals.release(await journals.hold(`other-${other}`));
  }
}

test('everybody who holds a journal has the same one', async () => {
  const journals = openJournals();
  const [one, two] = await Promise.all([journals.hold('s'), journals.hold('s')]);
  journals.release(one);
  await crowd(journals);
  expect(two).toBe(one);
  expect(await journals.hold('s')).toBe(one);
});

test('giving back a journal that failed lets nobody take the one in its place', async () => {
  const journals = openJournals();
  const failed = await journals.hold('s');
  journals.drop('s');
  const next = await journals.hold('s');
  expect(next).not.toBe(failed);
  journals.release(failed);
  await crowd(journals);
  expect(await journals.hold('s')).toBe(next);
});

test('a content that is another than was written is not read', async () => {
  const store = memoryStore();
  const journals = openJournals(store);
  const journal = await journals.hold('s');
  const hash = journal.stageBlob({ paid: 1 });
  await journal.commit();
  expect(await journal.readBlob(hash)).toEqual({ paid: 1 });
  await store.commit([{ kind: 'blob', key: [hash], value: '{"paid":2}' }]);
  await expect(journal.readBlob(hash)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});
