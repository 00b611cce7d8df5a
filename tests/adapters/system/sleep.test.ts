/** Sleep lasts as long as it was asked to, however long, unless its signal ends it. */
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { sleep } from '../../../adapters/index.ts';

vi.mock('node:timers/promises', async (importActual) => {
  const actual = await importActual<{ readonly setTimeout: typeof wait }>();
  return { ...actual, setTimeout: vi.fn(actual.setTimeout) };
});

beforeEach(() => {
  vi.mocked(wait).mockClear();
});

const MONTH = 30 * 24 * 3_600_000;

// prettier-ignore
test.each([
  [-1,              []],
  [0,               []],
  [1,               [1]],
  [2 ** 31 - 1,     [2 ** 31 - 1]],
  [MONTH,           [2 ** 31 - 1, MONTH - 2 ** 31 + 1]],
])('%d ms are waited for in waits that a timer can do', async (ms, expected) => {
  vi.mocked(wait).mockResolvedValueOnce(undefined).mockResolvedValueOnce(undefined);
  await sleep(ms);
  expect(vi.mocked(wait).mock.calls.map(([waited]) => waited)).toEqual(expected);
  vi.mocked(wait).mockReset();
});

test('ends by itself', async () => {
  await expect(sleep(1)).resolves.toBeUndefined();
});

test('rejects with the reason of its signal', async () => {
  const controller = new AbortController();
  const sleeping = sleep(MONTH, controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});

test('does not begin when its signal is aborted', async () => {
  await expect(sleep(0, AbortSignal.abort('before'))).rejects.toBe('before');
  expect(wait).not.toHaveBeenCalled();
});
