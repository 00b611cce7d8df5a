/** Keeps the process alive while work is under way; alarms, parked sessions and wakeups do not. */
import { stay } from '../../adapters/index.ts';

/** A reason for the process to stay, shared by whoever works at the same time. */
export class ProcessHold {
  #holders = 0;
  #leave = (): void => {};

  /** Has the process stay until the answer is called; calling it again changes nothing. */
  take(): () => void {
    this.#holders += 1;
    if (this.#holders === 1) this.#leave = stay();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#leave();
    };
  }
}
