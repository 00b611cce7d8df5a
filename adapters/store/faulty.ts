/** A store whose calls fail on demand, for tests of everything that rests on a store. */
import { RuntimeError, type ErrorCode, type Store, type StoredRecord } from '../../kernel/index.ts';

type Operation = 'commit' | 'get' | 'scan';

export interface Fault {
  readonly operation: Operation;
  /** Which call of that operation fails, counted from 1. */
  readonly at: number;
  /** Whether the calls behind it work again. */
  readonly lasts: 'once' | 'for_ever';
}

export interface FaultyStore extends Store {
  /** How many calls have failed so far: none means that the plan was not reached. */
  readonly failureCount: () => number;
}

const CODES: Readonly<Record<Operation, ErrorCode>> = {
  commit: 'STORE_WRITE_FAILED',
  get: 'STORE_READ_FAILED',
  scan: 'STORE_READ_FAILED',
};

/**
 * Lets the planned calls fail with STORE_WRITE_FAILED or STORE_READ_FAILED instead of reaching the
 * store. To try every place, raise `at` until `failureCount` stays 0.
 */
export function faultyStore(store: Store, plan: readonly Fault[]): FaultyStore {
  const calls = { commit: 0, get: 0, scan: 0 };
  let failures = 0;

  const failIfPlanned = (operation: Operation): void => {
    const call = (calls[operation] += 1);
    if (!plan.some((fault) => fault.operation === operation && isHit(fault, call))) return;
    failures += 1;
    const message = `Store ${store.location} fails at ${operation} ${call}, as planned`;
    throw new RuntimeError(CODES[operation], message, { details: { operation, call } });
  };

  return {
    location: store.location,
    failureCount: () => failures,
    close: () => store.close(),
    async commit(writes) {
      failIfPlanned('commit');
      return store.commit(writes);
    },
    async get(kind, key) {
      failIfPlanned('get');
      return store.get(kind, key);
    },
    async *scan(kind, scan): AsyncGenerator<StoredRecord, void, undefined> {
      failIfPlanned('scan');
      yield* store.scan(kind, scan);
    },
  };
}

function isHit(fault: Fault, call: number): boolean {
  return fault.lasts === 'once' ? call === fault.at : call >= fault.at;
}
