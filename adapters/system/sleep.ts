/** Waiting for a while, as a promise that a signal ends. */
import { setTimeout as wait } from 'node:timers/promises';

/** The longest wait of a Node timer; longer ones would end at once. */
const WAIT_MS_MAX = 2 ** 31 - 1;

/** Waits for `ms` milliseconds; rejects with the reason of the signal as soon as it aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  for (let left = ms; left > 0; left -= WAIT_MS_MAX) {
    await wait(Math.min(left, WAIT_MS_MAX), undefined, { signal }).catch((thrown: unknown) => {
      throw signal?.aborted ? signal.reason : thrown;
    });
  }
}
