/** What a store is before, at and behind its end. */
import assert from 'node:assert/strict';
import type { Store } from '../../../kernel/index.ts';
import { assertRefused, read, record, type StoreCheck, type StoreSubject } from './subject.ts';

export const lifecycleCases: readonly StoreCheck[] = [
  {
    name: 'says where it is',
    check: async ({ store }) => {
      assert.ok(store.location.length > 0);
    },
  },
  {
    name: 'answers everything with STORE_CLOSED when it is closed, a scan under way too',
    check: async ({ store }) => {
      await store.commit([0, 1].map((index) => record('message', ['a', index])));
      const scan = store.scan('message')[Symbol.asyncIterator]();
      await scan.next();
      await store.close();
      await assertRefused('STORE_CLOSED', () => store.commit([record('session', ['a'])]));
      await assertRefused('STORE_CLOSED', () => store.commit([]));
      await assertRefused('STORE_CLOSED', () => store.get('message', ['a', 0]));
      await assertRefused('STORE_CLOSED', () => read(store, 'message'));
      await assertRefused('STORE_CLOSED', () => scan.next());
    },
  },
  {
    name: 'closes once, however often it is asked to',
    check: async ({ store }) => {
      await Promise.all([store.close(), store.close()]);
      await store.close();
    },
  },
  {
    name: 'keeps its records when it is opened again',
    needs: 'durable',
    check: async (subject) => {
      const { store } = subject;
      await store.commit([record('session', ['a'], 'one'), record('session', ['b'], 'two')]);
      await store.commit([record('session', ['b'], null)]);
      const again = await reopen(subject);
      assert.deepEqual(await read(again, 'session'), [{ key: ['a'], value: 'one' }]);
      await again.commit([record('session', ['c'], 'three')]);
      assert.equal(await again.get('session', ['c']), 'three');
      await again.close();
    },
  },
  {
    name: 'finishes the commits under way before it closes',
    needs: 'durable',
    check: async (subject) => {
      const numbers = [...Array(50).keys()];
      const commits = numbers.map((number) =>
        subject.store.commit([record('message', ['a', number], String(number))]),
      );
      const again = await reopen(subject);
      await Promise.all(commits);
      const values = (await read(again, 'message')).map(({ value }) => value);
      assert.deepEqual(values, numbers.map(String));
      await again.close();
    },
  },
];

async function reopen(subject: StoreSubject): Promise<Store> {
  assert.ok(subject.reopen, 'a durable store needs reopen');
  await subject.store.close();
  return subject.reopen();
}
