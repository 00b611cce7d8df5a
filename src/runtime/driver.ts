/** The sessions of a store in the hands of one runtime: moved by its effects, until it closes. */
import { RuntimeError, type SessionSummary } from '../../kernel/index.ts';
import type { SessionEvent } from '../../machines/index.ts';
import type { ActivateOptions, Actors, Begun, DeliverOptions } from './actor-host.ts';
import type { LiveSession } from './live-session.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionStart } from './session-start.ts';
import type { StoreHost } from './store-host.ts';

export class Driver implements Actors {
  readonly #actors: Actors;
  /** Undefined where this runtime leaves what runs to others. */
  readonly #effects: SessionEffects | undefined;
  readonly #withdraw: () => void;
  #isClosed = false;

  constructor(host: StoreHost, effects: SessionEffects, drives: boolean) {
    this.#actors = host.actors;
    this.#effects = drives ? effects : undefined;
    this.#withdraw = drives ? host.driveBy(effects) : host.standBy(effects);
  }

  async create(start: SessionStart, begun: Begun, given: ActivateOptions): Promise<void> {
    return this.#actors.create(start, begun, this.#driven(given));
  }

  async deliver(
    session_id: string,
    event: SessionEvent,
    given: DeliverOptions = {},
  ): Promise<void> {
    return this.#actors.deliver(session_id, event, this.#driven(given));
  }

  async activate(session_id: string, given: ActivateOptions = {}): Promise<LiveSession> {
    return this.#actors.activate(session_id, this.#driven(given));
  }

  active(session_id: string): LiveSession | undefined {
    return this.#actors.active(session_id);
  }

  effects(session_id: string): SessionEffects | undefined {
    return this.#actors.effects(session_id);
  }

  settled(session_id: string): Promise<SessionSummary> {
    return this.#actors.settled(session_id);
  }

  quiet(session_id: string): Promise<void> {
    return this.#actors.quiet(session_id);
  }

  /** From here on this runtime moves nothing, whoever else has the store. */
  close(): void {
    this.#isClosed = true;
    this.#withdraw();
  }

  #driven<Options extends ActivateOptions | DeliverOptions>(given: Options): Options {
    if (this.#isClosed) throw new RuntimeError('RUNTIME_CLOSED', 'The runtime is closed');
    return { effects: this.#effects, ...given };
  }
}
