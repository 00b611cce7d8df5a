/**
 * What belongs to one store and is shared by everybody who opens it in this process: journals,
 * active sessions, wakeups and the stream of events. Two of these on one store would write two
 * chains for one session; so there is one.
 */
import {
  createRedactor,
  historyBook,
  isRuntimeError,
  messageOf,
  RuntimeError,
  type Alarm,
  type CallPattern,
  type Clock,
  type HistoryBook,
  type Redactor,
  type Store,
} from '../../kernel/index.ts';
import type { EvidenceKeys } from '../../adapters/index.ts';
import { ActorHost } from './actor-host.ts';
import { expireApproval } from './approval-expiry.ts';
import { createCommitter, type Committer } from './committer.ts';
import { EventStream } from './event-stream.ts';
import { createEvidence, type Evidence } from './evidence.ts';
import { Journals } from './journals.ts';
import type { Inspect } from './live-session.ts';
import { ProcessHold } from './process-hold.ts';
import { recording } from './session-entries.ts';
import type { SessionEffects } from './session-effects.ts';
import { topState } from './summary.ts';
import { Wakeups } from './wakeups.ts';
import type { Wakeup } from './wakeup-records.ts';

export interface StoreHostParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly inspect?: Inspect | undefined;
}

export class StoreHost {
  readonly store: Store;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly events = new EventStream();
  readonly evidence: Evidence;
  readonly journals: Journals;
  readonly actors: ActorHost;
  readonly wakeups: Wakeups;
  readonly hold = new ProcessHold();
  readonly #committer: Committer;
  readonly #secrets = new Set<string>();
  #redactor: Redactor = createRedactor([]);
  #patterns: readonly CallPattern[] = [];
  #historyBook: HistoryBook = historyBook([]);
  #evidenceKeys: EvidenceKeys | undefined;
  /** The effects of the runtimes that are open, the latest at the end. */
  #driving: readonly SessionEffects[] = [];
  #standingBy: readonly SessionEffects[] = [];

  constructor({ store, clock, alarm, inspect }: StoreHostParts) {
    this.store = store;
    this.clock = clock;
    this.alarm = alarm;
    this.evidence = createEvidence(store, () => this.#evidenceKeys?.trusted);
    this.#committer = createCommitter(store);
    const onWakeup = (due_at: number): void => this.wakeups.note(due_at);
    this.journals = new Journals({
      store,
      clock,
      committer: this.#committer,
      redactor: {
        text: (text) => this.#redactor.text(text),
        value: (value) => this.#redactor.value(value),
      },
      historyBook: () => this.#historyBook,
      evidenceKeys: () => this.#evidenceKeys,
      listener: {
        onWakeup,
        onCommitted: (...committed) => this.#tell(...committed),
        onFailed: (session_id, error) => {
          this.actors.fail(session_id, error);
          this.reportFailure(session_id, error);
        },
      },
    });
    const effectsOf = (): SessionEffects => this.#drivingEffects();
    this.actors = new ActorHost({
      ...{ store, clock, alarm, inspect, effectsOf, hold: this.hold },
      journals: this.journals,
    });
    this.wakeups = new Wakeups({
      ...{ store, clock, alarm },
      onDue: (due) => this.#onDue(due),
      onError: (session_id, error) => this.reportFailure(session_id, error),
    });
  }

  /** Names the effects of a runtime; the latest one also does what nobody asked for by hand. */
  driveBy(effects: SessionEffects): () => void {
    this.#driving = [...this.#driving, effects];
    return () => (this.#driving = this.#driving.filter((other) => other !== effects));
  }

  /** Names the effects that stand in where no runtime drives: decided with, and never begun. */
  standBy(given: SessionEffects): () => void {
    const effects: SessionEffects = { ...given, isWithheld: true };
    this.#standingBy = [...this.#standingBy, effects];
    return () => (this.#standingBy = this.#standingBy.filter((other) => other !== effects));
  }

  /** Takes these values out of everything that is written from now on. */
  keepSecret(values: readonly string[]): void {
    for (const value of values) this.#secrets.add(value);
    this.#redactor = createRedactor([...this.#secrets]);
  }

  /** Signs the chains that are opened from now on; what another key signed counts as before. */
  signWith({ signer, trusted }: EvidenceKeys): void {
    const known = this.#evidenceKeys;
    this.#evidenceKeys = {
      signer: signer ?? known?.signer,
      trusted: [...trusted, ...(known?.trusted ?? [])],
    };
  }

  /** Has the journals remember the calls that rules ask about, from the first one of a session. */
  async askAbout(patterns: readonly CallPattern[]): Promise<void> {
    if (patterns.length === 0) return;
    this.#patterns = [...this.#patterns, ...patterns];
    this.#historyBook = historyBook(this.#patterns);
    await this.journals.relearn();
  }

  redact(value: unknown): unknown {
    return this.#redactor.value(value);
  }

  reportFailure(session_id: string, error: unknown): void {
    const code = isRuntimeError(error) ? error.code : 'TOOL_EXECUTION_FAILED';
    this.events.emit({ type: 'failure', session_id, code, message: messageOf(error) });
  }

  /** Ends everything that uses the store; the store itself is closed by who opened it. */
  async close(grace_ms: number): Promise<void> {
    await this.wakeups.close();
    await this.actors.close(grace_ms);
    await this.#committer.idle();
  }

  #drivingEffects(): SessionEffects {
    const effects = this.#driving.at(-1) ?? this.#standingBy.at(-1);
    if (effects) return effects;
    throw new RuntimeError(
      'EVENT_NOT_ACCEPTED',
      'No runtime drives this store: the session moves on when its host resumes it',
    );
  }

  #onDue(due: Wakeup): Promise<void> {
    return due.kind === 'approval_expiry'
      ? expireApproval(this, due.session_id, due.request_id)
      : this.actors.deliver(
          due.session_id,
          { type: 'wakeup.due' },
          { stage: recording('session_woken') },
        );
  }

  #tell: ConstructorParameters<typeof Journals>[0]['listener']['onCommitted'] = (
    session_id,
    happenings,
  ) => {
    for (const happening of happenings) this.events.emit({ ...happening, session_id });
    this.actors
      .active(session_id)
      ?.tell((from, to) =>
        this.events.emit({ type: 'state', session_id, from, to, state: topState(to) }),
      );
  };
}
