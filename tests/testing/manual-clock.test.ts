/** Time passes on command, and alarms ring in the order of their instants. */
import { describe, expect, test } from 'vitest';
import { manualClock, type ManualClock } from '../../src/testing/index.ts';

const START = '2026-03-01T09:00:00.000Z';
const start = Date.parse(START);

/** Sets alarms at these distances from the start; each leaves its name and the time it saw. */
const withAlarms = (...distances: number[]): { clock: ManualClock; rung: string[] } => {
  const clock = manualClock(START);
  const rung: string[] = [];
  distances.forEach((distance, index) =>
    clock.alarm.set(start + distance, () => rung.push(`${index}@${clock.now() - start}`)),
  );
  return { clock, rung };
};

test.each([
  ['not moved', (_: ManualClock) => undefined, 0],
  ['advanced', (clock: ManualClock) => clock.advance(1500), 1500],
  ['advanced twice', (clock: ManualClock) => [clock.advance(1), clock.advance(2)], 3],
  ['set', (clock: ManualClock) => clock.set('2026-03-01T10:00:00.000Z'), 3_600_000],
  ['set back', (clock: ManualClock) => clock.set('2026-03-01T08:59:59.000Z'), -1000],
])('a clock that is %s', (_, move, expected) => {
  const clock = manualClock(START);
  move(clock);
  expect(clock.now() - start).toBe(expected);
});

test('without a start every clock stands at the same instant', () => {
  expect(manualClock().now()).toBe(manualClock().now());
});

describe('alarms', () => {
  test.each([
    ['none is due', [10, 20], 9, []],
    ['one is due exactly', [10, 20], 10, ['0@10']],
    ['all are due, in the order of their instants', [30, 10, 20], 30, ['1@10', '2@20', '0@30']],
    ['two share an instant: the one that was set first is first', [5, 5], 9, ['0@5', '1@5']],
  ])('%s', (_, distances, advance, expected) => {
    const { clock, rung } = withAlarms(...distances);
    clock.advance(advance);
    expect(rung).toEqual(expected);
    expect(clock.now() - start).toBe(advance);
  });

  test('ring once', () => {
    const { clock, rung } = withAlarms(10);
    clock.advance(10);
    clock.advance(10);
    expect(rung).toHaveLength(1);
  });

  test('ring when the clock is set over them', () => {
    const { clock, rung } = withAlarms(10);
    clock.set('2026-03-02T09:00:00.000Z');
    expect(rung).toEqual(['0@10']);
  });

  test('that are canceled do not ring', () => {
    const { clock, rung } = withAlarms(10);
    const cancel = clock.alarm.set(start + 5, () => rung.push('canceled'));
    cancel();
    cancel();
    clock.advance(20);
    expect(rung).toEqual(['0@10']);
  });

  test('that are set while one rings ring in the same move', () => {
    const { clock, rung } = withAlarms(10, 30);
    clock.alarm.set(start + 15, () => {
      clock.alarm.set(start + 20, () => rung.push(`late@${clock.now() - start}`));
    });
    clock.advance(30);
    expect(rung).toEqual(['0@10', 'late@20', '1@30']);
  });

  test('that are canceled while another rings do not ring', () => {
    const { clock, rung } = withAlarms();
    const cancel = clock.alarm.set(start + 20, () => rung.push('second'));
    clock.alarm.set(start + 10, cancel);
    clock.advance(30);
    expect(rung).toEqual([]);
  });

  test('that are already due ring by themselves, after the caller', async () => {
    const { clock, rung } = withAlarms(0, -5);
    clock.alarm.set(start, () => rung.push('canceled'))();
    expect(rung).toEqual([]);
    await Promise.resolve();
    expect(rung).toEqual(['0@0', '1@0']);
  });

  test('are listed with the earliest first', () => {
    const { clock } = withAlarms(30, 10);
    expect(clock.dueTimes()).toEqual([start + 10, start + 30]);
    clock.advance(10);
    expect(clock.dueTimes()).toEqual([start + 30]);
  });
});

test.each([
  ['a negative advance', () => manualClock(START).advance(-1), RangeError],
  ['an advance by NaN', () => manualClock(START).advance(Number.NaN), RangeError],
  ['a start that is no instant', () => manualClock('tomorrow'), RangeError],
  ['an instant that is none', () => manualClock(START).set('noon'), RangeError],
  ['an alarm at NaN', () => manualClock(START).alarm.set(Number.NaN, () => undefined), RangeError],
])('%s is refused', (_, act, error) => {
  expect(act).toThrow(error);
});
