/**
 * Runs a session again from its evidence: the machine is walked by XState's pure `transition`, the
 * log answers every effect, and each entry has to be what the machine comes to. No tool, model,
 * clock or store takes part. That the entries are those that were written is for `verify`.
 */
import {
  contentHash,
  isRuntimeError,
  RuntimeError,
  type EvidenceEntry,
} from '../../../kernel/index.ts';
import { sessionMachine, type SessionContext } from '../../../machines/index.ts';
import { stateDetail } from '../summary.ts';
import { nextHeard, type Ahead, type Sources } from './answers.ts';
import { Arrivals } from './arrivals.ts';
import type { RecordedSession, ReplayDifference, ReplayResult } from './contract.ts';
import { Conversation } from './conversation.ts';
import { beginningOf } from './details.ts';
import { ReplayLog } from './log.ts';
import { objectionTo, objectionToEnd, type Objection } from './objections.ts';
import { Walk, type Heard } from './walk.ts';

/**
 * Replays a session, on the machine of this version unless another one is given.
 * @throws RuntimeError REPLAY_NOT_POSSIBLE where the evidence does not say with what it began.
 */
export function replaySession(
  recorded: RecordedSession,
  machine: typeof sessionMachine = sessionMachine,
): ReplayResult {
  return new Replay(recorded, machine).run();
}

/**
 * What the machine of a session knows when it has heard everything up to an entry.
 * @throws RuntimeError REPLAY_NOT_POSSIBLE, REPLAY_DIFFERS
 */
export function contextAfter(recorded: RecordedSession, seq: number): SessionContext {
  const { session_id } = recorded;
  const entries = recorded.entries.filter((entry) => entry.seq <= seq);
  const replay = new Replay({ ...recorded, entries, saved: undefined }, sessionMachine);
  const result = replay.run();
  if (result.ok) return replay.hearOut();
  const { expected, came, ...place } = result.difference;
  const message = `${session_id} differs at entry ${place.seq}: expected ${expected}, came ${came}`;
  throw new RuntimeError('REPLAY_DIFFERS', message, { details: { ...result.difference } });
}

function notReplayable(session_id: string): RuntimeError {
  const message =
    `The evidence of ${session_id} does not say with what it began: it is older than replays, ` +
    'was pruned, or its host drives it';
  return new RuntimeError('REPLAY_NOT_POSSIBLE', message);
}

/** From one entry to the next it is a handful; another machine may go in circles. */
const MOVES_MAX = 100;

class Replay {
  readonly #recorded: RecordedSession;
  readonly #machine: typeof sessionMachine;
  readonly #walk: Walk;
  readonly #log = new ReplayLog();
  readonly #arrivals = new Arrivals(this.#log);
  readonly #sources: Sources;
  readonly #conversation: Conversation | undefined;

  constructor(recorded: RecordedSession, machine: typeof sessionMachine) {
    const beginning = beginningOf(recorded.entries[0]);
    if (!beginning) throw notReplayable(recorded.session_id);
    this.#recorded = recorded;
    this.#machine = machine;
    this.#walk = new Walk(machine, beginning);
    const content = (hash: string): unknown => contentOf(recorded, hash);
    this.#sources = { walk: this.#walk, log: this.#log, content };
    this.#conversation = recorded.messages && new Conversation(recorded.messages, content);
  }

  run(): ReplayResult {
    let count = 0;
    for (const entry of this.#recorded.entries) {
      const isApart = this.#log.isApart(entry);
      const difference = isApart ? undefined : this.#take(entry);
      if (difference) return this.#result(count, difference);
      count += 1;
    }
    return this.#result(count, this.#come(undefined) ?? this.#hearConversation(undefined));
  }

  /** Brings the machine and the conversation to an entry, and takes in what it brings. */
  #take(entry: EvidenceEntry): ReplayDifference | undefined {
    const difference = this.#come(entry) ?? this.#hearConversation(entry);
    this.#walk.settle();
    this.#log.enter(entry);
    this.#arrivals.enter(entry, this.#waitsFor());
    return difference;
  }

  /** Has the machine hear all that the log still has for it. */
  hearOut(): SessionContext {
    const nowhere = { entry: undefined, passes: undefined };
    for (;;) {
      const heard = nextHeard(this.#sources, nowhere);
      if (!heard) return this.#walk.context;
      this.#walk.send(heard, undefined);
    }
  }

  /** The request that the machine waits for. */
  #waitsFor(): string | null {
    return this.#walk.state === 'approval_required' ? this.#walk.context.request_id : null;
  }

  /** Brings the machine to an entry, or to the saved end; answers what stands against it. */
  #come(entry: EvidenceEntry | undefined): ReplayDifference | undefined {
    return this.#differenceAt(entry, () => {
      for (let left = MOVES_MAX; left > 0; left -= 1) {
        const arrived = this.#arrivals.take(entry);
        if (arrived && !this.#walk.takes(arrived)) {
          return { expected: `${this.#walk.state} does not take it`, came: arrived.type };
        }
        const objection = arrived ? undefined : this.#objection(entry);
        const heard: Heard | undefined =
          arrived ?? (objection && nextHeard(this.#sources, this.#ahead(entry)));
        if (!heard) return objection;
        this.#walk.send(heard, entry?.seq);
      }
      return { expected: 'a way to it', came: `${MOVES_MAX} moves that do not lead there` };
    });
  }

  /** Holds the messages up to an entry, and those that come with it, against the evidence. */
  #hearConversation(entry: EvidenceEntry | undefined): ReplayDifference | undefined {
    const conversation = this.#conversation;
    return this.#differenceAt(entry, () => {
      const objection = conversation?.objectionTo(entry);
      if (objection || !entry) return objection;
      return conversation?.enter(entry, this.#walk.context);
    });
  }

  #objection(entry: EvidenceEntry | undefined): Objection | undefined {
    const { saved } = this.#recorded;
    if (entry) return objectionTo(entry, this.#sources);
    return saved && objectionToEnd(saved, this.#walk);
  }

  #ahead(entry: EvidenceEntry | undefined): Ahead {
    const { saved } = this.#recorded;
    if (!entry) return { entry, passes: saved && stateDetail(saved.value) };
    const isReceipt = 'effect_id' in entry;
    return {
      entry,
      passes: isReceipt ? (entry.state_after ?? entry.state_before) : entry.state_before,
    };
  }

  #differenceAt(
    entry: EvidenceEntry | undefined,
    look: () => Objection | undefined,
  ): ReplayDifference | undefined {
    const { seq = 0, kind = '' } = entry ?? this.#recorded.entries.at(-1) ?? {};
    try {
      const objection = look();
      return objection && { seq, kind, event: this.#walk.lastEvent, ...objection };
    } catch (error) {
      if (!isRuntimeError(error)) throw error;
      const expected = 'what can be read';
      return { seq, kind, event: this.#walk.lastEvent, expected, came: error.message };
    }
  }

  #result(entries: number, difference: ReplayDifference | undefined): ReplayResult {
    const replayed = {
      session_id: this.#recorded.session_id,
      machine_version: this.#machine.version ?? '',
      entries,
      moves: this.#walk.moves,
      state: this.#walk.state,
    };
    return difference ? { ...replayed, ok: false, difference } : { ...replayed, ok: true };
  }
}

/** A content that is there, and is what its hash says. */
function contentOf({ contents }: RecordedSession, hash: string): unknown {
  if (!contents.has(hash))
    throw new RuntimeError('STORE_CORRUPT', `The content ${hash} is missing`);
  const content = contents.get(hash);
  if (contentHash(content) === hash) return content;
  throw new RuntimeError('STORE_CORRUPT', `The content ${hash} is not what its hash says`);
}
