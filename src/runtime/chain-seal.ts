/**
 * Signs the head of one chain as it goes to the disk: whenever nothing of the session is under
 * way, at its end, and before too much of it stands unsigned.
 */
import {
  canonicalJson,
  GENESIS,
  readEntry,
  readSignature,
  RuntimeError,
  signHead,
  UNSIGNED_MAX,
  type ChainEnd,
  type ChainHead,
  type Clock,
  type SignedHead,
  type Signer,
  type Store,
  type Write,
} from '../../kernel/index.ts';
import type { EvidenceKeys } from '../../adapters/index.ts';

export interface SealParts {
  readonly store: Store;
  readonly clock: Clock;
  /** As they are when a journal is opened. */
  readonly evidenceKeys: () => EvidenceKeys | undefined;
}

/** What a seal goes on from. */
interface Sealed {
  /** Absent: the chain goes on unsigned. */
  readonly signer?: Signer | undefined;
  readonly signed_through: number;
}

export class ChainSeal {
  readonly #session_id: string;
  readonly #clock: Clock;
  readonly #signer: Signer | undefined;
  #signed_through: number;

  constructor(session_id: string, clock: Clock, { signer, signed_through }: Sealed) {
    this.#session_id = session_id;
    this.#clock = clock;
    this.#signer = signer;
    this.#signed_through = signed_through;
  }

  /** The record that signs this head, where it is time for it; it belongs into the same batch. */
  over(head: ChainHead, isQuiet: boolean): readonly Write[] {
    const { seq } = head;
    const unsigned = seq - this.#signed_through;
    // The first batch too: a chain without any signature was never one of ours.
    const isDue = isQuiet || this.#signed_through < 0 || unsigned > UNSIGNED_MAX;
    if (!this.#signer || unsigned === 0 || !isDue) return [];
    this.#signed_through = seq;
    const session_id = this.#session_id;
    const signed_at = new Date(this.#clock.now()).toISOString();
    const record = signHead(this.#signer, { ...head, session_id }, signed_at);
    return [{ kind: 'signature', key: [session_id], value: canonicalJson(record) }];
  }
}

/**
 * Looks at what is signed of a chain before it goes on. A signer vouches for what it finds only
 * where that is no more than a process can leave behind that died; otherwise the chain stays
 * unsigned behind its last signature, and verification says so.
 * @throws RuntimeError EVIDENCE_INVALID where the chain is not the one that was signed
 */
export async function loadSeal(
  { store, clock, evidenceKeys }: SealParts,
  session_id: string,
  head: ChainHead,
): Promise<ChainSeal> {
  const { signer, trusted = [] } = evidenceKeys() ?? {};
  if (!signer) return new ChainSeal(session_id, clock, { signed_through: -1 });
  const text = await store.get('signature', [session_id]);
  const reading = readSignature(session_id, text, trusted);
  if (reading.state === 'invalid') throw invalid(session_id, reading);
  const signed = 'head' in reading ? reading.head : UNSIGNED;
  const isOurs = head.seq - signed.seq <= UNSIGNED_MAX;
  if (isOurs) await assertGoesOn(store, session_id, signed, head);
  if (isOtherTranscript(signed, head)) {
    const message = 'stands beside another transcript than was signed';
    throw invalid(session_id, { seq: head.seq, message });
  }
  return new ChainSeal(session_id, clock, {
    signer: isOurs ? signer : undefined,
    signed_through: signed.seq,
  });
}

type SignedEnd = ChainEnd & Pick<SignedHead, 'message_count' | 'transcript_hash'>;

const UNSIGNED: SignedEnd = { seq: -1, hash: GENESIS };

function isOtherTranscript(signed: SignedEnd, head: ChainHead): boolean {
  const isSameCount = signed.message_count === head.message_count;
  return isSameCount && signed.transcript_hash !== head.transcript_hash;
}

/** Follows the chain from what is signed to its head. */
async function assertGoesOn(
  store: Store,
  session_id: string,
  signed: ChainEnd,
  head: ChainEnd,
): Promise<void> {
  let last: ChainEnd | undefined = signed.seq < 0 ? signed : undefined;
  const from = Math.max(0, signed.seq);
  for await (const { value } of store.scan('evidence', { prefix: [session_id], from })) {
    const reading = readEntry(value);
    if ('fault' in reading) {
      const seq = last === undefined ? from : last.seq + 1;
      throw invalid(session_id, { seq, message: reading.message });
    }
    const { entry } = reading;
    const isNext = last
      ? entry.prev_hash === last.hash && entry.seq === last.seq + 1
      : entry.hash === signed.hash && entry.seq === signed.seq;
    const message = 'is not the one that was signed, or does not go on from it';
    if (!isNext) throw invalid(session_id, { seq: entry.seq, message });
    last = entry;
  }
  if (last?.hash === head.hash) return;
  const message = `is not the end of the chain, which is signed through ${signed.seq}`;
  throw invalid(session_id, { seq: head.seq, message });
}

interface Objection {
  readonly seq: number;
  readonly message: string;
}

function invalid(session_id: string, { seq, message }: Objection): RuntimeError {
  const what = `The evidence of session ${session_id} does not verify: entry ${seq} ${message}`;
  return new RuntimeError('EVIDENCE_INVALID', what, { details: { session_id, seq } });
}
