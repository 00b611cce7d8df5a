/** Requests of the Messages API, as its SDK types them and as it checks them itself. */
import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages';
import { describe, expect, test } from 'vitest';
import { bodyOf } from '../../../adapters/provider/messages-compatible/request.ts';
import { messagesCompatible } from '../../../adapters/provider/messages-compatible/index.ts';
import { NO_RESULT } from '../../../adapters/provider/shared/conversation.ts';
import { createToolNames } from '../../../adapters/provider/shared/tool-names.ts';
import type { Message } from '../../../kernel/index.ts';
import {
  API_KEY,
  KINDS,
  profileOf,
  scriptedProvider,
  turnRequest,
  type RequestChanges,
} from './harness.ts';
import { TRANSCRIPT } from './sample-transcript.ts';

function messagesBody(changes: RequestChanges = {}) {
  const request = turnRequest('messages_compatible', changes);
  const names = createToolNames(request.tools.map(({ name }) => name));
  const body = bodyOf(request, names);
  return body satisfies MessageCreateParams;
}

describe('messages_compatible body', () => {
  test('tools, the reply tool and the limits', () => {
    const body = messagesBody({ stream: true });
    expect(body).toMatchObject({
      model: 'configured-model',
      max_tokens: 2_048,
      stream: true,
      tool_choice: { type: 'any' },
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Plan my week' }] }],
    });
    expect(body.tools.map(({ name }) => name)).toEqual([
      'respond',
      'calendar__create-event',
      'email__send',
    ]);
    expect(body.tools[2]?.input_schema).toMatchObject({
      type: 'object',
      required: ['troupe_intent'],
    });
  });

  test('roles alternate, results come first, system text moves up', () => {
    const { system, messages } = messagesBody({ messages: TRANSCRIPT });
    expect(system).toMatch(/Task context:\nPlan the week\n\nAdditional context:\nAnn is away$/);
    const use = (id: string, title: string) => ({
      type: 'tool_use',
      id,
      name: 'calendar__create-event',
      input: { troupe_intent: 'scheduling', title },
    });
    const answer = (tool_use_id: string, content: string) => ({
      type: 'tool_result',
      tool_use_id,
      content,
    });
    const approval = 'approval_0f8fad5b-d9cb-469f-a165-7086772';
    expect(messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Plan my week' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Two events.' },
          use('agent-runtime-tool-call-1', 'A'),
          use('agent-runtime-tool-call-2', 'B'),
        ],
      },
      {
        role: 'user',
        content: [
          answer('agent-runtime-tool-call-1', '{"success":true,"data":null}'),
          answer('agent-runtime-tool-call-2', NO_RESULT),
          { type: 'text', text: 'And mail Ann' },
        ],
      },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: approval, name: 'kernel__approval', input: {} }],
      },
      { role: 'user', content: [answer(approval, '{"approval":{"approved":true}}')] },
      { role: 'assistant', content: [{ type: 'text', text: 'Mailed.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Continue.' }] },
    ]);
  });

  test.each<[why: string, messages: readonly Message[], texts: readonly string[]]>([
    ['only context', [{ role: 'system', content: 'Context' }], ['Start.']],
    ['the assistant first', [{ role: 'assistant', content: 'Hi' }], ['Start.', 'Hi', 'Continue.']],
    ['nothing but blanks', [{ role: 'user', content: ' \n' }], ['Start.']],
    [
      'neighbours of one role',
      [
        { role: 'user', content: 'A' },
        { role: 'user', content: '' },
        { role: 'user', content: 'B' },
      ],
      ['A', 'B'],
    ],
  ])('%s is still a conversation', (_, messages, texts) => {
    const body = messagesBody({ messages });
    expect(body.messages[0]?.role).toBe('user');
    expect(body.messages.at(-1)?.role).toBe('user');
    const told = body.messages.flatMap(({ content }) =>
      content.map((block) => (block.type === 'text' ? block.text : block.type)),
    );
    expect(told).toEqual(texts);
  });

  test('a tool that is called like the reply tool gets another name', async () => {
    const tools = [{ name: 'respond', description: 'A tool of the host.' }];
    const input = { troupe_intent: 'scheduling', text: 'Hi' };
    const content = [{ type: 'tool_use', id: 'toolu_1', name: 'respond_2', input }];
    const { run, calls } = scriptedProvider('messages_compatible', [
      { body: { type: 'message', content, stop_reason: 'tool_use' } },
    ]);
    const { data } = await run(turnRequest('messages_compatible', { tools }));
    expect(data?.requested_tool).toEqual({ name: 'respond', input: { text: 'Hi' } });
    const sent = JSON.parse(String(calls()[0]?.body)) as { tools: { name: string }[] };
    expect(sent.tools.map(({ name }) => name)).toEqual(['respond', 'respond_2']);
  });
});

test('the key and the version go along, for gateways as a bearer token as well', async () => {
  const { run, calls } = scriptedProvider('messages_compatible', [
    { file: 'messages_compatible/reply.json' },
  ]);
  await run();
  expect(calls()[0]?.headers).toMatchObject({
    'x-api-key': API_KEY,
    'anthropic-version': '2023-06-01',
    authorization: `Bearer ${API_KEY}`,
  });
});

test('the vendor itself gets no bearer token: it would take it for a login', () => {
  const profile = profileOf('messages_compatible');
  const headers = messagesCompatible.headersOf(profile, 'https://api.anthropic.com/v1/messages');
  expect(headers).toEqual({ 'x-api-key': API_KEY, 'anthropic-version': '2023-06-01' });
});

test.each(KINDS)('%s: no byte of a body is the credential', async (kind) => {
  const { run, calls } = scriptedProvider(kind, [{ file: `${kind}/reply.json` }]);
  await run(turnRequest(kind, { messages: TRANSCRIPT }));
  expect(calls()[0]?.body).not.toContain(API_KEY);
});
