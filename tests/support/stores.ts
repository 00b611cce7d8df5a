/** Stores that outlive the runtimes on them: in memory, and in a folder of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelStore } from 'troupe/adapters';
import type { Store } from 'troupe/kernel';
import { memoryStore } from 'troupe/testing';

/** One store through all its openings; it is open once at a time. */
export interface StoreKeeper {
  readonly open: () => Promise<Store>;
  /** Ends an opening; the records stay. */
  readonly close: () => Promise<void>;
  /** Leaves nothing behind. */
  readonly remove: () => Promise<void>;
}

export function keepInMemory(): StoreKeeper {
  const store = memoryStore();
  const nothing = (): Promise<void> => Promise.resolve();
  return { open: () => Promise.resolve(store), close: nothing, remove: nothing };
}

export function keepOnDisk(): StoreKeeper {
  let folder: string | undefined;
  let store: Store | undefined;
  return {
    open: async () => {
      folder ??= await mkdtemp(join(tmpdir(), 'troupe-scenario-'));
      store = await openLevelStore(join(folder, 'store'));
      return store;
    },
    close: async () => store?.close(),
    remove: async () => {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
