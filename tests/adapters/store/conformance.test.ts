/** Every store passes the suite that the package exports, and a store that lies does not. */
import { describe, expect, test } from 'vitest';
import {
  memoryStore,
  openLevelStore,
  openSharedStore,
  storeConformance,
  type StoreSubject,
} from '../../../adapters/index.ts';
import type { Store } from '../../../kernel/index.ts';
import { scratchFolder } from './support/scratch-folder.ts';

const openMemory = async (): Promise<StoreSubject> => {
  const store = memoryStore();
  return { store, dispose: () => store.close() };
};

/** Keeps every store that it opens, so that the case may leave them open. */
const onDisk =
  (openStore: (folder: string) => Promise<Store>) => async (): Promise<StoreSubject> => {
    const folder = await scratchFolder();
    const opened: Store[] = [];
    const reopen = async (): Promise<Store> => {
      const store = await openStore(folder);
      opened.push(store);
      return store;
    };
    const dispose = async (): Promise<void> => {
      await Promise.all(opened.map((store) => store.close()));
    };
    return { store: await reopen(), reopen, dispose };
  };

const openTwice = async (folder: string): Promise<Store> => {
  const first = await openLevelStore(folder);
  await first.close();
  return openLevelStore(folder);
};

describe.each([
  { name: 'memory', open: openMemory, durable: false },
  { name: 'level', open: onDisk(openLevelStore), durable: true },
  { name: 'level, opened again', open: onDisk(openTwice), durable: true },
  { name: 'shared', open: onDisk(openSharedStore), durable: true },
])('$name', ({ open, durable }) => {
  test.each([...storeConformance({ open, capabilities: { durable } })])('$name', ({ run }) =>
    run(),
  );
});

describe('a store that lies fails', () => {
  const lies: readonly (readonly [lie: string, distort: (store: Store) => Partial<Store>])[] = [
    ['by losing the last write', (store) => ({ commit: (all) => store.commit(all.slice(0, -1)) })],
    [
      'by writing one by one',
      (store) => ({
        commit: async (all) => {
          for (const write of all) await store.commit([write]);
        },
      }),
    ],
    ['by ignoring ranges', (store) => ({ scan: (kind) => store.scan(kind) })],
    ['by finding nothing', () => ({ get: async () => undefined })],
    ['by staying open', () => ({ close: async () => {} })],
  ];

  test.each(lies)('%s', async (_, distort) => {
    const open = async (): Promise<StoreSubject> => {
      const honest = memoryStore();
      const bound: Store = {
        location: honest.location,
        commit: (writes) => honest.commit(writes),
        get: (kind, key) => honest.get(kind, key),
        scan: (kind, scan) => honest.scan(kind, scan),
        close: () => honest.close(),
      };
      return { store: { ...bound, ...distort(honest) }, dispose: () => honest.close() };
    };
    const cases = storeConformance({ open, capabilities: { durable: false } });
    const results = await Promise.allSettled(cases.map(({ run }) => run()));
    expect(results.map(({ status }) => status)).toContain('rejected');
  });
});

test('a durable store without reopen fails, one that is not durable is not asked', async () => {
  const names = (durable: boolean): readonly string[] =>
    storeConformance({ open: openMemory, capabilities: { durable } }).map(({ name }) => name);
  expect(names(true).filter((name) => !names(false).includes(name))).toHaveLength(2);
  const cases = storeConformance({ open: openMemory, capabilities: { durable: true } });
  const results = await Promise.allSettled(cases.map(({ run }) => run()));
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(2);
});
