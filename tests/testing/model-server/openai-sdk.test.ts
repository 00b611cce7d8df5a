/** The vendor's own SDK for Chat Completions takes the server for the real thing. */
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import type { ModelServer } from '../../../src/testing/index.ts';
import { API_KEY, serve } from './servers.ts';

const clientOf = ({ url }: ModelServer, apiKey = API_KEY): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0, logLevel: 'off' });

const WEATHER: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'weather__read',
    description: 'Reads the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const ask = {
  model: 'gpt-test',
  messages: [{ role: 'user', content: 'What is the weather?' }],
  tools: [WEATHER],
} satisfies OpenAI.ChatCompletionCreateParams;

const CALLS = [
  { name: 'weather__read', input: { city: 'Zürich 🌧' } },
  { name: 'weather__read', input: {}, id: 'call_mine' },
];

test('a plain answer', async () => {
  const server = await serve([{ text: 'It rains.', usage: { input_tokens: 5, output_tokens: 3 } }]);
  const answer = await clientOf(server).chat.completions.create(ask);
  expect(answer).toMatchObject({
    object: 'chat.completion',
    model: 'gpt-test',
    choices: [{ finish_reason: 'stop', message: { content: 'It rains.', refusal: null } }],
    usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
  });
  expect(answer._request_id).toMatch(/^req-/);
  server.assertDone();
});

test('tool calls, and a conversation that gives their results', async () => {
  const server = await serve([{ tool_calls: CALLS }, { text: 'It rains.' }]);
  const client = clientOf(server);
  const first = await client.chat.completions.create(ask);
  const message = first.choices[0]?.message;
  expect(message?.content).toBeNull();
  expect(first.choices[0]?.finish_reason).toBe('tool_calls');
  const calls = (message?.tool_calls ?? []).filter((call) => call.type === 'function');
  expect(calls.map((call) => call.function.arguments)).toEqual(['{"city":"Zürich 🌧"}', '{}']);
  expect(calls[1]?.id).toBe('call_mine');
  await client.chat.completions.create({
    ...ask,
    messages: [
      ...ask.messages,
      { role: 'assistant', content: null, tool_calls: calls },
      ...calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'rain' })),
    ],
  });
  expect(server.requests[1]?.served?.messages).toEqual([
    { role: 'user', content: 'What is the weather?' },
    {
      role: 'assistant',
      content: '',
      tool_calls: calls.map(({ id }, index) => ({
        tool_call_id: id,
        name: 'weather__read',
        input: CALLS[index]?.input,
      })),
    },
    ...calls.map(({ id }) => ({ role: 'tool', content: 'rain', tool_call_id: id })),
  ]);
});

test.each([
  ['with usage', true],
  ['without usage', false],
])('a stream %s', async (_, include_usage) => {
  const server = await serve([
    {
      text: 'It rains in Zürich 🌧.',
      tool_calls: CALLS,
      usage: { input_tokens: 5, output_tokens: 3 },
    },
  ]);
  const stream = await clientOf(server).chat.completions.create({
    ...ask,
    stream: true,
    stream_options: { include_usage },
  });
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
  expect(deltas.map(({ content }) => content ?? '').join('')).toBe('It rains in Zürich 🌧.');
  const parts = deltas.flatMap(({ tool_calls }) => tool_calls ?? []);
  const inputs = [0, 1].map((index) =>
    parts.map((part) => (part.index === index ? (part.function?.arguments ?? '') : '')).join(''),
  );
  expect(inputs).toEqual(['{"city":"Zürich 🌧"}', '{}']);
  expect(parts.filter(({ id }) => id !== undefined)).toHaveLength(2);
  expect(parts.length).toBeGreaterThan(4);
  const [last] = chunks.slice(-1);
  expect(last?.choices).toHaveLength(include_usage ? 0 : 1);
  expect(last?.usage?.total_tokens).toBe(include_usage ? 8 : undefined);
});

test("the SDK's own accumulator puts a stream together", async () => {
  const server = await serve([{ text: 'It rains.', tool_calls: CALLS }]);
  const answer = await clientOf(server).chat.completions.stream(ask).finalChatCompletion();
  expect(answer.choices[0]?.message).toMatchObject({
    content: 'It rains.',
    tool_calls: [
      { function: { name: 'weather__read', arguments: '{"city":"Zürich 🌧"}' } },
      { id: 'call_mine', function: { name: 'weather__read', arguments: '{}' } },
    ],
  });
});

test.each([
  ['length', 'length', null],
  ['content_filter', 'content_filter', null],
  ['refusal', 'stop', 'No.'],
] as const)('a stop by %s', async (finish_reason, expected, refusal) => {
  const server = await serve([{ text: 'No.', finish_reason }]);
  const { choices } = await clientOf(server).chat.completions.create(ask);
  expect(choices[0]?.finish_reason).toBe(expected);
  expect(choices[0]?.message.refusal).toBe(refusal);
});

test('a refusal in a stream', async () => {
  const server = await serve([{ text: 'I will not do that.', finish_reason: 'refusal' }]);
  const answer = await clientOf(server).chat.completions.stream(ask).finalChatCompletion();
  expect(answer.choices[0]?.message).toMatchObject({ refusal: 'I will not do that.' });
});

test('a wrong key is the SDK’s authentication error', async () => {
  const server = await serve([]);
  const attempt = clientOf(server, 'wrong').chat.completions.create(ask);
  await expect(attempt).rejects.toThrow(OpenAI.AuthenticationError);
  await expect(attempt).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
});

test.each([
  [400, OpenAI.BadRequestError, 'invalid_request_error'],
  [401, OpenAI.AuthenticationError, 'invalid_request_error'],
  [403, OpenAI.PermissionDeniedError, 'invalid_request_error'],
  [429, OpenAI.RateLimitError, 'requests'],
  [500, OpenAI.InternalServerError, 'server_error'],
  [503, OpenAI.InternalServerError, 'server_error'],
])('a scripted status %d is the error that the SDK has for it', async (status, kind, type) => {
  const server = await serve([{ status }]);
  const attempt = clientOf(server).chat.completions.create(ask);
  await expect(attempt).rejects.toThrow(kind);
  await expect(attempt).rejects.toMatchObject({ status, type });
});

test('an unknown model is not found', async () => {
  const server = await serve([], { models: ['gpt-other'] });
  const attempt = clientOf(server).chat.completions.create(ask);
  await expect(attempt).rejects.toThrow(OpenAI.NotFoundError);
  await expect(attempt).rejects.toMatchObject({ code: 'model_not_found' });
});

test('the SDK retries into the next answer of the script', async () => {
  const server = await serve([
    { status: 503, headers: { 'retry-after-ms': '1' } },
    { text: 'Yes' },
  ]);
  const client = new OpenAI({ apiKey: API_KEY, baseURL: `${server.url}/v1`, maxRetries: 1 });
  const { choices } = await client.chat.completions.create(ask);
  expect(choices[0]?.message.content).toBe('Yes');
  server.assertDone();
});
