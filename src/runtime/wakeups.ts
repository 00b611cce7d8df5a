/** Durable time: one alarm for the earliest record, whatever their number. */
import type { Alarm, Clock, Store } from '../../kernel/index.ts';
import { decode } from './codec.ts';
import { wakeup, type Wakeup } from './wakeup-records.ts';

/** How long a store that could not be read is left alone. */
const RETRY_MS = 60_000;

export interface WakeupsParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** Does what is due; it deletes the record in the batch of what it does. */
  readonly onDue: (due: Wakeup) => Promise<void>;
  /**
   * A wakeup that could not be done stays on record; the next start tries again. Told by its
   * session, or by its id where the record cannot be read.
   */
  readonly onError: (id: string, error: unknown) => void;
}

export class Wakeups {
  readonly #parts: WakeupsParts;
  /** Records that failed in this process: they are not tried again and again. */
  readonly #failed = new Set<string>();
  #armed_for = Number.POSITIVE_INFINITY;
  #disarm: () => void = () => {};
  #ringing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: WakeupsParts) {
    this.#parts = parts;
  }

  /** Does what came due while nobody ran, in order, and arms the alarm for what comes next. */
  async open(): Promise<void> {
    await this.#ring();
  }

  /** Takes note of an instant at which something will be due. */
  note(due_at: number): void {
    if (this.#isClosed || due_at >= this.#armed_for) return;
    this.#disarm();
    this.#armed_for = due_at;
    this.#disarm = this.#parts.alarm.set(due_at, () => void this.#ring().catch(this.#onFailed));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#disarm();
    await this.#ringing;
  }

  #ring(): Promise<void> {
    this.#armed_for = Number.POSITIVE_INFINITY;
    this.#disarm();
    const ringing = this.#ringing.then(() => this.#doWhatIsDue());
    this.#ringing = ringing.catch(() => {});
    return ringing;
  }

  /** The store could not be read: what is due waits. */
  #onFailed = (error: unknown): void => {
    this.#parts.onError('wakeups', error);
    this.note(this.#parts.clock.now() + RETRY_MS);
  };

  async #doWhatIsDue(): Promise<void> {
    const { store, clock } = this.#parts;
    for await (const { key, value } of store.scan('wakeup')) {
      if (this.#isClosed) return;
      const [due_at, id] = key as readonly [number, string];
      if (this.#failed.has(id)) continue;
      if (due_at > clock.now()) return this.note(due_at);
      await this.#do(id, () => decode(wakeup, value, `wakeup ${due_at} ${id}`));
    }
  }

  async #do(id: string, read: () => Wakeup): Promise<void> {
    let told = id;
    try {
      const due = read();
      told = due.session_id;
      await this.#parts.onDue(due);
    } catch (error) {
      this.#failed.add(id);
      this.#parts.onError(told, error);
    }
  }
}
