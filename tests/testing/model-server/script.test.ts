/** The server plays its script, tells what came, and what did not fit. */
import { describe, expect, test } from 'vitest';
import { ScriptError, startModelServer } from '../../../src/testing/index.ts';
import { CHAT, HEADERS, MESSAGES, post, serve, SMALLEST } from './servers.ts';

const textOf = async (response: Response): Promise<string> => response.text();

test('listens on loopback, on a port of its own', async () => {
  const [first, second] = [await serve([]), await serve([])];
  expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(second.url).not.toBe(first.url);
});

describe.each([CHAT, MESSAGES])('%s', (path) => {
  test('answers in the order of the script', async () => {
    const server = await serve([{ text: 'one' }, ({ model }) => ({ text: `two from ${model}` })]);
    expect(await textOf(await post(server, path, SMALLEST[path]))).toContain('one');
    expect(await textOf(await post(server, path, SMALLEST[path]))).toContain('two from m');
    server.assertDone();
  });

  test('one function answers for ever, and may wait', async () => {
    const server = await serve(async ({ kind }) => ({ text: `I speak ${kind}` }));
    await post(server, path, SMALLEST[path]);
    const response = await post(server, path, SMALLEST[path]);
    expect(await textOf(response)).toContain(path === CHAT ? 'openai' : 'messages');
    server.assertDone();
  });

  test('an unexpected request gets a 500 and fails assertDone', async () => {
    const server = await serve([]);
    const response = await post(server, path, SMALLEST[path]);
    expect(response.status).toBe(500);
    expect(await textOf(response)).toContain(
      'model server: unexpected call 1, the script ends after 0',
    );
    expect(server.requests).toHaveLength(1);
    expect(() => server.assertDone()).toThrow(ScriptError);
  });

  test('an answer that throws gets a 500 and fails assertDone', async () => {
    const server = await serve(() => {
      throw new Error('the tools are missing');
    });
    const response = await post(server, path, SMALLEST[path]);
    expect(response.status).toBe(500);
    expect(await textOf(response)).toContain('the tools are missing');
    expect(() => server.assertDone()).toThrow('model server: the tools are missing');
  });

  test('a refused request uses up no answer', async () => {
    const server = await serve([{ text: 'Hi' }]);
    expect((await post(server, path, {})).status).toBe(400);
    expect(() => server.assertDone()).toThrow('1 of 1 lines not used: 1. {"text":"Hi"}');
    expect((await post(server, path, SMALLEST[path])).status).toBe(200);
    server.assertDone();
  });

  test('tells what came', async () => {
    const server = await serve([{ text: 'Hi' }]);
    const body = JSON.stringify(SMALLEST[path]);
    await textOf(await post(server, path, body));
    const [received] = server.requests;
    expect(received).toMatchObject({ method: 'POST', path, body });
    expect(received?.headers['content-type']).toBe(HEADERS['content-type']);
    expect(received?.refusal).toBeUndefined();
    expect(received?.served).toEqual({
      kind: path === CHAT ? 'openai_compatible' : 'messages_compatible',
      model: 'm',
      messages: [{ role: 'user', content: 'Hello' }],
      tools: [],
      stream: false,
      include_usage: path === MESSAGES,
      raw: SMALLEST[path],
    });
    expect(await received?.ended).toBe('answered');
  });

  test('a status, headers and a body of the test are sent as they are', async () => {
    const headers = { 'content-type': 'application/problem+json', 'x-made-up': 'yes' };
    const server = await serve([
      { status: 418, headers, body: { short: 'stout' } },
      { body: 'not even JSON' },
    ]);
    const first = await post(server, path, SMALLEST[path]);
    expect(first.status).toBe(418);
    expect(first.headers.get('content-type')).toBe('application/problem+json');
    expect(first.headers.get('x-made-up')).toBe('yes');
    expect(await first.json()).toEqual({ short: 'stout' });
    const second = await post(server, path, SMALLEST[path]);
    expect([second.status, await textOf(second)]).toEqual([200, 'not even JSON']);
  });

  test('the same script gives the same bytes', async () => {
    const answer = { text: 'Hi', tool_calls: [{ name: 'read', input: {} }] };
    const bodies = await Promise.all(
      [await serve([answer]), await serve([answer])].map(async (server) =>
        textOf(await post(server, path, { ...SMALLEST[path], stream: true })),
      ),
    );
    expect(bodies[0]).toBe(bodies[1]);
    expect(bodies[0]).toContain('data: ');
  });
});

test('what is offered comes in one form from both APIs', async () => {
  const input_schema = { type: 'object', properties: {} };
  const server = await serve(() => ({ text: 'Hi' }));
  await post(server, CHAT, {
    ...SMALLEST[CHAT],
    tools: [
      { type: 'function', function: { name: 'read', description: 'R', parameters: input_schema } },
    ],
  });
  await post(server, MESSAGES, {
    ...SMALLEST[MESSAGES],
    tools: [{ name: 'read', description: 'R', input_schema }],
  });
  const [chat, messages] = server.requests.map(({ served }) => served?.tools);
  expect(chat).toEqual([{ name: 'read', description: 'R', input_schema }]);
  expect(messages).toEqual(chat);
});

test('close breaks open connections, and may come twice', async () => {
  const arrived = Promise.withResolvers<void>();
  const answers = [() => (arrived.resolve(), { fault: 'hang' as const })];
  const server = await startModelServer({ answers });
  const request = post(server, CHAT, SMALLEST[CHAT]);
  const failure = expect(request).rejects.toThrow('fetch failed');
  await arrived.promise;
  await server.close();
  await failure;
  await server.close();
  expect(await server.requests[0]?.ended).toBe('broken_off');
});
