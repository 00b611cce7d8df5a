/** The clock, the ids and the environment are those of the process. */
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock, systemEnvironment, systemIds } from '../../../adapters/index.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the clock tells the time', () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test('ids carry their prefix and never come twice', () => {
  const ids = Array.from({ length: 10_000 }, () => systemIds.next('session'));
  expect(ids.filter((id) => !/^session-[0-9a-f]{32}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the environment is a copy', () => {
  vi.stubEnv('TROUPE_TEST', 'before');
  const environment = systemEnvironment();
  expect(environment).toMatchObject({ TROUPE_TEST: 'before' });
  vi.stubEnv('TROUPE_TEST', 'behind');
  expect(environment['TROUPE_TEST']).toBe('before');
  environment['TROUPE_TEST'] = 'changed';
  expect(process.env['TROUPE_TEST']).toBe('behind');
});
