/** What is kept beside a chain, as it is stored: its head, its signature and its tombstone. */
import { chainHead, GENESIS, type ChainHead, type Seals, type Store } from '../../kernel/index.ts';
import { decode } from './codec.ts';

export interface ChainSeals extends Pick<Seals, 'signature' | 'tombstone'> {
  readonly head: ChainHead;
}

const EMPTY: ChainHead = { seq: -1, hash: GENESIS, message_count: 0, tail_seq: 0 };

/** @throws RuntimeError STORE_CORRUPT for a head that is none */
export async function readSeals(store: Store, session_id: string): Promise<ChainSeals> {
  // First: it may lag the head that is written with it, and never leads it.
  const signature = await store.get('signature', [session_id]);
  const text = await store.get('head', [session_id]);
  const head = text === undefined ? EMPTY : decode(chainHead, text, `head ${session_id}`);
  const tombstone = await store.get('tombstone', [session_id]);
  return { head, signature, tombstone };
}
