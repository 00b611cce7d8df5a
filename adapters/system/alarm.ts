/**
 * The alarm rings at an instant of the clock. Timers of Node overflow past 2^31 ms, may fire a
 * little early and do not see the clock jump, so it never waits long without looking at the clock.
 */
import type { Alarm } from '../../kernel/index.ts';
import { systemClock } from './clock.ts';

const WAIT_MS_MAX = 60_000;

/**
 * Rings never before its instant, and at most a minute behind it when the clock jumped. It does not
 * keep the process alive: that is for whoever works, not for whoever waits.
 */
export const systemAlarm: Alarm = {
  set(due_at, ring) {
    if (Number.isNaN(due_at)) throw new TypeError('the instant of an alarm must be a number');
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = Math.max(due_at - systemClock.now(), 0);
      timer = setTimeout(waitOrRing, Math.min(left, WAIT_MS_MAX)).unref();
    };
    const waitOrRing = (): void => {
      if (systemClock.now() < due_at) wait();
      else ring();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
