/** Requests of the Chat Completions API: as its SDK types them, and as its schema has them. */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import { bodyOf } from '../../../adapters/provider/openai-compatible/request.ts';
import { NO_RESULT } from '../../../adapters/provider/shared/conversation.ts';
import { createToolNames } from '../../../adapters/provider/shared/tool-names.ts';
import { API_KEY, fixture, scriptedProvider, turnRequest, type RequestChanges } from './harness.ts';
import { TRANSCRIPT } from './sample-transcript.ts';

function openaiBody(changes: RequestChanges = {}) {
  const request = turnRequest('openai_compatible', changes);
  const names = createToolNames(request.tools.map(({ name }) => name));
  const body = bodyOf(request, names);
  return body satisfies ChatCompletionCreateParams;
}

describe('openai_compatible body', () => {
  test('tools, the envelope schema and the limits', () => {
    const body = openaiBody({ stream: true });
    expect(body).toMatchObject({
      model: 'configured-model',
      max_completion_tokens: 2_048,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(body.tools).toEqual([
      {
        type: 'function',
        function: {
          name: 'calendar__create-event',
          description: 'Creates an event.',
          parameters: {
            type: 'object',
            properties: {
              troupe_intent: {
                type: 'string',
                description: 'The intent that this serves.',
                enum: ['scheduling', 'notifications'],
              },
              title: { type: 'string' },
              start: { type: 'string' },
            },
            required: ['troupe_intent', 'title'],
            additionalProperties: false,
          },
        },
      },
      expect.objectContaining({
        function: expect.objectContaining({ name: 'email__send' }) as unknown,
      }),
    ]);
    expect(body.response_format.json_schema).toMatchObject({
      strict: true,
      schema: {
        properties: { intent: { enum: ['scheduling', 'notifications'] } },
        required: ['status', 'intent', 'assistant_message'],
        additionalProperties: false,
      },
    });
  });

  test('without tools, intents and streaming their fields are absent', () => {
    const body = openaiBody({ tools: [], intents: [] });
    for (const key of ['tools', 'stream', 'stream_options']) expect(body).not.toHaveProperty(key);
    expect(body.messages[0]?.content).toContain('No explicit intents were supplied.');
    expect(JSON.stringify(body.response_format)).not.toContain('"intent":{"type":"string","enum"');
  });

  test('every call has its result, and every result its call', () => {
    const [system, ...messages] = openaiBody({ messages: TRANSCRIPT }).messages;
    expect(system?.content).toContain('- scheduling: Plans time.');
    const called = (id: string, name: string, input: object) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    });
    const first = { troupe_intent: 'scheduling', title: 'A' };
    const second = { troupe_intent: 'scheduling', title: 'B' };
    const approval = 'approval_0f8fad5b-d9cb-469f-a165-7086772';
    expect(messages).toEqual([
      { role: 'system', content: 'Task context:\nPlan the week' },
      { role: 'user', content: 'Plan my week' },
      {
        role: 'assistant',
        content: 'Two events.',
        tool_calls: [
          called('agent-runtime-tool-call-1', 'calendar__create-event', first),
          called('agent-runtime-tool-call-2', 'calendar__create-event', second),
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'agent-runtime-tool-call-1',
        content: '{"success":true,"data":null}',
      },
      { role: 'tool', tool_call_id: 'agent-runtime-tool-call-2', content: NO_RESULT },
      { role: 'user', content: 'And mail Ann' },
      { role: 'system', content: 'Additional context:\nAnn is away' },
      { role: 'assistant', content: null, tool_calls: [called(approval, 'kernel__approval', {})] },
      { role: 'tool', tool_call_id: approval, content: '{"approval":{"approved":true}}' },
      {
        role: 'assistant',
        content: '{"status":"reply","intent":"notifications","assistant_message":"Mailed."}',
      },
    ]);
  });
});

test.each([
  ['a union', { anyOf: [{ type: 'object' }, { type: 'object' }] }],
  ['a reference', { $ref: '#/$defs/input', $defs: { input: { type: 'object' } } }],
])('%s at the top of a schema is told in words', (_, input_schema) => {
  const [tool] =
    openaiBody({ tools: [{ name: 'a:b', description: 'Does.', input_schema }] }).tools ?? [];
  expect(tool?.function.description).toContain(JSON.stringify(input_schema));
  expect(Object.keys(tool?.function.parameters ?? {})).toEqual(['type', 'properties', 'required']);
});

test('T2 one POST with the bearer key; the fields are mapped', async () => {
  const { run, calls } = scriptedProvider('openai_compatible', [
    { file: 'openai_compatible/envelope-with-tool-call.json' },
  ]);
  const { data, metadata } = await run();
  expect(calls()).toHaveLength(1);
  expect(calls()[0]).toMatchObject({
    method: 'POST',
    fullUrl: 'https://model-provider.invalid/v1/chat/completions',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': 's1/turn/0',
    },
  });
  expect(data?.usage).toEqual({ input_tokens: 18, output_tokens: 7, total_tokens: 25 });
  expect(metadata).toMatchObject({ provider_call_count: 1 });
});

const WIRE = new URL(
  '../../../../shared/wire/openai-chat-completions.schema.json',
  import.meta.url,
);
const hasWire = existsSync(WIRE);
if (!hasWire) process.stderr.write('skipped: no ../shared/wire, so no vendor schema to hold to\n');

describe.skipIf(!hasWire)('the published schema of the Chat Completions API', () => {
  const validate = (definition: string) => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addFormat('unixtime', true);
    ajv.addSchema(JSON.parse(readFileSync(WIRE, 'utf8')) as object);
    const check = ajv.compile({ $ref: `openai-chat-completions#/$defs/${definition}` });
    return (value: unknown) => (check(value) ? [] : (check.errors ?? []));
  };

  test.each([
    ['a plain turn', {}],
    ['a streamed turn', { stream: true }],
    ['a whole transcript', { messages: TRANSCRIPT }],
    ['no tools and no intents', { tools: [], intents: [] }],
  ])('accepts %s', (_, changes) => {
    const sent: unknown = JSON.parse(JSON.stringify(openaiBody(changes)));
    expect(validate('CreateChatCompletionRequest')(sent)).toEqual([]);
  });

  test('holds our recorded answers too, so that they are what the API sends', () => {
    const recorded = ['reply', 'tool-calls', 'refusal', 'length', 'content-filter'];
    const check = validate('CreateChatCompletionResponse');
    const flaws = recorded.flatMap((name) =>
      check(JSON.parse(fixture(`openai_compatible/${name}.json`))),
    );
    expect(flaws).toEqual([]);
  });
});
