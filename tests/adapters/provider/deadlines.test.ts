/** Time and breakage on a real connection to loopback: hangs, cancels, deaths in mid-stream. */
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createProviderAdapter } from '../../../adapters/provider/index.ts';
import { KINDS, fixture, turnRequest, type RequestChanges } from './harness.ts';

/** A server on loopback, and an adapter that speaks to it. */
async function providerAt(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const adapter = createProviderAdapter({
    clock: { now: () => 0 },
    random: () => 0,
    sleep: () => Promise.resolve(),
  });
  onTestFinished(async () => {
    await adapter.close();
    server.closeAllConnections();
    server.close();
  });
  const told: string[] = [];
  return {
    told,
    run: (
      kind: (typeof KINDS)[number],
      { profile, ...changes }: RequestChanges,
      { signal = new AbortController().signal, onText = () => {} }: RunOptions = {},
    ) =>
      adapter.executeTurn(turnRequest(kind, { ...changes, profile: { base_url, ...profile } }), {
        signal,
        onProgress: ({ assistant_message }) => {
          told.push(assistant_message);
          onText();
        },
      }),
  };
}

interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onText?: () => void;
}

const SSE = { 'content-type': 'text/event-stream' };

function halfAStream(response: ServerResponse, kind: string): Promise<void> {
  const text = fixture(`${kind}/reply.sse`);
  response.writeHead(200, SSE);
  return new Promise((resolve) => {
    response.write(text.slice(0, Math.floor(text.length * 0.8)), () => resolve());
  });
}

test.each(KINDS)(
  '%s: a provider that never answers is PROVIDER_TIMEOUT, each time',
  async (kind) => {
    let requestCount = 0;
    const { run } = await providerAt(() => (requestCount += 1));
    const output = await run(kind, { profile: { timeout_ms: 50, retries_max: 1 } });
    expect(output).toMatchObject({
      error: { code: 'PROVIDER_TIMEOUT', details: { provider_kind: kind, timeout_ms: 50 } },
      metadata: { provider_call_count: 2 },
    });
    expect(requestCount).toBe(2);
  },
);

test('a provider that hangs in mid-stream is PROVIDER_TIMEOUT', async () => {
  const { run, told } = await providerAt((_, response) => {
    void halfAStream(response, 'openai_compatible');
  });
  const output = await run('openai_compatible', { stream: true, profile: { timeout_ms: 200 } });
  expect(output).toMatchObject({
    error: { code: 'PROVIDER_TIMEOUT' },
    metadata: { response_status: 200 },
  });
  expect(told).not.toEqual([]);
});

test.each(KINDS)(
  '%s: a provider that dies in mid-stream is PROVIDER_TRANSPORT_ERROR',
  async (kind) => {
    const { run } = await providerAt((_, response) => {
      void halfAStream(response, kind).then(() => response.destroy());
    });
    const output = await run(kind, { stream: true });
    expect(output.error).toMatchObject({ code: 'PROVIDER_TRANSPORT_ERROR' });
  },
);

test('a connection that breaks behind the last frame has taken nothing', async () => {
  const { run } = await providerAt((_, response) => {
    response.writeHead(200, SSE);
    response.write(fixture('openai_compatible/reply.sse'), () => response.destroy());
  });
  expect(await run('openai_compatible', { stream: true })).toMatchObject({ success: true });
});

test('a provider that dies in mid-answer is PROVIDER_TRANSPORT_ERROR', async () => {
  const { run } = await providerAt((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
    response.write('{"id":', () => response.destroy());
  });
  const output = await run('openai_compatible', {});
  expect(output).toMatchObject({
    error: { code: 'PROVIDER_TRANSPORT_ERROR' },
    metadata: { response_status: 200 },
  });
});

test('nobody there is PROVIDER_TRANSPORT_ERROR', async () => {
  const { run } = await providerAt(() => undefined);
  const output = await run('openai_compatible', { profile: { base_url: 'http://localhost:1/' } });
  expect(output.error).toMatchObject({ code: 'PROVIDER_TRANSPORT_ERROR' });
  expect(output.error?.message).toContain('ECONNREFUSED');
});

test('a cancel stops the request on the wire', async () => {
  const canceler = new AbortController();
  let closed: Promise<unknown> | undefined;
  const { run } = await providerAt((request) => {
    closed = once(request.socket, 'close');
    canceler.abort();
  });
  const output = await run('openai_compatible', {}, { signal: canceler.signal });
  expect(output).toMatchObject({
    success: false,
    error: { code: 'OPERATION_CANCELED' },
    metadata: { provider_call_count: 1 },
  });
  await closed;
});

test('a cancel in mid-stream ends the turn, whatever was told', async () => {
  const canceler = new AbortController();
  const { run, told } = await providerAt((_, response) => {
    void halfAStream(response, 'messages_compatible');
  });
  const output = await run(
    'messages_compatible',
    { stream: true, profile: { retries_max: 3 } },
    { signal: canceler.signal, onText: () => canceler.abort() },
  );
  expect(output).toMatchObject({ error: { code: 'OPERATION_CANCELED' } });
  expect(told).not.toEqual([]);
});

test('a turn that is canceled before it starts sends nothing', async () => {
  let requestCount = 0;
  const { run } = await providerAt(() => (requestCount += 1));
  const output = await run('openai_compatible', {}, { signal: AbortSignal.abort() });
  expect(output.error).toMatchObject({ code: 'OPERATION_CANCELED' });
  expect(requestCount).toBe(0);
});

test('a redirect is refused, and nothing is sent to where it points', async () => {
  const paths: (string | undefined)[] = [];
  const { run } = await providerAt((request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  const output = await run('openai_compatible', {});
  expect(output.error).toMatchObject({
    code: 'PROVIDER_HTTP_ERROR',
    message: 'Model profile operations: the provider answered 307, and redirects are not followed',
  });
  expect(paths).toEqual(['/v1/chat/completions']);
});

test('text is told while the answer is still being written', async () => {
  const text = fixture('openai_compatible/reply.sse');
  const rest = text.slice(Math.floor(text.length * 0.8));
  let unfinished: ServerResponse | undefined;
  const { run, told } = await providerAt((_, response) => {
    unfinished = response;
    void halfAStream(response, 'openai_compatible');
  });
  const finish = () => {
    if (!told.at(-1)?.startsWith('Moved')) return;
    unfinished?.end(rest);
    unfinished = undefined;
  };
  const output = await run('openai_compatible', { stream: true }, { onText: finish });
  expect(output).toMatchObject({ success: true });
  expect(told.at(-1)).toBe(output.data?.assistant_message);
});
