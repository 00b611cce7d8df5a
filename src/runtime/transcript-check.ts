/** Holds the stored messages of a session against what its head and its signature say of them. */
import {
  NO_TRANSCRIPT,
  signedHead,
  transcriptHash,
  type ChainHead,
  type SignedHead,
  type Store,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';
import type { ChainSeals } from './seals.ts';

/** What somebody says of the messages up to a place. */
interface Mark {
  readonly message_count: number;
  readonly transcript_hash: string;
}

/**
 * Says what is wrong with the messages; undefined where they are as they were written. The
 * signature is one that verified, or that nobody had a key for.
 */
export async function alteredTranscript(
  store: Store,
  session_id: string,
  { head, signature }: ChainSeals,
): Promise<string | undefined> {
  const signed =
    signature === undefined ? [] : [decode(signedHead, signature, `signature ${session_id}`)];
  const marks = [head, ...signed].flatMap(markOf);
  let count = 0;
  let hash = NO_TRANSCRIPT;
  for await (const { value } of store.scan('message', { prefix: [session_id] })) {
    hash = transcriptHash(hash, value);
    count += 1;
    const isOther = ({ message_count, transcript_hash }: Mark): boolean =>
      message_count === count && transcript_hash !== hash;
    if (marks.some(isOther)) return `one of the first ${count} messages is not what was written`;
  }
  if (count === head.message_count) return undefined;
  return `there are ${count} messages, and ${head.message_count} were written`;
}

function markOf({ message_count, transcript_hash }: ChainHead | SignedHead): readonly Mark[] {
  const isKept = message_count !== undefined && transcript_hash !== undefined;
  return isKept ? [{ message_count, transcript_hash }] : [];
}
