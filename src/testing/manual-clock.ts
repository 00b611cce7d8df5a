/** Time that passes only when a test says so. */
import type { Alarm, Clock } from '../../kernel/index.ts';

export interface ManualClock extends Clock {
  /** Rings as the clock is moved over an instant; what is due when set rings in a microtask. */
  readonly alarm: Alarm;
  /** Moves on by so many milliseconds, and rings what falls due on the way, in order. */
  readonly advance: (duration_ms: number) => void;
  /** Moves to an instant (ISO 8601), backwards as well: real clocks do that too. */
  readonly set: (instant: string) => void;
  /** The instants (ms) that alarms are set to, the earliest first. */
  readonly dueTimes: () => readonly number[];
}

interface SetAlarm {
  readonly due_at: number;
  readonly ring: () => void;
}

/**
 * Makes a clock that stands at `start` (ISO 8601).
 * While an alarm rings, the clock shows the instant that it was set to. An alarm that is set
 * while another rings takes its own place in the order.
 * @example
 * const clock = manualClock('2026-03-01T09:00:00.000Z');
 * clock.alarm.set(clock.now() + 60_000, () => dispatch());
 * clock.advance(60_000);
 */
export function manualClock(start = '2026-01-01T00:00:00.000Z'): ManualClock {
  let now = instantOf(start);
  let pending: readonly SetAlarm[] = [];

  const cancel = (alarm: SetAlarm): void => {
    pending = pending.filter((other) => other !== alarm);
  };
  const ring = (alarm: SetAlarm): void => {
    if (!pending.includes(alarm)) return;
    cancel(alarm);
    alarm.ring();
  };
  const moveTo = (target: number): void => {
    for (let next = pending[0]; next && next.due_at <= target; next = pending[0]) {
      now = Math.max(now, next.due_at);
      ring(next);
    }
    now = target;
  };

  return {
    now: () => now,
    advance: (duration_ms) => {
      if (!(duration_ms >= 0)) {
        throw new RangeError(`advance takes milliseconds from 0 on, not ${duration_ms}`);
      }
      moveTo(now + duration_ms);
    },
    set: (instant) => moveTo(instantOf(instant)),
    dueTimes: () => pending.map(({ due_at }) => due_at),
    alarm: {
      set: (due_at, ringIt) => {
        if (Number.isNaN(due_at)) throw new RangeError('an alarm is set to milliseconds, not NaN');
        const alarm: SetAlarm = { due_at, ring: ringIt };
        // Sorting is stable: of two alarms for one instant, the one that was set first rings first.
        pending = [...pending, alarm].sort((left, right) => left.due_at - right.due_at);
        if (due_at <= now) queueMicrotask(() => ring(alarm));
        return () => cancel(alarm);
      },
    },
  };
}

function instantOf(instant: string): number {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) throw new RangeError(`not an ISO 8601 instant: ${instant}`);
  return time;
}
