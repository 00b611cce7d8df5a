/** The effects of one session that are running now, and the ways to stop them. */
import { RuntimeError, type Alarm, type Clock } from '../../kernel/index.ts';

export interface WallLimit {
  /** Milliseconds that are left; undefined where nothing bounds them. */
  readonly left_ms: number | undefined;
  readonly onReached: () => void;
}

export class InFlight {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #stops = new Set<AbortController>();

  constructor(clock: Clock, alarm: Alarm) {
    this.#clock = clock;
    this.#alarm = alarm;
  }

  get count(): number {
    return this.#stops.size;
  }

  /** Runs an effect under the machine's own signal, the wall limit and a shutdown. */
  async run<T>(
    machine_signal: AbortSignal,
    { left_ms, onReached }: WallLimit,
    effect: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    const onAbort = (): void =>
      stop.abort(new RuntimeError('OPERATION_CANCELED', 'The session moved on without this call'));
    if (machine_signal.aborted) onAbort();
    else machine_signal.addEventListener('abort', onAbort, { once: true });
    const silence =
      left_ms === undefined ? undefined : this.#alarm.set(this.#clock.now() + left_ms, onReached);
    this.#stops.add(stop);
    try {
      return await effect(stop.signal);
    } finally {
      silence?.();
      this.#stops.delete(stop);
      machine_signal.removeEventListener('abort', onAbort);
    }
  }

  /** Stops everything without an outcome: the log says started, and the next start goes on. */
  shutDown(): void {
    for (const stop of this.#stops) {
      stop.abort(new RuntimeError('RUNTIME_CLOSED', 'The runtime was closed'));
    }
  }
}
