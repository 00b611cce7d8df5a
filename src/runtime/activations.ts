/** Which sessions are in memory, being brought there, or waited for: one activation of each. */
import { RuntimeError } from '../../kernel/index.ts';
import type { InFlight } from './in-flight.ts';
import type { SessionJournal } from './journal.ts';
import type { Journals } from './journals.ts';
import type { LiveSession } from './live-session.ts';
import type { SessionEffects } from './session-effects.ts';

/** A session in memory, with what drives it. */
export interface Activation {
  readonly live: LiveSession;
  readonly effects: SessionEffects;
  readonly inFlight: InFlight;
}

export class Activations {
  readonly #journals: Journals;
  readonly #active = new Map<string, Activation>();
  readonly #opening = new Map<string, Promise<Activation>>();
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
  #isClosed = false;

  constructor(journals: Journals) {
    this.#journals = journals;
  }

  get(session_id: string): Activation | undefined {
    return this.#active.get(session_id);
  }

  all(): readonly Activation[] {
    return [...this.#active.values()];
  }

  /** The activation that is under way. */
  opening(session_id: string): Promise<Activation> | undefined {
    return this.#opening.get(session_id);
  }

  /**
   * Brings a session into memory and starts it.
   * @throws RuntimeError SESSION_EXISTS where it is there already, RUNTIME_CLOSED
   */
  open(
    session_id: string,
    make: (journal: SessionJournal) => Promise<Activation>,
  ): Promise<Activation> {
    if (this.#isClosed) throw new RuntimeError('RUNTIME_CLOSED', 'The runtime was closed');
    if (this.#active.has(session_id) || this.#opening.has(session_id)) {
      throw new RuntimeError('SESSION_EXISTS', `There is already a session ${session_id}`);
    }
    const opening = this.#open(session_id, make).finally(() => this.#opening.delete(session_id));
    this.#opening.set(session_id, opening);
    return opening;
  }

  /** Answers when the session is no longer in memory; rejects where it left with an error. */
  async left(session_id: string): Promise<void> {
    if (!this.#active.has(session_id) && !this.#opening.has(session_id)) return;
    const waiting = this.#waiting.get(session_id) ?? Promise.withResolvers<void>();
    this.#waiting.set(session_id, waiting);
    await waiting.promise;
  }

  /** Takes a session out of memory; with an error, what its effects still do is cut off. */
  stop({ live, inFlight }: Activation, error?: RuntimeError): void {
    const { session_id, journal } = live.files;
    this.#active.delete(session_id);
    if (error) inFlight.shutDown();
    live.actor.stop();
    journal.envelope = undefined;
    journal.standing = undefined;
    this.#journals.release(journal);
    this.#tellLeft(session_id, error);
  }

  /** Lets nothing more into memory; answers when what was on its way there has arrived. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#opening.values());
  }

  async #open(
    session_id: string,
    make: (journal: SessionJournal) => Promise<Activation>,
  ): Promise<Activation> {
    const journal = await this.#journals.hold(session_id);
    try {
      const activation = await make(journal);
      this.#active.set(session_id, activation);
      activation.live.start();
      return activation;
    } catch (error) {
      this.#journals.release(journal);
      this.#tellLeft(session_id, error);
      throw error;
    }
  }

  #tellLeft(session_id: string, error: unknown): void {
    const waiting = this.#waiting.get(session_id);
    this.#waiting.delete(session_id);
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(error);
  }
}
