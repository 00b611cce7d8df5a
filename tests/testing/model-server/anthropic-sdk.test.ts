/** The vendor's own SDK for Messages takes the server for the real thing. */
import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import type { ModelServer } from '../../../src/testing/index.ts';
import { API_KEY, serve } from './servers.ts';

const clientOf = ({ url }: ModelServer, apiKey = API_KEY): Anthropic =>
  new Anthropic({ apiKey, baseURL: url, maxRetries: 0, logLevel: 'off' });

const WEATHER: Anthropic.Tool = {
  name: 'weather__read',
  description: 'Reads the weather.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const ask = {
  model: 'claude-test',
  max_tokens: 100,
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'What is the weather?' }],
  tools: [WEATHER],
} satisfies Anthropic.MessageCreateParams;

const CALLS = [
  { name: 'weather__read', input: { city: 'Zürich 🌧' } },
  { name: 'weather__read', input: {}, id: 'toolu_mine' },
];

test('a plain answer', async () => {
  const server = await serve([{ text: 'It rains.', usage: { input_tokens: 5, output_tokens: 3 } }]);
  const answer = await clientOf(server).messages.create(ask);
  expect(answer).toMatchObject({
    type: 'message',
    role: 'assistant',
    model: 'claude-test',
    content: [{ type: 'text', text: 'It rains.', citations: null }],
    stop_reason: 'end_turn',
    stop_details: null,
    usage: { input_tokens: 5, output_tokens: 3 },
  } satisfies Partial<Record<keyof Anthropic.Message, unknown>>);
  expect(answer._request_id).toMatch(/^req-/);
  server.assertDone();
});

test('an answer without text or tools has no content', async () => {
  const server = await serve([{}]);
  expect((await clientOf(server).messages.create(ask)).content).toEqual([]);
});

test('tool uses, and a conversation that gives their results', async () => {
  const server = await serve([{ text: 'Let me see.', tool_calls: CALLS }, { text: 'It rains.' }]);
  const client = clientOf(server);
  const first = await client.messages.create(ask);
  expect(first.stop_reason).toBe('tool_use');
  const uses = first.content.filter((block) => block.type === 'tool_use');
  expect(uses.map(({ input }) => input)).toEqual([{ city: 'Zürich 🌧' }, {}]);
  expect(uses[1]?.id).toBe('toolu_mine');
  await client.messages.create({
    ...ask,
    messages: [
      ...ask.messages,
      { role: 'assistant', content: first.content },
      {
        role: 'user',
        content: [
          ...uses.map(({ id }) => ({
            type: 'tool_result' as const,
            tool_use_id: id,
            content: [{ type: 'text' as const, text: 'rain' }],
          })),
          { type: 'text', text: 'And tomorrow?' },
        ],
      },
    ],
  });
  expect(server.requests[1]?.served?.messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is the weather?' },
    {
      role: 'assistant',
      content: 'Let me see.',
      tool_calls: uses.map(({ id, name, input }) => ({ tool_call_id: id, name, input })),
    },
    ...uses.map(({ id }) => ({ role: 'tool', content: 'rain', tool_call_id: id })),
    { role: 'user', content: 'And tomorrow?' },
  ]);
});

test('a stream has the events of the API, in its order', async () => {
  const server = await serve([
    { text: 'It rains.', tool_calls: CALLS.slice(1), usage: { input_tokens: 5, output_tokens: 3 } },
  ]);
  const stream = await clientOf(server).messages.create({ ...ask, stream: true });
  const events: Anthropic.RawMessageStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  expect(events.map(({ type }) => type)).toEqual([
    'message_start',
    'content_block_start',
    ...['content_block_delta', 'content_block_delta'],
    'content_block_stop',
    'content_block_start',
    ...['content_block_delta', 'content_block_delta'],
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(events.at(-2)).toMatchObject({
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { input_tokens: 5, output_tokens: 3 },
  });
});

test("the SDK's own accumulator puts a stream together", async () => {
  const server = await serve([{ text: 'It rains in Zürich 🌧.', tool_calls: CALLS }]);
  const answer = await clientOf(server).messages.stream(ask).finalMessage();
  expect(answer.content).toMatchObject([
    { type: 'text', text: 'It rains in Zürich 🌧.' },
    { type: 'tool_use', name: 'weather__read', input: { city: 'Zürich 🌧' } },
    { type: 'tool_use', id: 'toolu_mine', input: {} },
  ]);
  expect(answer.stop_reason).toBe('tool_use');
});

test('whole and streamed answers are the same message', async () => {
  const answer = { text: 'It rains.', tool_calls: CALLS.slice(1) };
  const [whole, streamed] = [await serve([answer]), await serve([answer])];
  const expected = await clientOf(whole).messages.create(ask);
  const found = await clientOf(streamed).messages.stream(ask).finalMessage();
  expect({ ...found, usage: null }).toMatchObject({ ...expected, usage: null });
});

test.each([
  ['length', 'max_tokens', null],
  ['content_filter', 'refusal', 'refusal'],
  ['refusal', 'refusal', 'refusal'],
] as const)('a stop by %s', async (finish_reason, stop_reason, details) => {
  const server = await serve([{ text: 'No.', finish_reason }]);
  const answer = await clientOf(server).messages.create(ask);
  expect(answer.stop_reason).toBe(stop_reason);
  expect(answer.stop_details?.type ?? null).toBe(details);
});

test('a wrong key is the SDK’s authentication error', async () => {
  const server = await serve([]);
  const attempt = clientOf(server, 'wrong').messages.create(ask);
  await expect(attempt).rejects.toThrow(Anthropic.AuthenticationError);
  await expect(attempt).rejects.toMatchObject({ apiMessage: 'invalid x-api-key' });
});

test.each([
  [400, Anthropic.BadRequestError, 'invalid_request_error'],
  [401, Anthropic.AuthenticationError, 'authentication_error'],
  [403, Anthropic.PermissionDeniedError, 'permission_error'],
  [404, Anthropic.NotFoundError, 'not_found_error'],
  [413, Anthropic.APIError, 'request_too_large'],
  [429, Anthropic.RateLimitError, 'rate_limit_error'],
  [500, Anthropic.InternalServerError, 'api_error'],
  [529, Anthropic.InternalServerError, 'overloaded_error'],
])('a scripted status %d is the error that the SDK has for it', async (status, kind, type) => {
  const server = await serve([{ status }]);
  const attempt = clientOf(server).messages.create(ask);
  await expect(attempt).rejects.toThrow(kind);
  await expect(attempt).rejects.toMatchObject({ status, type });
});

test('an unknown model is not found', async () => {
  const server = await serve([], { models: ['claude-other'] });
  const attempt = clientOf(server).messages.create(ask);
  await expect(attempt).rejects.toThrow(Anthropic.NotFoundError);
  await expect(attempt).rejects.toMatchObject({ apiMessage: 'model: claude-test' });
});
