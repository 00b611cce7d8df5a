/** What a commit does: all of it or nothing, in order, whatever the size. */
import assert from 'node:assert/strict';
import type { Write } from '../../../kernel/index.ts';
import { read, readKeys, record, type StoreCheck } from './subject.ts';

const MEGABYTE = 1_048_576;

/** Writes that no store takes, each for another reason. */
const UNFIT: readonly (readonly [why: string, write: Write])[] = [
  ['a value that is no text', record('message', ['a', 1], 5 as unknown as string)],
  ['a value that is missing', { kind: 'message', key: ['a', 1] } as unknown as Write],
  ['half a character', record('message', ['a', 1], 'broken \ud800')],
  ['a key that is too short', record('message', ['a'])],
  ['a key that is too long', record('message', ['a', 1, 2])],
  ['a text for a number', record('message', ['a', '1'])],
  ['a number for a text', record('message', [1, 1])],
  ['a negative number', record('message', ['a', -1])],
  ['half a number', record('message', ['a', 0.5])],
  ['no number', record('message', ['a', NaN])],
  ['a number that is not exact', record('message', ['a', Number.MAX_SAFE_INTEGER + 1])],
];

export const commitCases: readonly StoreCheck[] = [
  {
    name: 'finds nothing in an empty store',
    check: async ({ store }) => {
      assert.equal(await store.get('session', ['a']), undefined);
      assert.deepEqual(await read(store, 'session'), []);
    },
  },
  {
    name: 'writes all records of a commit',
    check: async ({ store }) => {
      await store.commit([record('session', ['a'], 'one'), record('head', ['a'], 'two')]);
      assert.equal(await store.get('session', ['a']), 'one');
      assert.equal(await store.get('head', ['a']), 'two');
    },
  },
  {
    name: 'writes nothing of a commit with one unfit write',
    check: async ({ store }) => {
      await store.commit([record('session', ['a'], 'old')]);
      for (const [why, unfit] of UNFIT) {
        const writes = [record('session', ['a'], 'new'), record('session', ['b']), unfit];
        await assert.rejects(store.commit(writes), TypeError, why);
        await assert.rejects(store.commit(writes.toReversed()), TypeError, why);
      }
      assert.deepEqual(await read(store, 'session'), [{ key: ['a'], value: 'old' }]);
      assert.deepEqual(await read(store, 'message'), []);
    },
  },
  {
    name: 'takes a commit behind one that it refused',
    check: async ({ store }) => {
      await assert.rejects(store.commit([record('session', [1])]), TypeError);
      await store.commit([record('session', ['a'], 'here')]);
      assert.equal(await store.get('session', ['a']), 'here');
    },
  },
  {
    name: 'overwrites and deletes, and lets the last write to a key win',
    check: async ({ store }) => {
      await store.commit([record('blob', ['a'], 'one'), record('blob', ['a'], 'two')]);
      assert.equal(await store.get('blob', ['a']), 'two');
      await store.commit([record('blob', ['a'], 'three'), record('blob', ['b'], 'kept')]);
      assert.equal(await store.get('blob', ['a']), 'three');
      await store.commit([record('blob', ['a'], null), record('blob', ['nobody'], null)]);
      assert.equal(await store.get('blob', ['a']), undefined);
      assert.deepEqual(await readKeys(store, 'blob'), [['b']]);
      await store.commit([record('blob', ['b'], null), record('blob', ['b'], 'back')]);
      assert.equal(await store.get('blob', ['b']), 'back');
    },
  },
  {
    name: 'takes an empty commit',
    check: async ({ store }) => {
      await store.commit([]);
      assert.deepEqual(await read(store, 'session'), []);
    },
  },
  {
    name: 'keeps empty, large and multilingual values byte for byte',
    check: async ({ store }) => {
      const values = [
        '',
        '\0',
        'ä\u0308😀\uffff',
        'é'.repeat(5 * MEGABYTE),
        'x'.repeat(5 * MEGABYTE),
      ];
      await store.commit(values.map((value, index) => record('blob', [String(index)], value)));
      const found = await read(store, 'blob');
      assert.ok(found.length === values.length);
      for (const [index, value] of values.entries()) {
        // Compared as a fact: a difference of megabytes is nothing to print.
        assert.ok((await store.get('blob', [String(index)])) === value, `value ${index}`);
        assert.ok(found[index]?.value === value, `value ${index} of a scan`);
      }
    },
  },
  {
    name: 'does not see what a caller does to its writes behind the commit',
    check: async ({ store }) => {
      const writes = [record('session', ['a'], 'one')];
      const committed = store.commit(writes);
      writes[0] = record('session', ['b'], 'two');
      await committed;
      assert.deepEqual(await read(store, 'session'), [{ key: ['a'], value: 'one' }]);
    },
  },
  {
    name: 'takes 1,000 commits at once, and lets the last one win',
    check: async ({ store }) => {
      const numbers = [...Array(1_000).keys()];
      const commits = numbers.map((number) =>
        store.commit([
          record('message', ['a', number], String(number)),
          record('session', ['a'], String(number)),
        ]),
      );
      await Promise.all(commits);
      const values = (await read(store, 'message')).map(({ value }) => value);
      assert.deepEqual(values, numbers.map(String));
      assert.equal(await store.get('session', ['a']), '999');
    },
  },
];
