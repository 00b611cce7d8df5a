/**
 * The store on LevelDB: one synced batch per commit, in the order asked for. It keeps the lock of
 * its folder while it is open.
 */
import { resolve } from 'node:path';
import { Level } from 'level';
import type {
  RecordKey,
  RecordKind,
  Scan,
  StoredRecord,
  Store,
  Write,
} from '../../kernel/index.ts';
import { closedFailure, codesOf, readFailure, writeFailure } from './failures.ts';
import { databaseFolder, lockIdentity, prepareFolder } from './folder.ts';
import { claimFormat } from './format.ts';
import { lockedFailure, removeHolder, writeHolder } from './holder.ts';
import { decodeKey, encodeKey, encodeRange } from './keys.ts';
import { assertLogWhole } from './write-ahead-log.ts';
import { checkValue } from './values.ts';

type Operation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

/** What one read-ahead of a scan holds at most: whichever bound is reached first. */
const READ_AHEAD_RECORDS = 1_000;
const READ_AHEAD_BYTES = 1_048_576;

/**
 * Opens the store in a folder, and makes one there if the folder is missing or empty. It can be
 * open once at a time; `openSharedStore` lets the callers of one process share it.
 * @throws RuntimeError STORE_LOCKED naming the holder, STORE_FOREIGN for a folder of something else
 * or of a newer version, STORE_CORRUPT, STORE_READ_FAILED or STORE_WRITE_FAILED.
 */
export async function openLevelStore(folder: string): Promise<Store> {
  const location = resolve(folder);
  const { isNew } = await prepareFolder(location);
  if (!isNew) await assertLogWhole(location);
  const database = new Level(databaseFolder(location), { createIfMissing: isNew });
  await openDatabase(database, location);
  try {
    await claimFormat(database, location);
    await writeHolder(location);
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
  return new LevelStore(database, location, await lockIdentity(location));
}

async function openDatabase(database: Level, location: string): Promise<void> {
  try {
    await database.open();
  } catch (thrown) {
    // Level wraps what happened in one error for every database that did not open.
    const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
    if (codesOf(cause).includes('LEVEL_LOCKED')) throw await lockedFailure(location, cause);
    throw readFailure(location, cause);
  }
}

class LevelStore implements Store {
  readonly location: string;
  readonly #database: Level;
  /** The lock that was taken. */
  readonly #lock: bigint | undefined;
  /** The end of the latest commit, never rejected: commits run one behind the other. */
  #latestCommit: Promise<unknown> = Promise.resolve();
  /**
   * The write that failed. Nothing may follow it: a record that was cut short leaves the log of
   * LevelDB out of step, and what is acknowledged behind it is gone at the next opening.
   */
  #brokenBy: unknown;
  #closing: Promise<void> | undefined;

  constructor(database: Level, location: string, lock: bigint | undefined) {
    this.#database = database;
    this.#lock = lock;
    this.location = location;
  }

  async commit(writes: readonly Write[]): Promise<void> {
    this.#assertOpen();
    const operations = writes.map(toOperation);
    const commit = this.#latestCommit.then(() => this.#write(operations));
    this.#latestCommit = commit.catch(() => undefined);
    return commit;
  }

  async get(kind: RecordKind, key: RecordKey): Promise<string | undefined> {
    this.#assertOpen();
    const text = encodeKey(kind, key);
    return this.#read(() => this.#database.get(text));
  }

  /** Reads one instant of the store: that of the first record asked for. */
  async *scan(kind: RecordKind, scan?: Scan): AsyncGenerator<StoredRecord, void, undefined> {
    this.#assertOpen();
    const range = encodeRange(kind, scan);
    const iterator = this.#database.iterator({ ...range, highWaterMarkBytes: READ_AHEAD_BYTES });
    const readAhead = () => this.#read(() => iterator.nextv(READ_AHEAD_RECORDS));
    try {
      let ahead = readAhead();
      for (;;) {
        const entries = await ahead;
        if (entries.length === 0) return;
        // The disk works while the caller does; a failure is told when it comes to be its turn.
        ahead = readAhead();
        ahead.catch(() => undefined);
        for (const [key, value] of entries) {
          yield { key: decodeKey(kind, key), value };
          this.#assertOpen();
        }
      }
    } finally {
      await iterator.close();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#latestCommit.then(() => this.#release());
    return this.#closing;
  }

  async #write(operations: Operation[]): Promise<void> {
    if (this.#brokenBy !== undefined) throw writeFailure(this.location, this.#brokenBy);
    try {
      const [lock] = await Promise.all([
        lockIdentity(this.location),
        this.#database.batch(operations, { sync: true }),
      ]);
      // The files of a removed folder take writes that nobody will ever read.
      if (lock !== this.#lock) throw new Error('its folder was removed or replaced');
    } catch (cause) {
      this.#brokenBy = cause;
      throw writeFailure(this.location, cause);
    }
  }

  async #read<Found>(operation: () => Promise<Found>): Promise<Found> {
    try {
      return await operation();
    } catch (cause) {
      throw readFailure(this.location, cause);
    }
  }

  async #release(): Promise<void> {
    try {
      await removeHolder(this.location);
    } finally {
      await this.#database.close();
    }
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedFailure(this.location);
  }
}

function toOperation(write: Write): Operation {
  const { kind, key, value } = write;
  return value === null
    ? { type: 'del', key: encodeKey(kind, key) }
    : { type: 'put', key: encodeKey(kind, key), value: checkValue(kind, value) };
}
