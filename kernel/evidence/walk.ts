/** Walks along a chain, and objects to the first entry that is not as it should be. */
import type { ChainAccount, EvidenceEntry } from '../contract/index.ts';
import { accountOf, ledgerOf } from './account.ts';
import { readEntry } from './codec.ts';
import { enter } from './ledger.ts';
import { about, type EvidenceProblem, type ProblemKind } from './problem.ts';
import type { ChainStart } from './tombstone.ts';

/** What somebody says about the entry at a place: which one it is, and so that it is there. */
export interface Mark {
  readonly seq: number;
  readonly hash: string;
  /** What is wrong where another entry stands there: `entry 3 is not the one that …`. */
  readonly says: string;
  /** What is wrong where the chain ends before it. */
  readonly absent: { readonly kind: ProblemKind; readonly says: string };
}

/** Who is walked for, and to where. */
export interface Course {
  readonly session_id: string;
  /** What the first entry that is there goes on from. */
  readonly start: ChainStart;
  /** The number of the last entry. */
  readonly end: number;
  readonly marks: readonly Mark[];
}

export interface Walk {
  /** How many entries are in order so far. */
  readonly count: () => number;
  /** The last entry that is in order, or that is pruned where none is left. */
  readonly end: () => { readonly seq: number; readonly hash: string };
  /** What an entry behind it would rest on. */
  readonly account: () => ChainAccount;
  /** The entry that ends the session; -1 before. */
  readonly completed_seq: () => number;
  /** Takes the next entry, or answers what is wrong with it. */
  readonly next: (text: string) => EvidenceProblem | undefined;
  /** Answers what is missing behind the last entry. */
  readonly finish: () => EvidenceProblem | undefined;
}

/** Starts before the first entry that is there. */
export function createWalk({ session_id, start, end, marks }: Course): Walk {
  const ledger = ledgerOf(start.account);
  const first = start.through_seq + 1;
  let count = first;
  let last = start.hash;
  let completed_seq = -1;

  const linkProblem = (entry: EvidenceEntry): EvidenceProblem | undefined => {
    if (entry.session_id !== session_id) {
      return about(count, 'foreign', `belongs to session ${entry.session_id}`);
    }
    if (entry.seq > count) return about(count, 'removed', `is missing before ${entry.seq}`);
    if (entry.seq < count) return about(entry.seq, 'surplus', 'stands a second time');
    if (entry.prev_hash !== last) {
      return about(Math.max(0, count - 1), 'altered', 'is not the one that the chain goes on from');
    }
    if (count > end) return about(count, 'surplus', `stands behind the head ${end}`);
    const mark = marks.find(({ seq, hash }) => seq === count && hash !== entry.hash);
    return mark && about(count, 'altered', `is not the one that ${mark.says}`);
  };

  return {
    count: () => count - first,
    end: () => ({ seq: count - 1, hash: last }),
    account: () => accountOf(ledger),
    completed_seq: () => completed_seq,
    next: (text) => {
      const reading = readEntry(text);
      if ('fault' in reading) return about(count, reading.fault, reading.message);
      const { entry } = reading;
      const problem = linkProblem(entry);
      if (problem) return problem;
      const objection = enter(ledger, entry);
      if (objection !== undefined) return about(count, 'unjustified', objection);
      if (entry.kind === 'session_completed') completed_seq = count;
      last = entry.hash;
      count += 1;
      return undefined;
    },
    finish: () => {
      const mark = marks.find(({ seq }) => seq >= count);
      return mark && about(count, mark.absent.kind, `is missing, ${mark.absent.says}`);
    },
  };
}
