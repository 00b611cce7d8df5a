/** What the conformance suite takes and is made of, and the few moves that its cases share. */
import assert from 'node:assert/strict';
import type {
  RecordKey,
  RecordKind,
  Scan,
  Store,
  StoredRecord,
  Write,
} from '../../../kernel/index.ts';

/** One empty store under test. */
export interface StoreSubject {
  readonly store: Store;
  /** Opens the same records again behind a `close()`; every durable store has it. */
  readonly reopen?: () => Promise<Store>;
  /** Closes what is still open and removes what it left; called behind every case. */
  readonly dispose: () => Promise<void>;
}

export interface StoreCapabilities {
  /** Whether records outlive their store. */
  readonly durable: boolean;
}

/** One case of the suite, ready to be run by any test runner. */
export interface StoreCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A case before it has a store. */
export interface StoreCheck {
  readonly name: string;
  readonly needs?: keyof StoreCapabilities;
  readonly check: (subject: StoreSubject) => Promise<void>;
}

/** Writes one record, or deletes it with null. */
export function record(kind: RecordKind, key: RecordKey, value: string | null = 'value'): Write {
  return { kind, key, value };
}

/** Collects a scan. */
export async function read(store: Store, kind: RecordKind, scan?: Scan): Promise<StoredRecord[]> {
  const found: StoredRecord[] = [];
  for await (const stored of store.scan(kind, scan)) found.push(stored);
  return found;
}

/** Collects the keys of a scan. */
export async function readKeys(store: Store, kind: RecordKind, scan?: Scan): Promise<RecordKey[]> {
  return (await read(store, kind, scan)).map(({ key }) => key);
}

/** Expects a refusal with that code. */
export async function assertRefused(code: string, operation: () => Promise<unknown>) {
  await assert.rejects(operation, { name: 'RuntimeError', code });
}
