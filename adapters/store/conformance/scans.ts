/** What a scan finds: order, ranges, and nothing of anybody else. */
import assert from 'node:assert/strict';
import type { RecordKey, Scan } from '../../../kernel/index.ts';
import { HOSTILE_IDS } from './hostile-ids.ts';
import { read, readKeys, record, type StoreCheck } from './subject.ts';

const POSITIONS = [0, 1, 2, 9, 10, 11, 99, 100, 4_294_967_296, Number.MAX_SAFE_INTEGER];

/** Scans of evidence at the positions 0 to 9 of session `a`, beside other sessions. */
const RANGES: readonly (readonly [scan: Scan, positions: readonly number[]])[] = [
  [{ prefix: ['a'] }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ prefix: ['a'], from: 7 }, [7, 8, 9]],
  [{ prefix: ['a'], to: 2 }, [0, 1, 2]],
  [{ prefix: ['a'], from: 3, to: 5 }, [3, 4, 5]],
  [{ prefix: ['a'], from: 4, to: 4 }, [4]],
  [{ prefix: ['a'], from: 5, to: 3 }, []],
  [{ prefix: ['a'], from: 10 }, []],
  [{ prefix: ['a'], limit: 3 }, [0, 1, 2]],
  [{ prefix: ['a'], limit: 0 }, []],
  [{ prefix: ['a'], limit: 100 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ prefix: ['a'], reverse: true, limit: 1 }, [9]],
  [{ prefix: ['a'], from: 3, to: 5, reverse: true }, [5, 4, 3]],
  [{ prefix: ['a'], from: 3, to: 8, reverse: true, limit: 2 }, [8, 7]],
  [{ prefix: ['a', 6] }, [6]],
  [{ prefix: ['nobody'] }, []],
];

export const scanCases: readonly StoreCheck[] = [
  {
    name: 'finds numbers in numeric order, whatever the order of their writes',
    check: async ({ store }) => {
      const writes = POSITIONS.map((position) => record('message', ['session', position]));
      await store.commit(writes.toReversed());
      const keys = await readKeys(store, 'message', { prefix: ['session'] });
      assert.deepEqual(
        keys.map(([, position]) => position),
        POSITIONS,
      );
    },
  },
  {
    name: 'finds exactly the records between from and to, up to limit, in either direction',
    check: async ({ store }) => {
      const all = [...Array(10).keys()];
      const sessions = ['', 'a', 'a!', 'aa', 'b'];
      await store.commit(sessions.flatMap((id) => all.map((seq) => record('evidence', [id, seq]))));
      for (const [scan, positions] of RANGES) {
        const expected = positions.map((seq): RecordKey => ['a', seq]);
        assert.deepEqual(await readKeys(store, 'evidence', scan), expected, JSON.stringify(scan));
      }
    },
  },
  {
    name: 'finds the earliest first over all ids where the number leads the key',
    check: async ({ store }) => {
      const keys: RecordKey[] = [5, 10, 20, 100].flatMap((due) =>
        ['a', 'b'].map((id) => [due, id]),
      );
      await store.commit(keys.toReversed().map((key) => record('wakeup', key)));
      assert.deepEqual(await readKeys(store, 'wakeup'), keys);
      assert.deepEqual(await readKeys(store, 'wakeup', { to: 10 }), keys.slice(0, 4));
      assert.deepEqual(await readKeys(store, 'wakeup', { from: 11, limit: 1 }), [[20, 'a']]);
    },
  },
  {
    name: 'finds texts between from and to by code point, the shorter first',
    check: async ({ store }) => {
      const ids = ['', '\0', ' ', '!', '#', 'A', 'a', 'a\0', 'aa', '~', 'é', '\uffff', '😀'];
      await store.commit(ids.toReversed().map((id) => record('session', [id])));
      const keys = ids.map((id): RecordKey => [id]);
      assert.deepEqual(await readKeys(store, 'session'), keys);
      const range = { from: '#', to: 'aa' };
      assert.deepEqual(await readKeys(store, 'session', range), keys.slice(4, 9));
    },
  },
  {
    name: 'keeps hostile ids apart and gives them back as they were',
    check: async ({ store }) => {
      const key = (id: string): RecordKey => [id, 7];
      await store.commit(
        HOSTILE_IDS.flatMap((id, index) => [
          record('evidence', key(id), `evidence ${index}`),
          record('approval', ['session', id], `approval ${index}`),
        ]),
      );
      for (const [index, id] of HOSTILE_IDS.entries()) {
        const value = `evidence ${index}`;
        assert.equal(await store.get('evidence', key(id)), value);
        assert.deepEqual(await read(store, 'evidence', { prefix: [id] }), [
          { key: key(id), value },
        ]);
        assert.equal(await store.get('approval', ['session', id]), `approval ${index}`);
      }
      assert.equal((await readKeys(store, 'evidence')).length, HOSTILE_IDS.length);
    },
  },
  {
    name: 'keeps the kinds apart, those whose names begin alike too',
    check: async ({ store }) => {
      await store.commit([record('session', ['a']), record('session_start', ['a'])]);
      await store.commit([record('approval', ['a', 'b']), record('approval_ref', ['a'])]);
      assert.deepEqual(await readKeys(store, 'session'), [['a']]);
      assert.deepEqual(await readKeys(store, 'approval'), [['a', 'b']]);
      assert.deepEqual(await readKeys(store, 'approval_ref'), [['a']]);
      assert.deepEqual(await readKeys(store, 'blob'), []);
    },
  },
  {
    name: 'sees one instant while commits go on',
    check: async ({ store }) => {
      const ids = [...Array(3_000).keys()];
      await store.commit(ids.map((index) => record('message', ['a', index], 'old')));
      const changes = [...ids, ids.length].map((index) =>
        record('message', ['a', index], index % 2 === 0 ? 'new' : null),
      );
      const seen: string[] = [];
      for await (const { value } of store.scan('message', { prefix: ['a'] })) {
        if (seen.length === 0) await store.commit(changes);
        seen.push(value);
      }
      assert.deepEqual(
        seen,
        ids.map(() => 'old'),
      );
      assert.equal((await readKeys(store, 'message')).length, 1_501);
    },
  },
  {
    name: 'can be left in the middle of a scan',
    check: async ({ store }) => {
      await store.commit([0, 1, 2].map((index) => record('message', ['a', index])));
      for await (const { key } of store.scan('message')) {
        assert.deepEqual(key, ['a', 0]);
        break;
      }
    },
  },
  {
    name: 'refuses a scan that no key can fit',
    check: async ({ store }) => {
      const misfits: Scan[] = [{ prefix: ['a', 'b'] }, { prefix: ['a', 1, 2] }, { limit: -1 }];
      for (const scan of [...misfits, { from: 3 }, { prefix: ['a'], to: 1.5 }]) {
        await assert.rejects(read(store, 'message', scan), TypeError);
      }
    },
  },
];
