/** The limits of a profile: how many turns at once, how many a minute, and what a cancel frees. */
import { afterEach, expect, test, vi } from 'vitest';
import { throttled, type ThrottleLimits } from '../../../adapters/provider/index.ts';
import type { ModelAdapter, ToolOutput, TurnOutput } from '../../../kernel/index.ts';
import { turnRequest } from './harness.ts';

afterEach(() => {
  vi.useRealTimers();
});

const ANSWERED: ToolOutput<TurnOutput> = { success: true };

/** An adapter whose turns end when they are told to; each is known by its idempotency key. */
function heldAdapter() {
  const running = new Map<string, () => void>();
  const started: string[] = [];
  const adapter: ModelAdapter = {
    executeTurn: ({ idempotency_key: key }) => {
      started.push(key);
      return new Promise((resolve) => {
        running.set(key, () => {
          running.delete(key);
          resolve(ANSWERED);
        });
      });
    },
  };
  return { adapter, running, started };
}

function throttledTurns(limits: ThrottleLimits) {
  const held = heldAdapter();
  const adapter = throttled(held.adapter, () => limits);
  const start = (key: string, signal = new AbortController().signal, name = 'operations') =>
    adapter.executeTurn(
      turnRequest('openai_compatible', { idempotency_key: key, profile: { name } }),
      { signal, onProgress: () => undefined },
    );
  return { ...held, start };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('no more turns than concurrency run at once; the next starts when one ends', async () => {
  const { start, started, running } = throttledTurns({ concurrency: 2 });
  const turns = ['a', 'b', 'c'].map((key) => start(key));
  await settled();
  expect(started).toEqual(['a', 'b']);
  running.get('b')?.();
  await settled();
  expect(started).toEqual(['a', 'b', 'c']);
  running.get('a')?.();
  running.get('c')?.();
  expect(await Promise.all(turns)).toEqual([ANSWERED, ANSWERED, ANSWERED]);
});

test('each profile has its own limits', async () => {
  const { start, started } = throttledTurns({ concurrency: 1 });
  void start('a');
  void start('b', undefined, 'planning');
  void start('c');
  await settled();
  expect(started).toEqual(['a', 'b']);
});

test('without limits nothing waits', async () => {
  const { start, started } = throttledTurns({});
  for (const key of ['a', 'b', 'c', 'd']) void start(key);
  await settled();
  expect(started).toEqual(['a', 'b', 'c', 'd']);
});

test('a canceled turn leaves the queue and is never sent', async () => {
  const { start, started, running } = throttledTurns({ concurrency: 1 });
  const canceler = new AbortController();
  const first = start('a');
  const canceled = start('b', canceler.signal);
  const last = start('c');
  canceler.abort();
  expect(await canceled).toMatchObject({
    success: false,
    error: { code: 'OPERATION_CANCELED' },
    metadata: { provider_call_count: 0 },
  });
  running.get('a')?.();
  await first;
  await settled();
  expect(started).toEqual(['a', 'c']);
  running.get('c')?.();
  await last;
});

test('a turn that was canceled before it came is never queued', async () => {
  const { start, started } = throttledTurns({ concurrency: 1 });
  expect(await start('a', AbortSignal.abort())).toMatchObject({
    error: { code: 'OPERATION_CANCELED' },
  });
  expect(started).toEqual([]);
});

test('a running turn keeps its place until it has ended, canceled or not', async () => {
  const { start, started, running } = throttledTurns({ concurrency: 1 });
  const canceler = new AbortController();
  const first = start('a', canceler.signal);
  const second = start('b');
  await settled();
  canceler.abort();
  await settled();
  expect(started).toEqual(['a']);
  running.get('a')?.();
  expect(await first).toBe(ANSWERED);
  await settled();
  expect(started).toEqual(['a', 'b']);
  running.get('b')?.();
  await second;
});

test('no more turns than requests_per_minute start in a minute', async () => {
  vi.useFakeTimers();
  const { start, started } = throttledTurns({ requests_per_minute: 2 });
  for (const key of ['a', 'b', 'c', 'd', 'e']) void start(key);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(started).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(started).toEqual(['a', 'b', 'c', 'd']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('an adapter that throws is not hidden behind the queue', async () => {
  const adapter = throttled({ executeTurn: () => Promise.reject(new Error('a bug')) }, () => ({
    concurrency: 1,
  }));
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  await expect(adapter.executeTurn(turnRequest('openai_compatible'), options)).rejects.toThrow(
    'a bug',
  );
});
