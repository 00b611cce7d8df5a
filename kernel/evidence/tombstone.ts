/**
 * What was pruned from a chain, as its tombstone says it: where the chain goes on, and what the
 * entries behind rest on. A signed one makes the gap as good as the entries were.
 */
import {
  tombstone as tombstoneSchema,
  type ChainAccount,
  type Tombstone,
} from '../contract/index.ts';
import { canonicalJson } from '../canonical.ts';
import type { Signer, Verifier } from '../ports.ts';
import { GENESIS } from './chain.ts';
import { readSeal } from './codec.ts';
import type { EvidenceProblem } from './problem.ts';
import { about } from './problem.ts';

/** What a tombstone says, before it is signed. */
export type TombstoneDraft = Omit<Tombstone, 'schema_version' | 'type' | 'key_id' | 'signature'>;

/** Where a walk along a chain begins. */
export interface ChainStart {
  /** The last entry that is not there; -1 where all are. */
  readonly through_seq: number;
  readonly hash: string;
  readonly account: ChainAccount;
}

/** Before the first entry of a session. */
export const CHAIN_START: ChainStart = {
  through_seq: -1,
  hash: GENESIS,
  account: { tries: [], gates: [], gated: [] },
};

/** Writes a tombstone, signed where there is a key. */
export function makeTombstone(draft: TombstoneDraft, signer: Signer | undefined): Tombstone {
  const type = 'evidence_tombstone';
  const bare: Tombstone = { ...draft, schema_version: 1, type };
  if (!signer) return bare;
  const statement = { ...bare, key_id: signer.key_id };
  return { ...statement, signature: signer.sign(canonicalJson(statement)) };
}

/** A tombstone to go on from, or what is wrong with it. */
export type TombstoneReading =
  { readonly tombstone: Tombstone | undefined } | { readonly problem: EvidenceProblem };

/** Reads and checks the tombstone that stands beside the chain of a session. Never throws. */
export function readTombstone(
  session_id: string,
  text: string | undefined,
  trusted: readonly Verifier[],
): TombstoneReading {
  if (text === undefined) return { tombstone: undefined };
  const found = readSeal(tombstoneSchema, text);
  if (!found) return { problem: about(0, 'unparsable', 'is pruned by what is no tombstone') };
  const seq = Math.max(0, found.through_seq);
  if (found.session_id !== session_id) {
    const what = `is pruned by the tombstone of session ${found.session_id}`;
    return { problem: about(seq, 'foreign', what) };
  }
  if (trusted.length === 0) return { tombstone: found };
  const { signature, ...statement } = found;
  if (signature === undefined) {
    const what = 'and all before it are pruned, and nobody signed that';
    return { problem: about(seq, 'signature_missing', what) };
  }
  const key = trusted.find(({ key_id }) => key_id === found.key_id);
  if (key?.verify(canonicalJson(statement), signature)) return { tombstone: found };
  const what = 'and all before it are pruned, and no trusted key signed that';
  return { problem: about(seq, 'signature_invalid', what) };
}
