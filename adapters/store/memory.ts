/** The store in memory: for tests and for sessions that need not outlive their process. */
import type {
  RecordKey,
  RecordKind,
  Scan,
  StoredRecord,
  Store,
  Write,
} from '../../kernel/index.ts';
import { closedFailure } from './failures.ts';
import { decodeKey, encodeKey, encodeRange, type KeyRange } from './keys.ts';
import { checkValue } from './values.ts';

/** Makes an empty store that behaves as the one on disk does, until its process ends. */
export function memoryStore(options: { readonly location?: string } = {}): Store {
  return new MemoryStore(options.location ?? 'memory');
}

class MemoryStore implements Store {
  readonly location: string;
  readonly #values = new Map<string, string>();
  /** The keys of the values, sorted. */
  readonly #keys: string[] = [];
  #isClosed = false;

  constructor(location: string) {
    this.location = location;
  }

  async commit(writes: readonly Write[]): Promise<void> {
    this.#assertOpen();
    // Everything that can be refused is refused before the first change.
    const changes = writes.map(({ kind, key, value }) => ({
      key: encodeKey(kind, key),
      value: value === null ? null : checkValue(kind, value),
    }));
    for (const { key, value } of changes) {
      if (value === null) this.#delete(key);
      else this.#put(key, value);
    }
  }

  async get(kind: RecordKind, key: RecordKey): Promise<string | undefined> {
    this.#assertOpen();
    return this.#values.get(encodeKey(kind, key));
  }

  /** Reads one instant of the store: that of the first record asked for. */
  async *scan(kind: RecordKind, scan?: Scan): AsyncGenerator<StoredRecord, void, undefined> {
    this.#assertOpen();
    for (const [key, value] of this.#copy(encodeRange(kind, scan))) {
      yield { key: decodeKey(kind, key), value };
      this.#assertOpen();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #put(key: string, value: string): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#indexOf(key), 0, key);
    this.#values.set(key, value);
  }

  #delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(this.#indexOf(key), 1);
  }

  #copy({ gte, lt, limit, reverse }: KeyRange): [key: string, value: string][] {
    const keys = this.#keys.slice(this.#indexOf(gte), this.#indexOf(lt));
    if (reverse) keys.reverse();
    return keys.slice(0, limit).map((key) => [key, this.#values.get(key) ?? '']);
  }

  /** Where a key is, or would have to be put. */
  #indexOf(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw closedFailure(this.location);
  }
}
