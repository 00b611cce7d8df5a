/** Every fault does to a client what it is named after. */
import { describe, expect, test } from 'vitest';
import type { ModelAnswer, ModelServer } from '../../../src/testing/index.ts';
import { CHAT, HEADERS, MESSAGES, post, serve, SMALLEST } from './servers.ts';

const ANSWER: ModelAnswer = {
  text: 'It rains in the morning, and in the afternoon as well.',
  tool_calls: [{ name: 'read', input: { city: 'Zürich' } }],
};

const CASES = [CHAT, MESSAGES].flatMap((path) =>
  [false, true].map((stream) => ({ path, stream, body: { ...SMALLEST[path], stream } })),
);

/** What a client can read until the connection ends, and whether it ended well. */
async function readAll(response: Response): Promise<{ text: string; is_whole: boolean }> {
  const decoder = new TextDecoder();
  const body = (response.body ?? []) as AsyncIterable<Uint8Array>;
  let text = '';
  try {
    for await (const bytes of body) text += decoder.decode(bytes, { stream: true });
    return { text, is_whole: true };
  } catch {
    return { text, is_whole: false };
  }
}

describe.each(CASES)('$path, stream: $stream', ({ path, stream, body }) => {
  const withFault = async (fault: ModelAnswer['fault']): Promise<[ModelServer, Response]> => {
    const server = await serve([fault ? { ...ANSWER, fault } : ANSWER]);
    return [server, await post(server, path, body)];
  };

  test('hang: nothing comes until the client gives up', async () => {
    const arrived = Promise.withResolvers<void>();
    const server = await serve([() => (arrived.resolve(), { fault: 'hang' })]);
    const controller = new AbortController();
    const request = fetch(server.url + path, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(body),
      signal: controller.signal,
    });
    const failure = expect(request).rejects.toThrow('aborted');
    await arrived.promise;
    controller.abort();
    await failure;
    expect(await server.requests[0]?.ended).toBe('broken_off');
    server.assertDone();
  });

  test('reset: the connection breaks before an answer', async () => {
    const server = await serve([{ fault: 'reset' }]);
    const failure = await post(server, path, body).catch((thrown: unknown) => thrown as Error);
    expect(failure).toMatchObject({ cause: { code: 'ECONNRESET' } });
    server.assertDone();
  });

  test('die_mid_stream: the connection breaks in the middle', async () => {
    const [, whole] = await withFault(undefined);
    const [server, response] = await withFault('die_mid_stream');
    const { text: expected } = await readAll(whole);
    const { text, is_whole } = await readAll(response);
    expect(is_whole).toBe(false);
    expect(expected.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThan(expected.length);
    expect(await server.requests[0]?.ended).toBe('broken_off');
  });

  test('error_mid_stream: the vendor says that it failed', async () => {
    const [, response] = await withFault('error_mid_stream');
    const { text, is_whole } = await readAll(response);
    expect(is_whole).toBe(true);
    expect(response.status).toBe(stream ? 200 : 529);
    expect(text).toContain(path === CHAT ? '"type":"server_error"' : '"type":"overloaded_error"');
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('message_stop');
  });

  test('garbage: the JSON is broken', async () => {
    const [, response] = await withFault('garbage');
    const { text, is_whole } = await readAll(response);
    expect(is_whole).toBe(true);
    expect(response.status).toBe(200);
    const json = stream ? text.slice(text.lastIndexOf('data: ') + 'data: '.length) : text;
    expect(() => JSON.parse(json) as unknown).toThrow(SyntaxError);
  });

  test('html: a page instead of an answer', async () => {
    const [, response] = await withFault('html');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(await response.text()).toContain('<!doctype html>');
  });

  test('redirect: to another path', async () => {
    const [, response] = await withFault('redirect');
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe('/elsewhere');
  });

  test('a fault may have a status and headers of its own', async () => {
    const headers = { location: 'http://127.0.0.1:1/' };
    const server = await serve([{ fault: 'redirect', status: 302, headers }]);
    const response = await post(server, path, body);
    expect([response.status, response.headers.get('location')]).toEqual([302, headers.location]);
  });

  test('pace: each frame waits until the test lets it go', async () => {
    const indexes: number[] = [];
    const gates = Array.from({ length: 100 }, () => Promise.withResolvers<void>());
    const server = await serve([
      {
        ...ANSWER,
        pace: (index) => {
          indexes.push(index);
          return gates[index]?.promise;
        },
      },
    ]);
    const response = await post(server, path, body);
    expect(response.status).toBe(200);
    expect(indexes).toEqual([0]);
    gates[0]?.resolve();
    const frames = (response.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    expect((await frames.next()).done).toBe(false);
    for (const { resolve } of gates) resolve();
    while (!(await frames.next()).done);
    expect(indexes.length > 1).toBe(stream);
    expect(await server.requests[0]?.ended).toBe('answered');
  });
});

test('a client that goes away between frames ends the stream, not the server', async () => {
  const gate = Promise.withResolvers<void>();
  const server = await serve([
    { ...ANSWER, pace: (index) => (index < 2 ? undefined : gate.promise) },
    { text: 'Still here' },
  ]);
  const response = await post(server, CHAT, { ...SMALLEST[CHAT], stream: true });
  await response.body?.cancel();
  expect(await server.requests[0]?.ended).toBe('broken_off');
  gate.resolve();
  expect((await post(server, CHAT, SMALLEST[CHAT])).status).toBe(200);
  server.assertDone();
});

test('a client that goes away before its body is whole leaves no trace', async () => {
  const server = await serve([{ text: 'Hi' }]);
  const controller = new AbortController();
  const body = new ReadableStream({
    start: (sender) => sender.enqueue(new TextEncoder().encode('{"model":')),
    pull: () => controller.abort(),
  });
  const request = { method: 'POST', headers: HEADERS, body, duplex: 'half' } as const;
  await expect(fetch(server.url + CHAT, { ...request, signal: controller.signal })).rejects.toThrow(
    'aborted',
  );
  expect((await post(server, CHAT, SMALLEST[CHAT])).status).toBe(200);
  expect(server.requests).toHaveLength(1);
  server.assertDone();
});

test('a pace that throws breaks the connection and fails assertDone', async () => {
  const server = await serve([
    {
      text: 'Hi',
      pace: () => {
        throw new Error('out of step');
      },
    },
  ]);
  const { is_whole } = await readAll(await post(server, CHAT, SMALLEST[CHAT]));
  expect(is_whole).toBe(false);
  expect(() => server.assertDone()).toThrow('out of step');
});
