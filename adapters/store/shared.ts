/** One open store per folder in a process, however many callers open it and by whatever path. */
import { realpath } from 'node:fs/promises';
import type {
  Scan,
  Store,
  StoredRecord,
  RecordKey,
  RecordKind,
  Write,
} from '../../kernel/index.ts';
import { closedFailure, readFailure } from './failures.ts';
import { makeFolder } from './folder.ts';
import { openLevelStore } from './level.ts';

interface SharedStore {
  readonly opening: Promise<Store>;
  handle_count: number;
}

/** By real path: the stores that have handles. */
const shared = new Map<string, SharedStore>();
/** By real path: the ends of stores whose last handle was closed; never rejected. */
const ending = new Map<string, Promise<void>>();

/**
 * Opens the store in a folder, or shares the one that this process has open there. Every caller
 * gets a handle of its own; the store closes with the last of them.
 * @throws RuntimeError as `openLevelStore` does; a failed opening leaves nothing behind.
 */
export async function openSharedStore(folder: string): Promise<Store> {
  await makeFolder(folder);
  const path = await realpath(folder).catch((cause: unknown) => {
    throw readFailure(folder, cause);
  });
  const entry = enter(path);
  try {
    return new StoreHandle(await entry.opening, () => leave(path, entry));
  } catch (thrown) {
    if (shared.get(path) === entry) shared.delete(path);
    throw thrown;
  }
}

/** Counts a caller in; synchronous, so that two callers cannot both find nothing. */
function enter(path: string): SharedStore {
  const known = shared.get(path);
  if (known) {
    known.handle_count += 1;
    return known;
  }
  const opening = Promise.resolve(ending.get(path)).then(() => openLevelStore(path));
  const entry: SharedStore = { opening, handle_count: 1 };
  shared.set(path, entry);
  return entry;
}

/** Counts a caller out, and closes the store behind the last one. */
async function leave(path: string, entry: SharedStore): Promise<void> {
  entry.handle_count -= 1;
  if (entry.handle_count > 0) return;
  shared.delete(path);
  const closing = entry.opening.then((store) => store.close());
  const ended = closing
    .catch(() => undefined)
    .then(() => {
      if (ending.get(path) === ended) ending.delete(path);
    });
  ending.set(path, ended);
  return closing;
}

class StoreHandle implements Store {
  readonly location: string;
  readonly #store: Store;
  readonly #leave: () => Promise<void>;
  /** The end of this handle's latest commit; the store keeps their order, so it is the last. */
  #latestCommit: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(store: Store, leave: () => Promise<void>) {
    this.location = store.location;
    this.#store = store;
    this.#leave = leave;
  }

  async commit(writes: readonly Write[]): Promise<void> {
    this.#assertOpen();
    const commit = this.#store.commit(writes);
    this.#latestCommit = commit.catch(() => undefined);
    return commit;
  }

  async get(kind: RecordKind, key: RecordKey): Promise<string | undefined> {
    this.#assertOpen();
    return this.#store.get(kind, key);
  }

  async *scan(kind: RecordKind, scan?: Scan): AsyncGenerator<StoredRecord, void, undefined> {
    this.#assertOpen();
    yield* this.#store.scan(kind, scan);
  }

  close(): Promise<void> {
    this.#closing ??= this.#latestCommit.then(() => this.#leave());
    return this.#closing;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedFailure(this.location);
  }
}
