/** The store hosts of this process: one for each store, shared and counted. */
import type { Store } from '../../kernel/index.ts';
import { openSharedStore, type EvidenceKeys } from '../../adapters/index.ts';
import { StoreHost, type StoreHostParts } from './store-host.ts';

/** How long running effects may go on when the last holder closes. */
export const GRACE_MS = 5_000;

interface Entry {
  readonly host: StoreHost;
  /** Opened here, and so closed here; a store that a host brings stays the host's. */
  readonly isOwn: boolean;
  holders: number;
  closing: Promise<void> | undefined;
}

/** Someone's hold on a store host; `close` gives it back. */
export interface HeldStoreHost {
  readonly host: StoreHost;
  readonly close: (grace_ms?: number) => Promise<void>;
}

const byLocation = new Map<string, Entry>();
const byStore = new WeakMap<Store, Entry>();

export interface HoldParts extends Omit<StoreHostParts, 'store'> {
  /** Undefined leaves the host's as they are. */
  readonly evidence_keys?: EvidenceKeys | undefined;
}

/** Opens or shares the host of a folder's store, or of a store that is given. */
export async function holdStoreHost(
  source: string | Store,
  parts: HoldParts,
): Promise<HeldStoreHost> {
  const store = typeof source === 'string' ? await openSharedStore(source) : source;
  const known = typeof source === 'string' ? byLocation.get(store.location) : byStore.get(store);
  if (known?.closing) {
    await known.closing;
    if (typeof source === 'string') await store.close();
    return holdStoreHost(source, parts);
  }
  if (known) {
    known.holders += 1;
    // The host has a handle of its own on a folder's store.
    if (typeof source === 'string') await store.close();
    return hold(known, parts);
  }
  const host = new StoreHost({ ...parts, store });
  const isOwn = typeof source === 'string';
  const entry: Entry = { host, isOwn, holders: 1, closing: undefined };
  if (typeof source === 'string') byLocation.set(store.location, entry);
  else byStore.set(store, entry);
  return hold(entry, parts);
}

function hold(entry: Entry, { evidence_keys }: HoldParts): HeldStoreHost {
  if (evidence_keys) entry.host.signWith(evidence_keys);
  let isHeld = true;
  return {
    host: entry.host,
    close: async (grace_ms = GRACE_MS) => {
      if (!isHeld) return entry.closing;
      isHeld = false;
      entry.holders -= 1;
      if (entry.holders > 0) return;
      entry.closing = end(entry, grace_ms);
      return entry.closing;
    },
  };
}

async function end(entry: Entry, grace_ms: number): Promise<void> {
  try {
    await entry.host.close(grace_ms);
    if (entry.isOwn) await entry.host.store.close();
  } finally {
    forget(entry);
  }
}

function forget(entry: Entry): void {
  const { store } = entry.host;
  if (byLocation.get(store.location) === entry) byLocation.delete(store.location);
  byStore.delete(store);
}
