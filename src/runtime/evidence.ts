/** Evidence as it is on disk: read, verified, exported. */
import {
  evidenceEntry,
  type EvidenceEntry,
  type RecordKind,
  type Store,
  type Verifier,
  type VerifyResult,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';
import { readContent } from './contents.ts';
import type { ReplayResult } from './replay/contract.ts';
import { readRecorded } from './replay/read.ts';
import { replaySession } from './replay/replay.ts';
import { readSeals, type ChainSeals } from './seals.ts';
import { notFound } from './summary.ts';
import { verifySession, type VerifyOptions } from './verify-session.ts';

export interface Evidence {
  /** The entries of a session in the order of the chain. */
  readonly read: (session_id: string) => AsyncIterable<EvidenceEntry>;
  /**
   * Recomputes the chain; names the entry that was altered, removed, reordered or cut off. Where
   * evidence is signed, or keys are named, a chain without a valid signature is a problem.
   * @throws RuntimeError EVENT_NOT_ACCEPTED (it is too busy), STORE_*
   */
  readonly verify: (session_id: string, options?: VerifyOptions) => Promise<VerifyResult>;
  /**
   * Runs the session again with every effect answered from its evidence; names the first entry
   * that its machine does not come to. It looks at no hash of the chain: that is for `verify`.
   * @throws RuntimeError SESSION_NOT_FOUND, REPLAY_NOT_POSSIBLE, STORE_CORRUPT
   */
  readonly replay: (session_id: string) => Promise<ReplayResult>;
  /** What is kept beside the chain: its head, its signature and its tombstone, as stored. */
  readonly seals: (session_id: string) => Promise<ChainSeals>;
  /** The content behind a hash in an entry. @throws RuntimeError STORE_CORRUPT */
  readonly content: (hash: string) => Promise<string | undefined>;
  /** The sessions that have evidence or should have it, calls of hosts included; each once. */
  readonly sessions: () => AsyncIterable<string>;
}

/** Makes the reader of a store's evidence; it sees what is on disk, and writes nothing. */
export function createEvidence(
  store: Store,
  trustedKeys: () => readonly Verifier[] | undefined,
): Evidence {
  return {
    async *read(session_id) {
      let isEmpty = true;
      for await (const { key, value } of store.scan('evidence', { prefix: [session_id] })) {
        yield decode(evidenceEntry, value, `evidence ${key.join('/')}`);
        isEmpty = false;
      }
      if (isEmpty) throw notFound(session_id);
    },
    seals: (session_id) => readSeals(store, session_id),
    replay: async (session_id) => replaySession(await readRecorded(store, session_id)),
    verify: (session_id, options = {}) => {
      const { trusted = trustedKeys() ?? [] } = options;
      return verifySession(store, session_id, { ...options, trusted });
    },
    content: (hash) => readContent(store, hash),
    sessions: () => sessionsIn(store),
  };
}

/** Any of these is enough: what lost the others must not go unseen. */
const KINDS = ['head', 'evidence', 'session_start', 'signature', 'tombstone'] as const;

async function* sessionsIn(store: Store): AsyncIterable<string> {
  const told = new Set<string>();
  for (const kind of KINDS) {
    for await (const session_id of namedBy(store, kind)) {
      if (!told.has(session_id)) yield session_id;
      told.add(session_id);
    }
  }
}

/** The sessions that records of a kind are of: one look for each, however many records it has. */
async function* namedBy(store: Store, kind: RecordKind): AsyncIterable<string> {
  let from: string | undefined;
  do {
    const next = store.scan(kind, { limit: 1, ...(from !== undefined && { from }) });
    from = undefined;
    for await (const { key } of next) {
      const session_id = String(key[0]);
      yield session_id;
      // No text sorts between a text and this.
      from = `${session_id}\u0000`;
    }
  } while (from !== undefined);
}
