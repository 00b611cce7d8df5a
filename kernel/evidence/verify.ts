/**
 * Verifies the evidence of a session and names the first entry that is wrong. The chain alone
 * shows edits, not a rewrite of everything by whoever holds the store; a signature shows that too,
 * and a head that is kept elsewhere shows an old state that was put back whole.
 */
import type { ChainHead, Tombstone } from '../contract/index.ts';
import type { Verifier } from '../ports.ts';
import { claimedSeq } from './codec.ts';
import { about, type EvidenceProblem } from './problem.ts';
import { readSignature, UNSIGNED_MAX, type SignatureReading } from './signature.ts';
import { CHAIN_START, readTombstone, type ChainStart } from './tombstone.ts';
import { createWalk, type Mark, type Walk } from './walk.ts';

interface Verified {
  readonly session_id: string;
  /** How many entries are in order, counted from the first that is there. */
  readonly entries: number;
  /** The last entry that is in order: what to keep elsewhere, and to expect the next time. */
  readonly head: ChainEnd;
  /** What the signature beside the chain is worth; without a key it stays unchecked. */
  readonly signature: SignatureReading['state'];
  /** The last entry that is under a valid signature; -1 where none is. */
  readonly signed_through: number;
  /** The key of the valid signature. */
  readonly key_id?: string;
  /** What was removed on purpose, where something was. */
  readonly pruned?: Pruned;
}

/** What a tombstone says to people. */
export type Pruned = Pick<
  Tombstone,
  'through_seq' | 'contents_through_seq' | 'reason' | 'by' | 'pruned_at'
>;

export type VerifyResult =
  | (Verified & { readonly ok: true })
  | (Verified & { readonly ok: false; readonly problem: EvidenceProblem });

/** The last entry that the store acknowledged; `seq: -1` with `GENESIS` where there is none. */
export type ChainEnd = Pick<ChainHead, 'seq' | 'hash'>;

/** What a chain is held against beside its head. */
export interface Seals {
  /** The signature record as it is stored; undefined where there is none. */
  readonly signature?: string | undefined;
  /** The tombstone record as it is stored; undefined where nothing was pruned. */
  readonly tombstone?: string | undefined;
  /** The keys whose signatures count. With one or more, a chain without one is a problem. */
  readonly trusted?: readonly Verifier[] | undefined;
  /** A head that was seen before: the chain has to go on from it, or end with it. */
  readonly expected?: ChainEnd | undefined;
}

/**
 * Verifies stored entries in the order of their keys against the head kept beside them: the bytes
 * of each entry, the links between them, the end, the seals, and that no effect ran without a
 * decision for it. Reads each entry once; a problem of the store itself rejects as it has it.
 */
export async function verifyChain(
  session_id: string,
  entries: AsyncIterable<string> | Iterable<string>,
  head: ChainEnd,
  seals: Seals = {},
): Promise<VerifyResult> {
  const { trusted = [], expected } = seals;
  const signature = readSignature(session_id, seals.signature, trusted);
  const burial = readTombstone(session_id, seals.tombstone, trusted);
  const facts = { session_id, ...signatureFacts(signature) };
  if ('problem' in burial) {
    return { ...facts, entries: 0, head: NO_END, ok: false, problem: burial.problem };
  }
  const start = burial.tombstone ?? CHAIN_START;
  const marks = marksOf(head, signature, expected);
  const walk = createWalk({ session_id, start, end: head.seq, marks });
  const isSignatureDue = trusted.length > 0 || signature.state === 'invalid';
  const problem =
    startProblem(start, marks) ??
    (await walkAlong(walk, entries)) ??
    (isSignatureDue ? signatureProblem(signature, head, lastDue(start, walk)) : undefined);
  const verified = {
    ...{ ...facts, entries: walk.count(), head: walk.end() },
    ...(burial.tombstone && { pruned: prunedOf(burial.tombstone) }),
  };
  return problem ? { ...verified, ok: false, problem } : { ...verified, ok: true };
}

const NO_END: ChainEnd = { seq: CHAIN_START.through_seq, hash: CHAIN_START.hash };

async function walkAlong(
  walk: Walk,
  entries: AsyncIterable<string> | Iterable<string>,
): Promise<EvidenceProblem | undefined> {
  let missing: EvidenceProblem | undefined;
  for await (const text of entries) {
    // Read on behind a missing entry: it may only stand in another place.
    if (missing) {
      if (claimedSeq(text) !== missing.seq) continue;
      return { ...missing, kind: 'reordered', message: `entry ${missing.seq} is out of order` };
    }
    const problem = walk.next(text);
    if (problem?.kind === 'removed') missing = problem;
    else if (problem) return problem;
  }
  return missing ?? walk.finish();
}

function marksOf(
  head: ChainEnd,
  signature: SignatureReading,
  expected: ChainEnd | undefined,
): readonly Mark[] {
  const marks: Mark[] = [
    {
      ...head,
      says: 'the head names',
      absent: { kind: 'cut_off', says: `the head is ${head.seq}` },
    },
  ];
  if ('head' in signature) {
    const { seq, hash } = signature.head;
    const absent = { kind: 'cut_off', says: `it is signed through ${seq}` } as const;
    marks.push({ seq, hash, says: 'was signed', absent });
  }
  if (expected) {
    const says = `expected at least entry ${expected.seq}`;
    const absent = { kind: 'rolled_back', says } as const;
    marks.push({ ...expected, says: 'was expected', absent });
  }
  return marks;
}

/** What is wrong with the last entry that is not there any more. */
function startProblem(
  { through_seq, hash }: ChainStart,
  marks: readonly Mark[],
): EvidenceProblem | undefined {
  const mark = marks.find((one) => one.seq === through_seq && one.hash !== hash);
  if (mark) return about(through_seq, 'altered', `is not the one that ${mark.says}`);
  const hidden = marks.find(
    ({ seq, absent }) => seq < through_seq && absent.kind === 'rolled_back',
  );
  return hidden && about(hidden.seq, 'removed', 'is pruned, so that nothing can be compared to it');
}

/** The last entry that cannot have gone to the disk without a signature: the end of a session. */
function lastDue({ through_seq }: ChainStart, walk: Walk): number {
  return Math.max(through_seq, walk.completed_seq());
}

/** What is wrong with the signature of a chain that has to have one. */
function signatureProblem(
  signature: SignatureReading,
  { seq }: ChainEnd,
  due_seq: number,
): EvidenceProblem | undefined {
  if (signature.state === 'invalid') {
    return about(signature.seq, 'signature_invalid', signature.message);
  }
  if (seq < 0) return undefined;
  const signed_through = 'head' in signature ? signature.head.seq : -1;
  // What runs may have died before its next signature; what never had one is none of ours.
  const isSigned = signed_through >= Math.max(0, due_seq);
  return isSigned && seq - signed_through <= UNSIGNED_MAX
    ? undefined
    : about(signed_through + 1, 'signature_missing', 'and all behind it are not signed');
}

function signatureFacts(
  signature: SignatureReading,
): Pick<Verified, 'signature' | 'signed_through' | 'key_id'> {
  if (signature.state !== 'valid') return { signature: signature.state, signed_through: -1 };
  const { seq, key_id } = signature.head;
  return { signature: 'valid', signed_through: seq, key_id };
}

function prunedOf(stone: Tombstone): Pruned {
  const { through_seq, contents_through_seq, reason, by, pruned_at } = stone;
  return { through_seq, contents_through_seq, reason, by, pruned_at };
}
