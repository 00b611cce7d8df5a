/** A signed chain for tests, and keys that are made once: making one is dear. */
import { generateKey, signerOf } from '../../../adapters/index.ts';
import { canonicalJson } from '../../../kernel/canonical.ts';
import type { SignedHead } from '../../../kernel/contract/index.ts';
import { signHead } from '../../../kernel/evidence/signature.ts';
import type { Signer } from '../../../kernel/ports.ts';
import { minute, SESSION, type Chain } from './evidence.ts';

export const KEY = signerOf(generateKey(), 'key');
export const OTHER_KEY = signerOf(generateKey(), 'other key');

interface Which {
  /** The entry that is signed; default the last one. */
  readonly seq?: number;
  readonly signer?: Signer;
  readonly session_id?: string;
}

/** Signs a chain at one of its entries. */
export function signatureOf(chain: Chain, which: Which = {}): SignedHead {
  const { seq = chain.head.seq, signer = KEY, session_id = SESSION } = which;
  const { hash = chain.head.hash } = chain.entries[seq] ?? {};
  const transcript = { message_count: 2, transcript_hash: chain.head.hash };
  return signHead(signer, { session_id, seq, hash, ...transcript }, minute(99));
}

/** The same, as it is stored. */
export const signatureText = (chain: Chain, which: Which = {}): string =>
  canonicalJson(signatureOf(chain, which));
