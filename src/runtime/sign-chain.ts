/**
 * Signs a chain that stands unsigned, because a person says so: a runtime does not vouch for what
 * it finds. What is signed has to verify, but for the signatures that it lacks.
 */
import {
  canonicalJson,
  makeTombstone,
  RuntimeError,
  signHead,
  tombstone as tombstoneSchema,
  type Clock,
  type Signer,
  type Store,
  type VerifyResult,
  type Write,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';
import { readSeals } from './seals.ts';
import { notFound } from './summary.ts';
import { verifySession } from './verify-session.ts';

export interface SigningParts {
  /** Nobody else writes to it meanwhile. */
  readonly store: Store;
  readonly clock: Clock;
  readonly signer: Signer;
}

/**
 * Signs the head of a session and its tombstone; answers what was signed.
 * @throws RuntimeError SESSION_NOT_FOUND, EVIDENCE_INVALID (the chain does not verify), STORE_*
 */
export async function signChain(parts: SigningParts, session_id: string): Promise<VerifyResult> {
  const { store, clock, signer } = parts;
  const result = await verifySession(store, session_id, {});
  if (!result.ok) {
    const message = `Session ${session_id} does not verify, so it was not signed: `;
    throw new RuntimeError('EVIDENCE_INVALID', message + result.problem.message);
  }
  if (result.head.seq < 0) throw notFound(session_id);
  const signed_at = new Date(clock.now()).toISOString();
  const { head, tombstone } = await readSeals(store, session_id);
  const signature = signHead(signer, { ...head, session_id }, signed_at);
  await store.commit([
    { kind: 'signature', key: [session_id], value: canonicalJson(signature) },
    ...(tombstone === undefined ? [] : [signedTombstone(signer, session_id, tombstone)]),
  ]);
  return verifySession(store, session_id, { trusted: [signer] });
}

/** Whoever signed it before, if anybody did, vouches for it no more. */
function signedTombstone(signer: Signer, session_id: string, text: string): Write {
  const stone = decode(tombstoneSchema, text, `tombstone ${session_id}`);
  const { through_seq, hash, contents_through_seq, account, reason, by, pruned_at } = stone;
  const draft = {
    ...{ session_id, through_seq, hash, contents_through_seq, account },
    ...{ reason, by, pruned_at },
  };
  const value = canonicalJson(makeTombstone(draft, signer));
  return { kind: 'tombstone', key: [session_id], value };
}
