/** What a journal is made from, and what it tells. */
import type {
  Approval,
  ChainHead,
  Clock,
  EvidenceEntry,
  Grants,
  HistoryBook,
  Message,
  Redactor,
  RuntimeError,
  Store,
} from '../../kernel/index.ts';
import type { ChainSeal } from './chain-seal.ts';
import type { Committer } from './committer.ts';
import type { EffectIndex } from './effect-index.ts';

/** What a journal tells its surroundings, after the fact. */
export interface JournalListener {
  /** These are on disk now, in the order in which they were staged. */
  readonly onCommitted: (session_id: string, happenings: readonly Happening[]) => void;
  readonly onFailed: (session_id: string, error: RuntimeError) => void;
  /** A wakeup record with this instant is on disk now. */
  readonly onWakeup: (due_at: number) => void;
}

/** What a batch holds that can be told of. */
export type Happening =
  | { readonly type: 'evidence'; readonly entry: EvidenceEntry }
  | { readonly type: 'message'; readonly index: number; readonly message: Message };

export interface JournalParts {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  /** Takes secret values out of everything before it is hashed and kept. */
  readonly redactor: Redactor;
  readonly listener: JournalListener;
  /** What policy asks about earlier calls. */
  readonly historyBook: () => HistoryBook;
}

export interface LoadedJournal {
  readonly head: ChainHead;
  readonly effects: EffectIndex;
  /** Those that can still be decided on or used. */
  readonly approvals: readonly Approval[];
  readonly grants: Grants;
  readonly facts: ReadonlySet<string>;
  readonly seal: ChainSeal;
}
