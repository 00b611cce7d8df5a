/** Evidence as it is on disk: read, verified, exported. */
import {
  chainHead,
  evidenceEntry,
  GENESIS,
  RuntimeError,
  signedHead,
  verifyChain,
  type ChainEnd,
  type ChainHead,
  type EvidenceEntry,
  type Seals,
  type SignedHead,
  type Store,
  type Verifier,
  type VerifyResult,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';
import { alteredContent, alteredTranscript, readContent, type TranscriptMark } from './contents.ts';
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
  readonly head: ChainHead;
}

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
  /** The sessions that have evidence, calls of hosts included. */
  readonly sessions: () => AsyncIterable<string>;
}

/** Batches that may come in between before the reading is given up. */
const READINGS_MAX = 5;
const EMPTY: ChainHead = { seq: -1, hash: GENESIS, message_count: 0, tail_seq: 0 };

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
    return { head, signature, tombstone };
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
    verify: async (session_id, options = {}) => {
      const { trusted = trustedKeys() } = options;
      for (let left = READINGS_MAX; left > 0; left -= 1) {
        const sealed = await seals(session_id);
        const chain = texts(session_id);
        const demands = { ...sealed, trusted, expected: options.expected };
        const result = await verifyChain(session_id, chain, sealed.head, demands);
        const whole = result.ok ? await verifyBeside(store, result, sealed, options) : result;
        // What a batch changed that came in between is no problem.
        const isStill = (await seals(session_id)).head.hash === sealed.head.hash;
        if (whole.ok || isStill) return whole;
      }
      const message = `Session ${session_id} moves all the time: wait until it has settled`;
      throw new RuntimeError('EVENT_NOT_ACCEPTED', message);
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

/** Holds what is kept beside a whole chain against it: the messages, and contents if asked for. */
async function verifyBeside(
  store: Store,
  result: VerifyResult,
  { head, signature }: ChainSeals,
  { contents }: VerifyOptions,
): Promise<VerifyResult> {
  const { session_id, pruned = NOTHING_PRUNED } = result;
  const { seq, message_count } = head;
  // With the contents of all entries the messages went, too.
  const hasMessages = pruned.contents_through_seq <= pruned.through_seq;
  const marks = [head, ...signedHeads(session_id, signature)].flatMap(transcriptMarks);
  const altered =
    hasMessages && (await alteredTranscript(store, { session_id, message_count }, marks));
  if (altered) {
    const message = `entry ${seq} stands beside another transcript: ${altered}`;
    return { ...result, ok: false, problem: { kind: 'transcript_altered', seq, message } };
  }
  const problem = contents ? await alteredContent(store, session_id) : undefined;
  return problem ? { ...result, ok: false, problem } : result;
}

const NOTHING_PRUNED = { through_seq: -1, contents_through_seq: -1 };

/** The signature verified, or nobody had a key for it: what it says of the messages counts. */
function signedHeads(session_id: string, text: string | undefined): readonly SignedHead[] {
  return text === undefined ? [] : [decode(signedHead, text, `signature ${session_id}`)];
}

function transcriptMarks(head: ChainHead | SignedHead): readonly TranscriptMark[] {
  const { message_count, transcript_hash } = head;
  const isKept = message_count !== undefined && transcript_hash !== undefined;
  return isKept ? [{ message_count, transcript_hash }] : [];
}
