/** When an attempt is made again, how long is waited before it, and what ends the trying. */
import { describe, expect, test } from 'vitest';
import { parseRetryAfter, retryDelayMs } from '../../../adapters/provider/shared/retry.ts';
import type { TurnRequest } from '../../../kernel/index.ts';
import { KINDS, fixture, scriptedProvider, turnRequest, type Reply } from './harness.ts';

const retrying = (kind: TurnRequest['profile']['provider'], retries_max: number) =>
  turnRequest(kind, { profile: { retries_max } });

describe('retries', () => {
  const ok = (kind: string) => ({ file: `${kind}/reply.json` });

  test.each(KINDS)('%s: what may pass is tried again, with the same key', async (kind) => {
    const { run, sleeps, calls } = scriptedProvider(kind, [
      { status: 529, body: {} },
      { error: new Error('reset') },
      { status: 408, body: {} },
      ok(kind),
    ]);
    const output = await run(retrying(kind, 3));
    expect(output).toMatchObject({ success: true, metadata: { provider_call_count: 4 } });
    expect(sleeps).toEqual([375, 750, 1500]);
    const keys = calls().map(
      ({ headers }) => (headers as Record<string, string>)['idempotency-key'],
    );
    expect(keys).toEqual(['s1/turn/0', 's1/turn/0', 's1/turn/0', 's1/turn/0']);
  });

  test('the last failure stands when no attempt is left', async () => {
    const { run, sleeps } = scriptedProvider('openai_compatible', [
      { status: 503, body: {} },
      { status: 429, file: 'openai_compatible/error-429.json' },
    ]);
    const output = await run(retrying('openai_compatible', 1));
    expect(output).toMatchObject({
      error: { code: 'PROVIDER_RATE_LIMITED' },
      metadata: { provider_call_count: 2 },
    });
    expect(sleeps).toHaveLength(1);
  });

  test.each<[why: string, reply: Reply]>([
    ['a wrong credential', { status: 401, body: {} }],
    ['a bad request', { status: 400, body: {} }],
    ['a redirect', { status: 302, body: '' }],
    ['an empty account', { status: 429, file: 'openai_compatible/error-quota.json' }],
    ['nonsense', { body: 'nonsense' }],
    ['a cut-off answer', { file: 'openai_compatible/length.json' }],
  ])('%s is not tried again', async (_, reply) => {
    const { run, sleeps } = scriptedProvider('openai_compatible', [reply]);
    const output = await run(retrying('openai_compatible', 5));
    expect(output).toMatchObject({ success: false, metadata: { provider_call_count: 1 } });
    expect(sleeps).toEqual([]);
  });

  test.each(KINDS)('%s: a stream that broke off starts over, with its text', async (kind) => {
    const whole = fixture(`${kind}/reply.sse`);
    const { run, progress } = scriptedProvider(kind, [
      {
        body: whole.slice(0, Math.floor(whole.length * 0.8)),
        headers: { 'content-type': 'text/event-stream' },
      },
      { file: `${kind}/reply.sse` },
    ]);
    const output = await run(turnRequest(kind, { stream: true, profile: { retries_max: 1 } }));
    const words = 'Moved to 14:00 — shall I tell Zoë? 📅';
    expect(output).toMatchObject({
      data: { assistant_message: words },
      metadata: { provider_call_count: 2, stream_snapshot_count: 7 },
    });
    const told = progress.map(({ assistant_message }) => assistant_message);
    const [brokenOff, reset] = told.slice(0, -6).slice(-2);
    expect(brokenOff).toMatch(/^Move/);
    expect(reset).toBe('');
    expect(told.at(-1)).toBe(words);
  });

  test.each([
    ['in seconds', '7', 7_000],
    ['as a date', 'Sat, 21 Nov 2026 10:00:12 GMT', 12_000],
    ['longer than a minute', '3600', 60_000],
    ['in the past', 'Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['in words', 'soon', 375],
  ])('Retry-After %s', async (_, header, waited) => {
    const { run, sleeps } = scriptedProvider('openai_compatible', [
      { status: 429, body: {}, headers: { 'retry-after': header } },
      ok('openai_compatible'),
    ]);
    await run(retrying('openai_compatible', 1));
    expect(sleeps).toEqual([waited]);
  });

  test('parseRetryAfter reads what the standard allows and nothing else', () => {
    expect(['1.5', ' 2 ', '-1', '', undefined].map((text) => parseRetryAfter(text, 0))).toEqual([
      1500,
      2000,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('the backoff doubles up to its cap, and chance moves it by half', () => {
    const delays = [0, 1, 2, 5, 30].map((index) => retryDelayMs(index, {}, () => 1));
    expect(delays).toEqual([500, 1000, 2000, 16_000, 16_000]);
    expect(retryDelayMs(0, {}, () => 0)).toBe(250);
  });

  test('a cancel while waiting ends the turn without another call', async () => {
    const canceler = new AbortController();
    const replies = [{ status: 503, body: {} }];
    const { run } = scriptedProvider('openai_compatible', replies, () => canceler.abort());
    const output = await run(retrying('openai_compatible', 5), canceler.signal);
    expect(output).toMatchObject({
      error: { code: 'OPERATION_CANCELED' },
      metadata: { provider_call_count: 1 },
    });
  });
});
