/** Evidence as it is on disk: read, verified, exported. */
import {
  chainHead,
  evidenceEntry,
  GENESIS,
  verifyChain,
  type ChainEnd,
  type EvidenceEntry,
  type Seals,
  type Store,
  type Verifier,
  type VerifyResult,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';
import { alteredContent, readContent } from './contents.ts';
import type { ReplayResult } from './replay/contract.ts';
import { readRecorded } from './replay/read.ts';
import { replaySession } from './replay/replay.ts';
import { notFound } from './summary.ts';

export interface VerifyOptions {
  /** The keys whose signatures count. Default: those that the evidence is signed with. */
  readonly trusted?: readonly Verifier[];
  /** A head that was seen before: an older state that was put back is told by it. */
  readonly expected?: ChainEnd;
  /** Whether the contents are looked at too, those that are there. Default false. */
  readonly contents?: boolean;
}

export interface ChainSeals extends Pick<Seals, 'signature' | 'tombstone'> {
  readonly head: ChainEnd;
}

export interface Evidence {
  /** The entries of a session in the order of the chain. */
  readonly read: (session_id: string) => AsyncIterable<EvidenceEntry>;
  /**
   * Recomputes the chain; names the entry that was altered, removed, reordered or cut off. Where
   * evidence is signed, or keys are named, a chain without a valid signature is a problem.
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
  /** The sessions that have evidence, calls of hosts included. */
  readonly sessions: () => AsyncIterable<string>;
}

const EMPTY: ChainEnd = { seq: -1, hash: GENESIS };

/** Makes the reader of a store's evidence; it sees what is on disk, and writes nothing. */
export function createEvidence(
  store: Store,
  trustedKeys: () => readonly Verifier[] | undefined,
): Evidence {
  async function* texts(session_id: string): AsyncIterable<string> {
    for await (const { value } of store.scan('evidence', { prefix: [session_id] })) yield value;
  }
  const seals = async (session_id: string): Promise<ChainSeals> => {
    // First: it may lag the head that is written with it, and never leads it.
    const signature = await store.get('signature', [session_id]);
    const text = await store.get('head', [session_id]);
    const head = text === undefined ? EMPTY : decode(chainHead, text, `head ${session_id}`);
    const tombstone = await store.get('tombstone', [session_id]);
    return { head: { seq: head.seq, hash: head.hash }, signature, tombstone };
  };
  return {
    async *read(session_id) {
      let isEmpty = true;
      for await (const { key, value } of store.scan('evidence', { prefix: [session_id] })) {
        yield decode(evidenceEntry, value, `evidence ${key.join('/')}`);
        isEmpty = false;
      }
      if (isEmpty) throw notFound(session_id);
    },
    seals,
    replay: async (session_id) => replaySession(await readRecorded(store, session_id)),
    verify: async (session_id, { trusted = trustedKeys(), expected, contents } = {}) => {
      const { head, ...stored } = await seals(session_id);
      const demands = { ...stored, trusted, expected };
      const result = await verifyChain(session_id, texts(session_id), head, demands);
      const problem = result.ok && contents ? await alteredContent(store, session_id) : undefined;
      return problem ? { ...result, ok: false, problem } : result;
    },
    content: (hash) => readContent(store, hash),
    async *sessions() {
      for await (const { key } of store.scan('head')) yield String(key[0]);
      // What was signed must not go unseen because its head is gone.
      for await (const { key } of store.scan('signature')) {
        if ((await store.get('head', key)) === undefined) yield String(key[0]);
      }
    },
  };
}
