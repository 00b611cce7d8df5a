/** Verifies a session as it is on disk: its chain, and what stands beside the chain. */
import {
  GENESIS,
  isRuntimeError,
  RuntimeError,
  verifyChain,
  type ChainEnd,
  type ChainHead,
  type Store,
  type Verifier,
  type VerifyResult,
} from '../../kernel/index.ts';
import { alteredContent } from './contents.ts';
import { readSeals, type ChainSeals } from './seals.ts';
import { alteredTranscript } from './transcript-check.ts';

export interface VerifyOptions {
  /** The keys whose signatures count. Default: those that the evidence is signed with. */
  readonly trusted?: readonly Verifier[];
  /** A head that was seen before: an older state that was put back is told by it. */
  readonly expected?: ChainEnd;
  /** Whether the contents are looked at too, those that are there. Default false. */
  readonly contents?: boolean;
}

/** Batches that may come in between before the reading is given up. */
const READINGS_MAX = 5;

/** @throws RuntimeError EVENT_NOT_ACCEPTED (it is too busy), STORE_LOCKED */
export async function verifySession(
  store: Store,
  session_id: string,
  options: VerifyOptions,
): Promise<VerifyResult> {
  try {
    return await verifyRecords(store, session_id, options);
  } catch (error) {
    if (!isRuntimeError(error) || error.code !== 'STORE_CORRUPT') throw error;
    return unreadable(session_id, error.message);
  }
}

/** What was counted up to a record that cannot be read proves nothing. */
function unreadable(session_id: string, message: string): VerifyResult {
  return {
    ...{ session_id, entries: 0, head: { seq: -1, hash: GENESIS } },
    ...{ signature: 'unchecked', signed_through: -1, ok: false },
    problem: { kind: 'unreadable', seq: -1, message },
  };
}

async function verifyRecords(
  store: Store,
  session_id: string,
  options: VerifyOptions,
): Promise<VerifyResult> {
  for (let left = READINGS_MAX; left > 0; left -= 1) {
    const seals = await readSeals(store, session_id);
    const chain = textsOf(store, session_id);
    const result = await verifyChain(session_id, chain, seals.head, { ...seals, ...options });
    const whole = result.ok ? await verifyBeside(store, result, seals, options) : result;
    // What a batch changed that came in between is no problem.
    if (whole.ok || isSame((await readSeals(store, session_id)).head, seals.head)) return whole;
  }
  const message = `Session ${session_id} moves all the time: wait until it has settled`;
  throw new RuntimeError('EVENT_NOT_ACCEPTED', message);
}

async function* textsOf(store: Store, session_id: string): AsyncIterable<string> {
  for await (const { value } of store.scan('evidence', { prefix: [session_id] })) yield value;
}

const isSame = (one: ChainHead, other: ChainHead): boolean =>
  one.hash === other.hash && one.message_count === other.message_count;

/** Holds a whole chain against what was begun and said, and contents if that is asked for. */
async function verifyBeside(
  store: Store,
  result: VerifyResult,
  seals: ChainSeals,
  { contents = false }: VerifyOptions,
): Promise<VerifyResult> {
  const { session_id, pruned = NOTHING_PRUNED } = result;
  const isEmpty = result.head.seq === -1;
  if (isEmpty && (await store.get('session_start', [session_id])) !== undefined) {
    const message = 'entry 0 is missing, though the session was started';
    return { ...result, ok: false, problem: { kind: 'removed', seq: 0, message } };
  }
  // With the contents of all entries the messages went, too.
  const hasMessages = pruned.contents_through_seq <= pruned.through_seq;
  const altered = hasMessages && (await alteredTranscript(store, session_id, seals));
  if (altered) {
    const { seq } = seals.head;
    const message = `entry ${seq} stands beside another transcript: ${altered}`;
    return { ...result, ok: false, problem: { kind: 'transcript_altered', seq, message } };
  }
  const problem = contents ? await alteredContent(store, session_id) : undefined;
  return problem ? { ...result, ok: false, problem } : result;
}

const NOTHING_PRUNED = { through_seq: -1, contents_through_seq: -1 };
