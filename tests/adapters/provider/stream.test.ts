/** Streams: cut anywhere, told live, and never more than the text that the user will read. */
import { expect, test } from 'vitest';
import type { Dialect } from '../../../adapters/provider/dialect.ts';
import { messagesCompatible } from '../../../adapters/provider/messages-compatible/index.ts';
import { openaiCompatible } from '../../../adapters/provider/openai-compatible/index.ts';
import { readStream } from '../../../adapters/provider/shared/event-stream.ts';
import { SNAPSHOTS_MAX } from '../../../adapters/provider/shared/progress.ts';
import { readLimited } from '../../../adapters/provider/shared/read-limited.ts';
import { fixture, scriptedProvider, turnRequest } from './harness.ts';

const STREAMS: readonly (readonly [file: string, dialect: Dialect])[] = [
  ['openai_compatible/reply.sse', openaiCompatible],
  ['openai_compatible/tool-calls.sse', openaiCompatible],
  ['openai_compatible/bare-gateway.sse', openaiCompatible],
  ['openai_compatible/error-mid-stream.sse', openaiCompatible],
  ['messages_compatible/reply.sse', messagesCompatible],
  ['messages_compatible/tool-use.sse', messagesCompatible],
];

/** What comes of a body that arrives in these chunks, and everything told on the way. */
async function readIn(chunks: readonly Uint8Array[], dialect: Dialect) {
  const told: string[] = [];
  const body = (async function* () {
    yield* chunks;
  })();
  const pieces = readLimited(body, 1_000_000);
  const outcome = await readStream(pieces, dialect.openStream(), (text) => told.push(text));
  return { outcome, told };
}

test.each(STREAMS)('%s is the same however it is cut', async (file, dialect) => {
  const bytes = Buffer.from(fixture(file));
  const whole = await readIn([bytes], dialect);
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
    expect(await readIn(chunks, dialect), `cut at byte ${cut}`).toEqual(whole);
  }
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  expect(await readIn(single, dialect)).toEqual(whole);
});

const TOLD = [
  [
    'openai_compatible/reply.sse',
    ['', '', '', 'Moved', 'Moved to 1', 'Moved to 14:00 — shall I tell Zoë? 📅'],
  ],
  [
    'messages_compatible/reply.sse',
    [
      '',
      '',
      'Move',
      'Moved to 14:00 — ',
      'Moved to 14:00 — shall I',
      'Moved to 14:00 — shall I tell Zoë? 📅',
    ],
  ],
  ['messages_compatible/tool-use.sse', ["I'll put both", "I'll put both in the calendar."]],
  ['openai_compatible/tool-calls.sse', []],
] as const;

test.each(TOLD)('%s is told live, decoded', async (file, expected) => {
  const kind = file.startsWith('openai') ? 'openai_compatible' : 'messages_compatible';
  const { run, progress } = scriptedProvider(kind, [{ file }]);
  await run(turnRequest(kind, { stream: true }));
  expect(progress.map(({ assistant_message }) => assistant_message)).toEqual(expected);
  for (const { provider } of progress) {
    expect(provider).toEqual({ kind, model: 'configured-model' });
  }
});

test('T3 three content deltas: two partial snapshots and a final one', async () => {
  const { run } = scriptedProvider('openai_compatible', [
    { file: 'openai_compatible/bare-gateway.sse' },
  ]);
  const { data, metadata } = await run(turnRequest('openai_compatible', { stream: true }));
  const partial = {
    state: 'partial',
    data: {
      assistant_message: '',
      provider: { kind: 'openai_compatible', model: 'configured-model' },
    },
  };
  expect(metadata).toMatchObject({
    response_mode: 'streaming',
    stream_snapshot_count: 3,
    tool_progress_snapshots: [
      { sequence: 0, ...partial },
      { sequence: 1, ...partial },
      { sequence: 2, state: 'final', data },
    ],
  });
});

function openaiChunks(contents: readonly string[]): string {
  const chunks = contents.map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
  const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  return [...chunks, end].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
}

test('a long stream is told in full and kept in short', async () => {
  const envelope = '{"status":"reply","intent":"scheduling","assistant_message":"';
  const body = openaiChunks([envelope, ...Array.from('x'.repeat(100)), '"}']);
  const { run, progress } = scriptedProvider('openai_compatible', [
    { body, headers: { 'content-type': 'text/event-stream' } },
  ]);
  const { metadata } = await run(turnRequest('openai_compatible', { stream: true }));
  expect(progress).toHaveLength(102);
  expect(metadata).toMatchObject({ stream_snapshot_count: 103 });
  expect(metadata?.['tool_progress_snapshots']).toHaveLength(SNAPSHOTS_MAX + 1);
});

test('a provider that answers a stream request in one piece is read as it is', async () => {
  const { run } = scriptedProvider('openai_compatible', [{ file: 'openai_compatible/reply.json' }]);
  const output = await run(turnRequest('openai_compatible', { stream: true }));
  expect(output).toMatchObject({ success: true, metadata: { response_mode: 'non_streaming' } });
});

test.each([
  ['a frame that is no JSON', 'data: {"choices":[\n\n'],
  ['a frame that is no chunk', 'data: {"choices":"none"}\n\n'],
  ['no frame at all', 'it works!'],
])('%s is malformed', async (_, body) => {
  const { run } = scriptedProvider('openai_compatible', [
    { body, headers: { 'content-type': 'text/event-stream' } },
  ]);
  const { error } = await run(turnRequest('openai_compatible', { stream: true }));
  expect(error).toMatchObject({ code: 'PROVIDER_MALFORMED_RESPONSE' });
});

test.each([
  ['cut in two', 'data: {"choices":[{"delta":{"content":"{', 'PROVIDER_TRANSPORT_ERROR'],
  ['an error', 'data: {"error":{"type":"server_error"}}', 'PROVIDER_HTTP_ERROR'],
])('a last frame that is left open and %s', async (_, frame, code) => {
  const headers = { 'content-type': 'text/event-stream' };
  const first = 'data: {"choices":[]}\n\n';
  const { run } = scriptedProvider('openai_compatible', [{ body: first + frame, headers }]);
  const { error } = await run(turnRequest('openai_compatible', { stream: true }));
  expect(error).toMatchObject({ code });
});

test('tool-call deltas without an index are told apart by their names', async () => {
  const delta = (call: object) => ({ choices: [{ index: 0, delta: { tool_calls: [call] } }] });
  const frames = [
    delta({ function: { name: 'email__send', arguments: '{"troupe_intent":' } }),
    delta({ function: { arguments: '"notifications","to":"a"}' } }),
    delta({ function: { name: 'email__send', arguments: '{"to":"b"}' } }),
    { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  ];
  const body = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('');
  const { run } = scriptedProvider('openai_compatible', [
    { body, headers: { 'content-type': 'text/event-stream' } },
  ]);
  const { data } = await run(turnRequest('openai_compatible', { stream: true }));
  expect(data?.requested_tools).toEqual([
    { name: 'email:send', input: { to: 'a' } },
    { name: 'email:send', input: { to: 'b' } },
  ]);
});
