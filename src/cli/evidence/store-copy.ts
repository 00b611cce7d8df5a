/** Works on a copy of a store, so that the store itself stays as it is, to the byte. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyStore, openLevelStore } from '../../../adapters/index.ts';
import type { Store } from '../../../kernel/index.ts';

/** Lends an opened copy, and removes it. @throws RuntimeError STORE_* */
export async function withStoreCopy<Result>(
  folder: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const copy = await mkdtemp(join(tmpdir(), 'troupe-verify-'));
  try {
    await copyStore(folder, copy);
    const store = await openLevelStore(copy);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
