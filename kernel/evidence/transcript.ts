/** One hash over all messages of a session, kept up as they come, so that none changes unseen. */
import type { ChainHead } from '../contract/index.ts';
import { sha256 } from '../canonical.ts';
import { GENESIS } from './chain.ts';

/** The hash over no message. */
export const NO_TRANSCRIPT = GENESIS;

/** The hash over the messages so far and one more, as it is stored. */
export function transcriptHash(previous: string, text: string): string {
  return sha256(previous + text);
}

/** The head of a session that got a message. One from before the hash was kept goes on without. */
export function withMessage(head: ChainHead, text: string): ChainHead {
  const message_count = head.message_count + 1;
  const { transcript_hash: previous } = head;
  return previous === undefined
    ? { ...head, message_count }
    : { ...head, message_count, transcript_hash: transcriptHash(previous, text) };
}
