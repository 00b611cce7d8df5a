/** Signs the head of a chain, and says what a signature that was found beside one is worth. */
import {
  signedHead,
  type ChainHead,
  type HeadStatement,
  type SignedHead,
} from '../contract/index.ts';
import { canonicalJson } from '../canonical.ts';
import type { Signer, Verifier } from '../ports.ts';
import { readSeal } from './codec.ts';

/**
 * How many entries may stand unsigned behind a signed head: what a process that died leaves at
 * most, and what a signer takes over without being told to.
 */
export const UNSIGNED_MAX = 255;

/** The head of the chain of a session. */
export interface SessionEnd extends Pick<ChainHead, 'seq' | 'hash'> {
  readonly session_id: string;
  readonly message_count?: number | undefined;
  /** Absent where the head has none; the messages are not signed then. */
  readonly transcript_hash?: string | undefined;
}

/** Signs that this is the head of the chain at that time (ISO 8601, UTC). */
export function signHead(
  signer: Signer,
  { session_id, seq, hash, message_count, transcript_hash }: SessionEnd,
  signed_at: string,
): SignedHead {
  const { key_id } = signer;
  const type = 'evidence_head';
  const statement: HeadStatement = {
    ...{ session_id, seq, hash, signed_at, key_id },
    ...{ schema_version: 1, type },
    ...(transcript_hash !== undefined && { message_count, transcript_hash }),
  };
  return { ...statement, signature: signer.sign(canonicalJson(statement)) };
}

/** What a signature is worth to whoever trusts certain keys, or none. */
export type SignatureReading =
  | { readonly state: 'none' }
  /** Well-formed, and there was no key to check it with. */
  | { readonly state: 'unchecked'; readonly head: SignedHead }
  | { readonly state: 'valid'; readonly head: SignedHead }
  | { readonly state: 'invalid'; readonly seq: number; readonly message: string };

/** Reads and checks the signature that stands beside the chain of a session. Never throws. */
export function readSignature(
  session_id: string,
  text: string | undefined,
  trusted: readonly Verifier[],
): SignatureReading {
  if (text === undefined) return { state: 'none' };
  const head = readSeal(signedHead, text);
  if (!head) return { state: 'invalid', seq: 0, message: 'is signed by what is no signature' };
  const { seq, key_id } = head;
  if (head.session_id !== session_id) {
    const message = `is signed by the signature of session ${head.session_id}`;
    return { state: 'invalid', seq, message };
  }
  if (trusted.length === 0) return { state: 'unchecked', head };
  const key = trusted.find((one) => one.key_id === key_id);
  if (!key) {
    return { state: 'invalid', seq, message: `is signed with key ${key_id}, which is not trusted` };
  }
  return isSigned(head, key)
    ? { state: 'valid', head }
    : { state: 'invalid', seq, message: `is not what the holder of key ${key_id} signed` };
}

function isSigned({ signature, ...statement }: SignedHead, key: Verifier): boolean {
  return key.verify(canonicalJson(statement), signature);
}
