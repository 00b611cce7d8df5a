/** The alarm never rings early, notices a clock that jumps, and lets the process end. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemAlarm, systemClock } from '../../../adapters/index.ts';

const START = Date.parse('2026-11-21T00:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Sets an alarm; answers what lets time pass and tells how late it rang, if it did. */
function setAlarm(due_at: number): { rings: number[]; cancel: () => void } {
  const rings: number[] = [];
  const cancel = systemAlarm.set(due_at, () => rings.push(systemClock.now() - due_at));
  return { rings, cancel };
}

describe('the alarm', () => {
  // prettier-ignore
  test.each([
    ['in a moment',              1],
    ['in half a minute',         MINUTE / 2],
    ['in exactly one wait',      MINUTE],
    ['behind one wait',          MINUTE + 1],
    ['in a day',                 DAY],
    ['past what a timer can do', 2 ** 31 + 5],
  ])('set to ring %s rings then, once', (_, ms) => {
    const { rings } = setAlarm(START + ms);
    expect(rings).toEqual([]);
    vi.advanceTimersByTime(ms - 1);
    expect(rings).toEqual([]);
    vi.advanceTimersByTime(1 + DAY);
    expect(rings).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([START, START - 1, START - DAY, 0, -Infinity])(
    'due now or before (%d) rings behind the caller',
    (due) => {
      const { rings } = setAlarm(due);
      expect(rings).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(rings).toHaveLength(1);
    },
  );

  test('rings within a minute when the clock jumps past it', () => {
    const { rings } = setAlarm(START + DAY);
    vi.setSystemTime(START + 2 * DAY);
    vi.advanceTimersByTime(MINUTE);
    expect(rings).toHaveLength(1);
  });

  test('waits for its instant when the clock is set back', () => {
    const { rings } = setAlarm(START + 10_000);
    vi.setSystemTime(START - 5 * MINUTE);
    vi.advanceTimersByTime(5 * MINUTE + 9_999);
    expect(rings).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rings).toEqual([0]);
  });

  test('that is canceled never rings, between two waits too', () => {
    const [early, late, rung] = [setAlarm(START + 5), setAlarm(START + DAY), setAlarm(START + 5)];
    early.cancel();
    vi.advanceTimersByTime(10 * MINUTE);
    late.cancel();
    rung.cancel();
    vi.advanceTimersByTime(2 * DAY);
    expect([early.rings, late.rings, rung.rings]).toEqual([[], [], [0]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('for the end of time waits', () => {
    const { rings, cancel } = setAlarm(Infinity);
    vi.advanceTimersByTime(DAY);
    expect(rings).toEqual([]);
    cancel();
  });

  test('for no instant is a bug of its caller', () => {
    expect(() => setAlarm(NaN)).toThrow(TypeError);
  });

  test('does not keep a process alive', () => {
    const options = { encoding: 'utf8', timeout: 20_000 } as const;
    const program = fileURLToPath(new URL('./support/set-alarm.ts', import.meta.url));
    expect(execFileSync(process.execPath, [program], options)).toBe('set\n');
  });
});
