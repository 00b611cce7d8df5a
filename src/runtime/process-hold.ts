/** Keeps the process alive while work is under way; alarms, parked sessions and wakeups do not. */
import { sleep } from '../../adapters/index.ts';

/** A reason for the process to stay, shared by whoever works at the same time. */
export class ProcessHold {
  #holders = 0;
  #waiting = new AbortController();

  /** Has the process stay until the answer is called; calling it again changes nothing. */
  take(): () => void {
    this.#holders += 1;
    if (this.#holders === 1) this.#wait();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#waiting.abort();
    };
  }

  #wait(): void {
    this.#waiting = new AbortController();
    // A timer is what Node stays for; it is never waited out.
    sleep(Number.POSITIVE_INFINITY, this.#waiting.signal).catch(() => {});
  }
}
