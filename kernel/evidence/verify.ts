/**
 * Verifies the evidence of a session and names the first entry that is wrong.
 * A chain shows edits, not a rewrite of everything by whoever holds the store: against that, keep
 * a head elsewhere.
 */
import type { ChainHead, EvidenceEntry } from '../contract/index.ts';
import { GENESIS } from './chain.ts';
import { claimedSeq, readEntry } from './codec.ts';
import { enter, openLedger } from './ledger.ts';

/** What can be wrong with an entry, or with the place where one should stand. */
export type ProblemKind =
  /** Its content is not what was written, by its own hash or by the hash that follows it. */
  | 'altered'
  /** It is missing, and entries behind it are there. */
  | 'removed'
  /** Another entry of the chain stands in its place. */
  | 'reordered'
  /** It belongs to the chain of another session. */
  | 'foreign'
  /** It is no evidence entry. */
  | 'unparsable'
  /** It and all behind it are missing: the chain ends before its head. */
  | 'cut_off'
  /** It stands twice, or behind the head. */
  | 'surplus'
  /** The chain is whole, but what the entry records had no right to happen. */
  | 'unjustified';

export interface EvidenceProblem {
  readonly kind: ProblemKind;
  /** The number of the entry that the problem is with. */
  readonly seq: number;
  readonly message: string;
}

interface Verified {
  readonly session_id: string;
  /** How many entries are in order, counted from the first. */
  readonly entries: number;
}

export type VerifyResult =
  | (Verified & { readonly ok: true })
  | (Verified & { readonly ok: false; readonly problem: EvidenceProblem });

/** The last entry that the store acknowledged; `seq: -1` with `GENESIS` where there is none. */
export type ChainEnd = Pick<ChainHead, 'seq' | 'hash'>;

/**
 * Verifies stored entries in the order of their keys against the head kept beside them: the bytes
 * of each entry, the links between them, the end, and that no effect ran without a decision for
 * it. Reads each entry once; a problem in the store itself rejects as the store has it.
 */
export async function verifyChain(
  session_id: string,
  entries: AsyncIterable<string> | Iterable<string>,
  head: ChainEnd,
): Promise<VerifyResult> {
  const walk = createWalk(session_id, head);
  let missing: EvidenceProblem | undefined;
  for await (const text of entries) {
    // Read on behind a missing entry: it may only stand in another place.
    if (missing) {
      if (claimedSeq(text) !== missing.seq) continue;
      missing = { ...missing, kind: 'reordered', message: `entry ${missing.seq} is out of order` };
      break;
    }
    const problem = walk.next(text);
    if (problem?.kind === 'removed') missing = problem;
    else if (problem) return { ok: false, session_id, entries: walk.count(), problem };
  }
  const problem = missing ?? walk.end();
  return problem
    ? { ok: false, session_id, entries: walk.count(), problem }
    : { ok: true, session_id, entries: walk.count() };
}

/** Walks along the chain; answers the problem of the entry that it is shown, if there is one. */
function createWalk(session_id: string, head: ChainEnd) {
  const ledger = openLedger();
  let count = 0;
  let last = GENESIS;

  const linkProblem = (entry: EvidenceEntry): EvidenceProblem | undefined => {
    if (entry.session_id !== session_id) {
      return about(count, 'foreign', `belongs to session ${entry.session_id}`);
    }
    if (entry.seq > count) return about(count, 'removed', `is missing before ${entry.seq}`);
    if (entry.seq < count) return about(entry.seq, 'surplus', 'stands a second time');
    if (entry.prev_hash !== last) {
      return about(Math.max(0, count - 1), 'altered', 'is not the one that the chain goes on from');
    }
    if (count > head.seq) return about(count, 'surplus', `stands behind the head ${head.seq}`);
    if (count === head.seq && entry.hash !== head.hash) {
      return about(count, 'altered', 'is not the one that the head names');
    }
    return undefined;
  };

  return {
    count: () => count,
    next: (text: string): EvidenceProblem | undefined => {
      const reading = readEntry(text);
      if ('fault' in reading) return about(count, reading.fault, reading.message);
      const { entry } = reading;
      const problem = linkProblem(entry);
      if (problem) return problem;
      const objection = enter(ledger, entry);
      if (objection !== undefined) return about(count, 'unjustified', objection);
      last = entry.hash;
      count += 1;
      return undefined;
    },
    end: (): EvidenceProblem | undefined =>
      count > head.seq ? undefined : about(count, 'cut_off', `is missing, the head is ${head.seq}`),
  };
}

function about(seq: number, kind: ProblemKind, what: string): EvidenceProblem {
  return { kind, seq, message: `entry ${seq} ${what}` };
}
