/** The journals of this process: at most one per session, opened on demand, let go when idle. */
import {
  chainHead,
  enterGrants,
  GENESIS,
  NO_TRANSCRIPT,
  readEntry,
  RuntimeError,
  type ChainHead,
  type EvidenceEntry,
  type Grants,
  type Store,
  type StoredRecord,
} from '../../kernel/index.ts';
import { closeAbandoned, isHostCall } from './abandoned.ts';
import { callHistory } from './call-history.ts';
import { loadSeal, type SealParts } from './chain-seal.ts';
import { decode } from './codec.ts';
import { EffectIndex } from './effect-index.ts';
import { SessionJournal } from './journal.ts';
import type { JournalParts, LoadedJournal } from './journal-parts.ts';
import { readLiveApprovals } from './live-approvals.ts';

/** Idle journals that are kept open, so that a host's next call need not read again. */
const IDLE_MAX = 64;

interface Held {
  readonly opening: Promise<SessionJournal>;
  /** The journal once it is open. */
  journal?: SessionJournal;
  holders: number;
}

export type JournalsParts = JournalParts & SealParts;

export class Journals {
  readonly #parts: JournalsParts;
  readonly #held = new Map<string, Held>();
  readonly #idle = new Set<string>();

  constructor(parts: JournalsParts) {
    this.#parts = parts;
  }

  /** Opens the journal of a session and holds it until `release`. */
  async hold(session_id: string): Promise<SessionJournal> {
    let held = this.#held.get(session_id);
    if (!held) {
      held = { opening: this.#load(session_id), holders: 0 };
      this.#held.set(session_id, held);
    }
    this.#idle.delete(session_id);
    held.holders += 1;
    try {
      held.journal = await held.opening;
      return held.journal;
    } catch (error) {
      if (this.#held.get(session_id) === held) this.#held.delete(session_id);
      throw error;
    }
  }

  release(journal: SessionJournal): void {
    const held = this.#held.get(journal.session_id);
    // One that was dropped meanwhile is nobody's; the hold is on the one that took its place.
    if (held?.journal !== journal) return;
    held.holders -= 1;
    if (held.holders > 0) return;
    this.#idle.add(journal.session_id);
    for (const session_id of this.#idle) {
      if (this.#idle.size <= IDLE_MAX) break;
      void this.#letGo(session_id);
    }
  }

  /** Holds a journal for as long as the work takes. */
  async using<T>(session_id: string, work: (journal: SessionJournal) => Promise<T>): Promise<T> {
    const journal = await this.hold(session_id);
    try {
      return await work(journal);
    } finally {
      this.release(journal);
    }
  }

  /** Has the open journals answer what somebody asks about for the first time. */
  async relearn(): Promise<void> {
    const { store, historyBook } = this.#parts;
    await Promise.all(
      [...this.#held].map(async ([session_id, held]) => {
        const journal = await held.opening;
        await journal.commit();
        journal.learn(await callHistory(store, session_id, historyBook()));
      }),
    );
  }

  /** What policy asks about the calls of a session, up to an entry of it. */
  factsUntil = (session_id: string, seq: number): Promise<ReadonlySet<string>> => {
    const { store, historyBook } = this.#parts;
    return callHistory(store, session_id, historyBook(), seq);
  };

  /** Forgets a journal whose batch failed: the disk is what counts now. */
  drop(session_id: string): void {
    this.#held.delete(session_id);
    this.#idle.delete(session_id);
  }

  async #letGo(session_id: string): Promise<void> {
    this.#idle.delete(session_id);
    const held = this.#held.get(session_id);
    const journal = await held?.opening;
    // Held again meanwhile, or with staged entries that no commit was asked for yet: stays.
    if (held && held.holders === 0 && journal?.isClean()) this.#held.delete(session_id);
  }

  async #load(session_id: string): Promise<SessionJournal> {
    const { store, historyBook } = this.#parts;
    const loaded = await loadJournal(store, session_id);
    const facts = await callHistory(store, session_id, historyBook());
    const seal = await loadSeal(this.#parts, session_id, loaded.head);
    const journal = new SessionJournal(session_id, this.#parts, { ...loaded, facts, seal });
    closeAbandoned(journal, { run_id: 'recovery', task_id: session_id }, isHostCall);
    return journal;
  }
}

const EMPTY: ChainHead = {
  ...{ seq: -1, hash: GENESIS, message_count: 0, transcript_hash: NO_TRANSCRIPT, tail_seq: 0 },
};

async function loadJournal(
  store: Store,
  session_id: string,
): Promise<Omit<LoadedJournal, 'facts' | 'seal'>> {
  const effects = new EffectIndex();
  const grants: Grants = new Map();
  const text = await store.get('head', [session_id]);
  if (text === undefined) {
    await assertUnwritten(store, session_id);
    return { head: EMPTY, effects, grants, approvals: [] };
  }
  const head = decode(chainHead, text, `head ${session_id}`);
  let last: EvidenceEntry | undefined;
  const from = Math.max(0, Math.min(head.tail_seq, head.seq));
  for await (const record of store.scan('evidence', { prefix: [session_id], from })) {
    last = readLinked(record, last);
    effects.apply(last);
    enterGrants(grants, last);
  }
  if (head.seq >= 0 && (last?.seq !== head.seq || last.hash !== head.hash)) {
    const message =
      `The evidence of session ${session_id} ends with entry ${last?.seq ?? -1}, ` +
      `expected entry ${head.seq} with hash ${head.hash}`;
    throw new RuntimeError('STORE_CORRUPT', message);
  }
  return { head, effects, grants, approvals: await readLiveApprovals(store, session_id) };
}

/** An entry is what its hash covers, and follows the one before: what it grants lets calls run. */
function readLinked({ key, value }: StoredRecord, last: EvidenceEntry | undefined): EvidenceEntry {
  const reading = readEntry(value);
  const isNext = 'entry' in reading && (!last || reading.entry.prev_hash === last.hash);
  if (isNext) return reading.entry;
  const fault = 'fault' in reading ? reading.message : 'does not go on from the one before';
  throw new RuntimeError(
    'STORE_CORRUPT',
    `The record evidence ${key.join('/')} is damaged: ${fault}`,
  );
}

/** A chain that lost its head must not be begun anew: that would write over what is there. */
async function assertUnwritten(store: Store, session_id: string): Promise<void> {
  for await (const { key } of store.scan('evidence', { prefix: [session_id], limit: 1 })) {
    const entry = `evidence ${key.join('/')}`;
    const message = `The record head ${session_id} is missing, and ${entry} is not`;
    throw new RuntimeError('STORE_CORRUPT', message);
  }
}
