/** Evidence as it is on disk: read, verified, exported. */
import {
  chainHead,
  evidenceEntry,
  GENESIS,
  verifyChain,
  type EvidenceEntry,
  type Store,
  type VerifyResult,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';
import { notFound } from './summary.ts';

export interface Evidence {
  /** The entries of a session in the order of the chain. */
  readonly read: (session_id: string) => AsyncIterable<EvidenceEntry>;
  /** Recomputes the chain; names the entry that was altered, removed, reordered or cut off. */
  readonly verify: (session_id: string) => Promise<VerifyResult>;
  /** The content behind a hash in an entry. @throws RuntimeError STORE_CORRUPT */
  readonly content: (hash: string) => Promise<string | undefined>;
  /** The sessions that have evidence, calls of hosts included. */
  readonly sessions: () => AsyncIterable<string>;
}

/** Makes the reader of a store's evidence; it sees what is on disk, and writes nothing. */
export function createEvidence(store: Store): Evidence {
  async function* texts(session_id: string): AsyncIterable<string> {
    for await (const { value } of store.scan('evidence', { prefix: [session_id] })) yield value;
  }
  return {
    async *read(session_id) {
      let seq = 0;
      for await (const text of texts(session_id)) {
        yield decode(evidenceEntry, text, `evidence ${session_id}/${seq}`);
        seq += 1;
      }
      if (seq === 0) throw notFound(session_id);
    },
    verify: async (session_id) => {
      const text = await store.get('head', [session_id]);
      const head =
        text === undefined
          ? { seq: -1, hash: GENESIS }
          : decode(chainHead, text, `head ${session_id}`);
      return verifyChain(session_id, texts(session_id), head);
    },
    content: (hash) => store.get('blob', [hash]),
    async *sessions() {
      for await (const { key } of store.scan('head')) yield String(key[0]);
    },
  };
}
