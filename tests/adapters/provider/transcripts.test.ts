/** Golden transcripts: what a provider sent, byte for byte, and the turn that it is. */
import { describe, expect, test } from 'vitest';
import { turnOutput, type TurnOutput } from '../../../kernel/index.ts';
import { fixture, scriptedProvider, turnRequest } from './harness.ts';

const WORDS = 'Moved to 14:00 — shall I tell Zoë? 📅';

const STAND_UP = {
  name: 'calendar:create-event',
  input: { title: 'Stand-up', start: '2026-11-23T09:00:00Z' },
};
const RETRO = {
  name: 'calendar:create-event',
  input: { title: 'Retro', start: '2026-11-27T15:00:00Z' },
};
const REMINDER = { name: 'calendar:create-event', input: { title: 'Reminder' } };

const openai = { kind: 'openai_compatible', model: 'planner-2026-08-01' };
const messages = { kind: 'messages_compatible', model: 'ops-assistant-20260901' };

const reply = { status: 'reply', intent: 'scheduling', assistant_message: WORDS } as const;
const twoCalls = {
  status: 'tool_request' as const,
  intent: 'scheduling',
  requested_tool: STAND_UP,
  requested_tools: [STAND_UP, RETRO],
};
const counted = (input: number, output: number) => ({
  usage: { input_tokens: input, output_tokens: output, total_tokens: input + output },
});
const read = (input_tokens: number, output_tokens: number) => ({
  usage: { input_tokens, output_tokens },
});

const OPENAI: readonly (readonly [file: string, turn: TurnOutput])[] = [
  ['reply.json', { ...reply, provider: openai, finish_reason: 'stop', ...counted(312, 41) }],
  ['reply.sse', { ...reply, provider: openai, finish_reason: 'stop', ...counted(312, 41) }],
  [
    'tool-calls.json',
    {
      ...twoCalls,
      assistant_message: '',
      provider: openai,
      finish_reason: 'tool_calls',
      ...counted(420, 96),
    },
  ],
  [
    'tool-calls.sse',
    {
      ...twoCalls,
      assistant_message: '',
      provider: openai,
      finish_reason: 'tool_calls',
      ...counted(420, 96),
    },
  ],
  [
    'envelope-with-tool-call.json',
    {
      status: 'tool_request',
      intent: 'scheduling',
      assistant_message: 'Creating it.',
      requested_tool: REMINDER,
      provider: { kind: 'openai_compatible', model: 'planner' },
      finish_reason: 'tool_calls',
      ...counted(18, 7),
    },
  ],
  [
    'fenced-envelope.json',
    {
      status: 'complete',
      intent: 'scheduling',
      assistant_message: 'All done',
      provider: { kind: 'openai_compatible', model: 'planner' },
      finish_reason: 'stop',
    },
  ],
  [
    'requested-tool-in-envelope.json',
    {
      status: 'tool_request',
      intent: 'notifications',
      assistant_message: '',
      requested_tool: { name: 'email:send', input: { to: 'ann@example.org' } },
      provider: { kind: 'openai_compatible', model: 'configured-model' },
      finish_reason: 'stop',
    },
  ],
  [
    'bare-gateway.sse',
    {
      status: 'reply',
      intent: 'scheduling',
      assistant_message: 'ok',
      provider: { kind: 'openai_compatible', model: 'planner' },
      finish_reason: 'stop',
      ...counted(18, 7),
    },
  ],
];

const MESSAGES: readonly (readonly [file: string, turn: TurnOutput])[] = [
  ['reply.json', { ...reply, provider: messages, finish_reason: 'tool_use', ...read(377, 53) }],
  ['reply.sse', { ...reply, provider: messages, finish_reason: 'tool_use', ...read(377, 53) }],
  [
    'tool-use.json',
    {
      ...twoCalls,
      assistant_message: "I'll put both in the calendar.",
      provider: messages,
      finish_reason: 'tool_use',
      ...read(512, 120),
    },
  ],
  [
    'tool-use.sse',
    {
      ...twoCalls,
      assistant_message: "I'll put both in the calendar.",
      provider: messages,
      finish_reason: 'tool_use',
      ...read(512, 120),
    },
  ],
  [
    'respond-beside-tool-use.json',
    {
      status: 'tool_request',
      intent: 'scheduling',
      assistant_message: 'Creating it.',
      requested_tool: REMINDER,
      provider: messages,
      finish_reason: 'tool_use',
      ...read(512, 80),
    },
  ],
  [
    'thinking-and-cache.json',
    { ...reply, provider: messages, finish_reason: 'tool_use', ...read(407, 53) },
  ],
];

describe.each([
  { kind: 'openai_compatible', rows: OPENAI },
  { kind: 'messages_compatible', rows: MESSAGES },
] as const)('$kind transcripts', ({ kind, rows }) => {
  test.each(rows)('%s', async (file, turn) => {
    const { run } = scriptedProvider(kind, [{ file: `${kind}/${file}` }]);
    const output = await run(turnRequest(kind, { stream: file.endsWith('.sse') }));
    expect(output).toMatchObject({ success: true });
    expect(output.data).toEqual(turn);
    expect(turnOutput.parse(output.data)).toEqual(turn);
  });
});

test('T8 messages_compatible: text envelope, end_turn, usage without a total', async () => {
  const { run, calls } = scriptedProvider('messages_compatible', [
    { file: 'messages_compatible/text-envelope.json' },
  ]);
  const { data } = await run();
  expect(data).toEqual({
    status: 'reply',
    intent: 'scheduling',
    assistant_message: 'ok',
    provider: { kind: 'messages_compatible', model: 'ops-assistant' },
    usage: { input_tokens: 14, output_tokens: 6 },
    finish_reason: 'end_turn',
  });
  expect(calls()[0]?.headers).toMatchObject({ authorization: 'Bearer test-credential-1234' });
});

test('T10 messages_compatible: text envelope and a tool_use block are a tool request', async () => {
  const { run } = scriptedProvider('messages_compatible', [
    { file: 'messages_compatible/text-envelope-with-tool-use.json' },
  ]);
  const { data, metadata } = await run();
  expect(data).toMatchObject({ status: 'tool_request', requested_tool: REMINDER });
  expect(metadata).toEqual({
    provider_kind: 'messages_compatible',
    provider_call_count: 1,
    request_url: 'https://model-provider.invalid/v1/messages',
    configured_base_url: 'https://model-provider.invalid/',
    response_status: 200,
    response_mode: 'non_streaming',
  });
});

const NO_SUCCESS = [
  ['openai_compatible/refusal.json', 'PROVIDER_REFUSED', "I can't help with that."],
  ['openai_compatible/refusal.sse', 'PROVIDER_REFUSED', "I can't help with that."],
  ['openai_compatible/length.json', 'PROVIDER_OUTPUT_TRUNCATED', 'output limit'],
  ['openai_compatible/content-filter.json', 'PROVIDER_CONTENT_FILTERED', 'content filter'],
  ['messages_compatible/refusal.json', 'PROVIDER_REFUSED', 'refused'],
  ['messages_compatible/max-tokens.json', 'PROVIDER_OUTPUT_TRUNCATED', 'output limit'],
  ['messages_compatible/max-tokens.sse', 'PROVIDER_OUTPUT_TRUNCATED', 'output limit'],
  ['openai_compatible/error-mid-stream.sse', 'PROVIDER_HTTP_ERROR', 'server_error'],
  ['messages_compatible/error-mid-stream.sse', 'PROVIDER_HTTP_ERROR', 'Overloaded'],
  ['openai_compatible/cut-off.sse', 'PROVIDER_TRANSPORT_ERROR', 'ended before'],
  ['messages_compatible/cut-off.sse', 'PROVIDER_TRANSPORT_ERROR', 'ended before'],
] as const;

test.each(NO_SUCCESS)('%s is %s', async (file, code, words) => {
  const kind = file.startsWith('openai') ? 'openai_compatible' : 'messages_compatible';
  const { run } = scriptedProvider(kind, [{ file }]);
  const output = await run(turnRequest(kind, { stream: file.endsWith('.sse') }));
  expect(output).toMatchObject({ success: false, error: { code } });
  expect(output.error?.message).toContain(words);
  expect(output.data).toBeUndefined();
  expect(output.metadata).not.toHaveProperty('tool_progress_snapshots');
});

test('a stop that is no success still tells what it cost', async () => {
  const { run } = scriptedProvider('openai_compatible', [
    { file: 'openai_compatible/length.json' },
  ]);
  const { error } = await run();
  expect(error?.details).toMatchObject({
    finish_reason: 'length',
    usage: { input_tokens: 80, output_tokens: 1024, total_tokens: 1104 },
  });
});

test.each(['openai_compatible', 'messages_compatible'] as const)(
  '%s: a web page instead of an answer is malformed, streamed or not',
  async (kind) => {
    for (const stream of [false, true]) {
      const { run } = scriptedProvider(kind, [{ file: 'captive-portal.html' }]);
      const { error } = await run(turnRequest(kind, { stream }));
      expect(error).toMatchObject({ code: 'PROVIDER_MALFORMED_RESPONSE' });
      expect(error?.details?.['response_excerpt']).toContain('Sign in to the network');
    }
  },
);

test('the fixtures stay what they are on the wire', () => {
  expect(fixture('openai_compatible/bare-gateway.sse')).toContain('\r\n\r\n');
  expect(fixture('openai_compatible/reply.sse')).toContain('"choices":[],');
});
