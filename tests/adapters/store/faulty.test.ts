/** The faulty store fails where it was planned, and nowhere else. */
import { describe, expect, test } from 'vitest';
import { faultyStore, memoryStore, type Fault } from '../../../adapters/index.ts';
import { readKeys, record } from '../../../adapters/store/conformance/subject.ts';
import type { Store } from '../../../kernel/index.ts';
import { refusal } from './support/refusal.ts';

const CALLS = {
  commit: (store: Store, call: number) => store.commit([record('message', ['a', call])]),
  get: (store: Store) => store.get('message', ['a', 1]),
  scan: (store: Store) => readKeys(store, 'message'),
} as const;

/** Calls each operation four times; answers which calls of each failed. */
async function failures(store: Store): Promise<Record<string, number[]>> {
  const failed: Record<string, number[]> = { commit: [], get: [], scan: [] };
  for (const call of [1, 2, 3, 4]) {
    for (const operation of ['commit', 'get', 'scan'] as const) {
      await CALLS[operation](store, call).catch(() => failed[operation]?.push(call));
    }
  }
  return failed;
}

// prettier-ignore
test.each<[string, Fault[], Record<string, number[]>]>([
  ['nothing',          [],                                                  {}],
  ['one commit',       [{ operation: 'commit', at: 2, lasts: 'once' }],     { commit: [2] }],
  ['every commit',     [{ operation: 'commit', at: 3, lasts: 'for_ever' }], { commit: [3, 4] }],
  ['one get',          [{ operation: 'get', at: 1, lasts: 'once' }],        { get: [1] }],
  ['every scan',       [{ operation: 'scan', at: 4, lasts: 'for_ever' }],   { scan: [4] }],
  ['too late',         [{ operation: 'scan', at: 9, lasts: 'once' }],       {}],
  ['several',          [{ operation: 'get', at: 1, lasts: 'once' },
                        { operation: 'get', at: 3, lasts: 'once' },
                        { operation: 'commit', at: 4, lasts: 'once' }],     { get: [1, 3], commit: [4] }],
])('fails with %s', async (_, plan, expected) => {
  const store = faultyStore(memoryStore(), plan);
  expect(await failures(store)).toEqual({ commit: [], get: [], scan: [], ...expected });
  expect(store.failureCount()).toBe(Object.values(expected).flat().length);
});

describe('a planned failure', () => {
  test.each([
    ['commit', 'STORE_WRITE_FAILED'],
    ['get', 'STORE_READ_FAILED'],
    ['scan', 'STORE_READ_FAILED'],
  ] as const)('of %s is %s', async (operation, code) => {
    const store = faultyStore(memoryStore(), [{ operation, at: 1, lasts: 'once' }]);
    await expect(CALLS[operation](store, 1)).rejects.toMatchObject(refusal(code, 'as planned'));
  });

  test('writes nothing', async () => {
    const store = faultyStore(memoryStore(), [{ operation: 'commit', at: 1, lasts: 'once' }]);
    await expect(CALLS.commit(store, 1)).rejects.toMatchObject(refusal('STORE_WRITE_FAILED'));
    await CALLS.commit(store, 2);
    expect(await readKeys(store, 'message')).toEqual([['a', 2]]);
  });
});

test('closes the store behind it, and is where that is', async () => {
  const store = memoryStore({ location: 'there' });
  const faulty = faultyStore(store, []);
  expect(faulty.location).toBe('there');
  await faulty.close();
  await expect(store.commit([])).rejects.toMatchObject(refusal('STORE_CLOSED', 'there'));
});
