/** What can be wrong with a chain, and where. */

/** What can be wrong with an entry, or with the place where one should stand. */
export type ProblemKind =
  /** Its content is not what was written: by its hash, the next entry, the head or a signature. */
  | 'altered'
  /** It is missing, and entries behind it are there. */
  | 'removed'
  /** Another entry of the chain stands in its place. */
  | 'reordered'
  /** It belongs to the chain of another session. */
  | 'foreign'
  /** It is no evidence entry. */
  | 'unparsable'
  /** It and all behind it are missing: the chain ends before its head, or before what is signed. */
  | 'cut_off'
  /** It and all behind it are missing, and somebody saw that they were there. */
  | 'rolled_back'
  /** It stands twice, or behind the head. */
  | 'surplus'
  /** The chain is whole, but what the entry records had no right to happen. */
  | 'unjustified'
  /** The messages beside the chain are not those that were written. */
  | 'transcript_altered'
  /** What signs it is no signature of it by a trusted key. */
  | 'signature_invalid'
  /** It should be signed, and is not. */
  | 'signature_missing'
  /** A record beside the chain, or the store under it, cannot be read. */
  | 'unreadable';

export interface EvidenceProblem {
  readonly kind: ProblemKind;
  /** The number of the entry that the problem is with; -1 where it is with none of them. */
  readonly seq: number;
  readonly message: string;
}

/** Makes the problem with the entry that has this number. */
export function about(seq: number, kind: ProblemKind, what: string): EvidenceProblem {
  return { kind, seq, message: `entry ${seq} ${what}` };
}
