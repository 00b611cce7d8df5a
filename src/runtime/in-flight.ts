/** Effects that are running now, of one session or of one host, and the ways to stop them. */
import { RuntimeError, type Alarm, type Clock } from '../../kernel/index.ts';
import type { ProcessHold } from './process-hold.ts';

export interface WallLimit {
  /** Milliseconds that are left; undefined where nothing bounds them. */
  readonly left_ms: number | undefined;
  readonly onReached: () => void;
}

export interface InFlightParts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** A running effect keeps the process alive, whatever it waits for. */
  readonly hold: ProcessHold;
}

const UNBOUNDED: WallLimit = { left_ms: undefined, onReached: () => {} };

export class InFlight {
  readonly #parts: InFlightParts;
  /** What cuts off each effect. */
  readonly #running = new Set<(reason: RuntimeError) => void>();
  #ended = Promise.withResolvers<void>();

  constructor(parts: InFlightParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Runs an effect under the signal of who asked, where there is one, and the wall limit. */
  async run<T>(
    signal: AbortSignal | undefined,
    effect: (signal: AbortSignal) => Promise<T>,
    { left_ms, onReached }: WallLimit = UNBOUNDED,
  ): Promise<T> {
    const { clock, alarm, hold } = this.#parts;
    const stop = new AbortController();
    const onAbort = (): void =>
      stop.abort(new RuntimeError('OPERATION_CANCELED', 'The session moved on without this call'));
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    const silence = left_ms === undefined ? undefined : alarm.set(clock.now() + left_ms, onReached);
    const over = Promise.withResolvers<never>();
    const cutOff = (reason: RuntimeError): void => {
      stop.abort(reason);
      over.reject(reason);
    };
    const release = hold.take();
    this.#running.add(cutOff);
    try {
      return await Promise.race([effect(stop.signal), over.promise]);
    } finally {
      silence?.();
      release();
      this.#running.delete(cutOff);
      signal?.removeEventListener('abort', onAbort);
      if (this.count === 0) this.#tellEnded();
    }
  }

  /** Answers when nothing runs. */
  ended(): Promise<void> {
    return this.count === 0 ? Promise.resolve() : this.#ended.promise;
  }

  /** Stops everything without an outcome: the log says started, and the next start goes on. */
  shutDown(): void {
    const reason = new RuntimeError('RUNTIME_CLOSED', 'The runtime was closed');
    for (const cutOff of this.#running) cutOff(reason);
  }

  #tellEnded(): void {
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
  }
}

/** Waits for what ends by itself, `grace_ms` at most, and keeps the process alive meanwhile. */
export async function waitFor(
  ending: Promise<unknown>,
  grace_ms: number,
  { clock, alarm, hold }: InFlightParts,
): Promise<void> {
  const release = hold.take();
  const over = Promise.withResolvers<void>();
  const silence = alarm.set(clock.now() + grace_ms, () => over.resolve());
  await Promise.race([ending, over.promise]);
  silence();
  release();
}
