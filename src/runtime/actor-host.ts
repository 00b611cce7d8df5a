/**
 * The active sessions of this process: at most one activation of each, made from its records when
 * something happens to it, stopped when it rests. Only here do sessions come and go.
 */
import {
  invariant,
  RuntimeError,
  type Alarm,
  type Clock,
  type SessionSummary,
  type Store,
} from '../../kernel/index.ts';
import type { SessionEvent, SessionInput } from '../../machines/index.ts';
import { closeAbandoned } from './abandoned.ts';
import { Activations, type Activation } from './activations.ts';
import { InFlight, waitFor } from './in-flight.ts';
import type { SessionJournal } from './journal.ts';
import type { Journals } from './journals.ts';
import { LiveSession, type Inspect, type SessionOrigin } from './live-session.ts';
import type { ProcessHold } from './process-hold.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionFiles } from './session-files.ts';
import { provideEffects, type RunEffect } from './session-machine.ts';
import { assertTakes } from './refused-event.ts';
import { assertNew, readSession, readSummary } from './session-records.ts';
import type { SessionStart } from './session-start.ts';
import { Transcript } from './transcript.ts';

export interface ActorHostParts {
  readonly store: Store;
  readonly journals: Journals;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly hold: ProcessHold;
  readonly inspect?: Inspect | undefined;
  /** The effects of a session that is activated without a host that brings its own. */
  readonly effectsOf: (start: SessionStart) => SessionEffects;
}

export interface ActivateOptions {
  /** The effects that drive this activation, where a host brings them. */
  readonly effects?: SessionEffects | undefined;
  /** Stages what is to be on record before the session moves. */
  readonly stage?: ((files: SessionFiles) => void) | undefined;
  /** What comes for it: where it does not take that, nothing of it moves. */
  readonly expects?: SessionEvent | undefined;
}

/** A new session, or one that goes on from another. */
export type Begun = SessionInput | Extract<SessionOrigin, { readonly saved: unknown }>;

/** Writes down what happened; may answer the event as it turned out. */
type Stage = (files: SessionFiles) => SessionEvent | undefined;

export interface DeliverOptions {
  readonly effects?: SessionEffects | undefined;
  readonly stage?: Stage | undefined;
  /** Reads what is needed, and answers how to stage; the session stays in memory meanwhile. */
  readonly prepare?: ((files: SessionFiles, live: LiveSession) => Promise<Stage>) | undefined;
}

/** What moves sessions. */
export type Actors = Pick<
  ActorHost,
  'create' | 'deliver' | 'activate' | 'active' | 'effects' | 'settled' | 'quiet'
>;

export class ActorHost {
  readonly #parts: ActorHostParts;
  readonly #machine = provideEffects((...run) => this.#run(...run));
  readonly #activations: Activations;
  #isClosing = false;

  constructor(parts: ActorHostParts) {
    this.#parts = parts;
    this.#activations = new Activations(parts.journals);
  }

  effects(session_id: string): SessionEffects | undefined {
    return this.#activations.get(session_id)?.effects;
  }

  active(session_id: string): LiveSession | undefined {
    return this.#activations.get(session_id)?.live;
  }

  /**
   * Makes a session; answers when its first records are on disk.
   * @throws RuntimeError SESSION_EXISTS, STORE_WRITE_FAILED
   */
  async create(start: SessionStart, begun: Begun, options: ActivateOptions): Promise<void> {
    const { session_id } = start;
    await this.#activations.open(session_id, async (journal) => {
      await assertNew(this.#parts.store, session_id);
      const files = this.#files(journal, start);
      const record = { kind: 'session_start', key: [session_id] } as const;
      journal.stageWrites([{ ...record, value: JSON.stringify(start) }]);
      const origin = 'saved' in begun ? begun : { input: begun };
      const activation = this.#activation(files, origin, options.effects);
      options.stage?.(files);
      return activation;
    });
    await this.#committed(session_id);
  }

  /**
   * Gives an event to a session, activating it if need be; answers when what follows from it at
   * once is on disk. `stage` writes down what happened, in the same batch, and may answer the
   * event as it turned out.
   * @throws RuntimeError SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED, STORE_WRITE_FAILED
   */
  async deliver(
    session_id: string,
    event: SessionEvent,
    options: DeliverOptions = {},
  ): Promise<void> {
    const live = await this.activate(session_id, { effects: options.effects, expects: event });
    const inFlight = this.#activations.get(session_id)?.inFlight;
    const { prepare } = options;
    try {
      // What is being read for keeps it from being let go of.
      const stage = prepare
        ? await inFlight?.run(undefined, () => prepare(live.files, live))
        : options.stage;
      // It may have come to rest meanwhile.
      if (this.active(session_id) !== live) return await this.deliver(session_id, event, options);
      assertTakes(live, event);
      live.actor.send(stage?.(live.files) ?? event);
    } finally {
      if (live.isResting()) this.#rest(live);
    }
    await this.#committed(session_id);
  }

  /**
   * The one activation of a session, made from its records where there is none.
   * @throws RuntimeError SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED (it does not take what it expects)
   */
  async activate(session_id: string, options: ActivateOptions = {}): Promise<LiveSession> {
    for (;;) {
      const active = this.#activations.get(session_id);
      if (active) {
        if (options.expects) assertTakes(active.live, options.expects);
        return active.live;
      }
      await (this.#activations.opening(session_id) ?? this.#restore(session_id, options));
    }
  }

  /** Answers when the session rests on disk: waits for somebody, for an instant, or is over. */
  async settled(session_id: string): Promise<SessionSummary> {
    await this.#activations.left(session_id);
    return readSummary(this.#parts.store, session_id);
  }

  /** Answers when no effect of the session runs any more, cut off or not. */
  async quiet(session_id: string): Promise<void> {
    await this.#activations.get(session_id)?.inFlight.ended();
  }

  /** The batch of a session failed: what is in memory counts no more. */
  fail(session_id: string, error: RuntimeError): void {
    const active = this.#activations.get(session_id);
    this.#parts.journals.drop(session_id);
    if (active) this.#activations.stop(active, error);
  }

  /** Lets running effects end for `grace_ms`, then cuts them off; nothing new begins. */
  async close(grace_ms: number): Promise<void> {
    this.#isClosing = true;
    await this.#activations.close();
    const running = this.#activations.all().map(({ inFlight }) => inFlight.ended());
    await waitFor(Promise.all(running), grace_ms, this.#parts);
    const left = this.#activations.all();
    // What has ended by now is kept; a store that fails here has told its callers already.
    await Promise.allSettled(left.map(({ live }) => live.files.journal.commit()));
    const error = new RuntimeError('RUNTIME_CLOSED', 'The runtime was closed');
    for (const active of this.#activations.all()) this.#activations.stop(active, error);
  }

  #run: RunEffect = async (session_id, signal, perform) => {
    const active = this.#activations.get(session_id);
    // The next effect waits for the next start of a runtime that drives.
    if (this.#isClosing || active?.effects.isWithheld) return new Promise(() => {});
    invariant(active, `the effects of ${session_id} run while it is active`);
    const { live, effects, inFlight } = active;
    try {
      const effect = (stop: AbortSignal) => perform(effects, live.files, stop);
      const news = await inFlight.run(signal, effect, live.wallLimit());
      if (news.kind === 'limit_reached') live.noteLimit(news);
      return news;
    } finally {
      if (live.isResting()) this.#rest(live);
    }
  };

  #restore(session_id: string, options: ActivateOptions): Promise<Activation> {
    return this.#activations.open(session_id, async (journal) => {
      const { saved, start } = await readSession(this.#parts.store, session_id);
      const files = this.#files(journal, start);
      const activation = this.#activation(files, { saved }, options.effects);
      if (options.expects) assertTakes(activation.live, options.expects);
      // What a resting session left running died with its process.
      if (activation.live.isResting()) closeAbandoned(journal, start);
      else options.stage?.(files);
      return activation;
    });
  }

  #files(journal: SessionJournal, start: SessionStart): SessionFiles {
    const transcript = new Transcript(this.#parts.store, journal);
    return { session_id: start.session_id, start, journal, transcript };
  }

  #activation(
    files: SessionFiles,
    origin: SessionOrigin,
    effects: SessionEffects = this.#parts.effectsOf(files.start),
  ): Activation {
    const { clock, inspect } = this.#parts;
    const machine = this.#machine;
    const onRest = (live: LiveSession): void => this.#rest(live);
    const live = new LiveSession(files, { machine, clock, inspect, onRest }, origin);
    return { live, effects, inFlight: new InFlight(this.#parts) };
  }

  async #committed(session_id: string): Promise<void> {
    await this.#activations.get(session_id)?.live.files.journal.commit();
  }

  /** Puts a resting session to disk and lets go of it, unless something moved it meanwhile. */
  #rest(live: LiveSession): void {
    const { journal, session_id } = live.files;
    journal.commit().then(
      () => {
        const active = this.#activations.get(session_id);
        const canGo = active?.live === live && live.isResting() && active.inFlight.count === 0;
        if (canGo && journal.isClean()) this.#activations.stop(active);
      },
      // The failure reaches everybody through `fail`.
      () => {},
    );
  }
}
