/** From an answer to a turn: the rules of the reference (1.8) and ours for native tool calls. */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../adapters/provider/dialect.ts';
import { normalizeTurn } from '../../../adapters/provider/shared/normalize.ts';
import { createToolNames } from '../../../adapters/provider/shared/tool-names.ts';
import type { TurnOutput, TurnRequest } from '../../../kernel/index.ts';
import { INTENTS, TOOLS, scriptedProvider } from './harness.ts';

function turnOf(answer: Partial<Answer>, intents: TurnRequest['intents'] = INTENTS) {
  const names = createToolNames(TOOLS.map(({ name }) => name));
  const frame = { kind: 'openai_compatible', model: 'm', intents, names } as const;
  return normalizeTurn({ text: '', calls: [], finish_reason: 'stop', ...answer }, frame);
}

const envelope = (fields: object) => ({
  text: JSON.stringify({ intent: 'scheduling', ...fields }),
});
const native = (name: string, input: object = {}) => ({ name, input: { ...input } });
const send = native('email__send', { to: 'ann', troupe_intent: 'notifications' });
const tool = { name: 'email:send', input: { to: 'ann' } };

type Row = readonly [why: string, answer: Partial<Answer>, turn: Partial<TurnOutput>];

describe('a turn', () => {
  test.each<Row>([
    ['reply is kept', envelope({ status: 'reply' }), { status: 'reply' }],
    ['complete is kept', envelope({ status: 'complete' }), { status: 'complete' }],
    ['escalate is kept', envelope({ status: 'escalate' }), { status: 'escalate' }],
    ['no status is a reply', envelope({}), { status: 'reply' }],
    ['an unknown status is a reply', envelope({ status: 'done' }), { status: 'reply' }],
    ['a status of another type is a reply', envelope({ status: 7 }), { status: 'reply' }],
    [
      'a tool of the envelope forces tool_request',
      envelope({ status: 'complete', requested_tool: tool }),
      { status: 'tool_request', requested_tool: tool },
    ],
    [
      'no status and a tool is tool_request',
      envelope({ requested_tool: tool }),
      { status: 'tool_request', requested_tool: tool },
    ],
    [
      'a tool without an input object is ignored',
      envelope({ requested_tool: { name: 'email:send', input: 'ann' } }),
      { status: 'reply' },
    ],
    [
      'a tool without a name is ignored',
      envelope({ requested_tool: { name: ' ', input: {} } }),
      { status: 'reply' },
    ],
    ['no message is an empty one', envelope({}), { assistant_message: '' }],
    [
      'a null message is an empty one',
      envelope({ assistant_message: null }),
      { assistant_message: '' },
    ],
    ['an intent is trimmed', envelope({ intent: ' scheduling ' }), { intent: 'scheduling' }],
    ['an intent outside the catalog is kept', envelope({ intent: 'other' }), { intent: 'other' }],
    [
      'prose beside a call is the message',
      { text: 'On it.\n', calls: [send] },
      { status: 'tool_request', intent: 'notifications', assistant_message: 'On it.' },
    ],
    [
      'a call loses its intent and its wire name',
      { calls: [send] },
      { intent: 'notifications', requested_tool: tool },
    ],
    [
      'an envelope beside calls states the intent for them',
      { ...envelope({ intent: 'notifications' }), calls: [native('email__send', { to: 'ann' })] },
      { intent: 'notifications', requested_tool: tool },
    ],
    [
      'calls state the intent for an envelope without one',
      { text: '{"assistant_message":"On it."}', calls: [send] },
      { intent: 'notifications', assistant_message: 'On it.' },
    ],
    [
      'several calls keep their order',
      { calls: [send, native('calendar__create-event', { title: 'A' })] },
      {
        requested_tool: tool,
        requested_tools: [tool, { name: 'calendar:create-event', input: { title: 'A' } }],
      },
    ],
    [
      'a native echo of the envelope tool is not a second call',
      {
        ...envelope({ requested_tool: tool, intent: 'notifications' }),
        calls: [send, native('calendar__create-event', { title: 'A' })],
      },
      { requested_tools: [tool, { name: 'calendar:create-event', input: { title: 'A' } }] },
    ],
    [
      'a name that was not offered is reported as it came',
      { calls: [native('shell:run', { troupe_intent: 'scheduling' })] },
      { requested_tool: { name: 'shell:run', input: {} } },
    ],
    [
      'a model names itself',
      { ...envelope({}), model: 'm-2' },
      { provider: { kind: 'openai_compatible', model: 'm-2' } },
    ],
  ])('%s', (_, answer, turn) => {
    expect(turnOf(answer)).toMatchObject({ ok: true, value: turn });
  });

  test('one tool is no list, no tool is no field', () => {
    expect(turnOf({ calls: [send] })).not.toHaveProperty('value.requested_tools');
    expect(turnOf(envelope({}))).not.toHaveProperty('value.requested_tool');
  });
});

describe('malformed', () => {
  test.each<readonly [why: string, answer: Partial<Answer>]>([
    ['text that is no JSON', { text: 'Sure!' }],
    ['JSON that is no object', { text: '["reply"]' }],
    ['JSON in two objects', { text: '{"intent":"a"}{"intent":"b"}' }],
    ['no text at all', {}],
    ['an envelope without an intent', { text: '{"status":"reply"}' }],
    ['a blank intent', envelope({ intent: '  ' })],
    ['an intent that is no string', envelope({ intent: 42 })],
    ['a message that is no string', envelope({ assistant_message: ['hi'] })],
    ['tool_request without a tool', envelope({ status: 'tool_request' })],
    [
      'tool_request with an unusable tool',
      envelope({ status: 'tool_request', requested_tool: { name: 'a' } }),
    ],
    ['several intents offered, none stated', { calls: [native('email__send')] }],
    [
      'calls that disagree about the intent',
      { calls: [send, native('calendar__create-event', { troupe_intent: 'scheduling' })] },
    ],
    ['an envelope and a call that disagree', { ...envelope({}), calls: [send] }],
  ])('%s', (_, answer) => {
    expect(turnOf(answer)).toMatchObject({
      ok: false,
      failure: { code: 'PROVIDER_MALFORMED_RESPONSE', isTransient: false },
    });
  });
});

describe('calls that state no intent', () => {
  const calls = [native('email__send')];
  test.each([
    ['serve the only one offered', INTENTS.slice(0, 1), 'scheduling'],
    ['are unclassified where none is offered', [], 'unclassified'],
  ])('%s', (_, intents, intent) => {
    expect(turnOf({ calls }, intents)).toMatchObject({ ok: true, value: { intent } });
  });

  test('an envelope has to state it all the same', () => {
    expect(turnOf({ text: '{"status":"reply"}' }, INTENTS.slice(0, 1))).toMatchObject({
      ok: false,
    });
  });
});

test('T7 content {"intent":42} is malformed after one call', async () => {
  const { run } = scriptedProvider('openai_compatible', [
    { body: { choices: [{ message: { content: '{"intent":42}' }, finish_reason: 'stop' }] } },
  ]);
  const output = await run();
  expect(output).toMatchObject({
    success: false,
    error: { code: 'PROVIDER_MALFORMED_RESPONSE' },
    metadata: { provider_call_count: 1 },
  });
});

describe('a response in no known form is malformed', () => {
  const choice = (message: object) => ({ choices: [{ message }] });
  const called = (called: object) => choice({ content: null, tool_calls: [{ function: called }] });
  test.each([
    ['no JSON', 'Bad gateway'],
    ['empty', ''],
    ['null', 'null'],
    ['no choices', { id: 'x' }],
    ['empty choices', { choices: [] }],
    ['no message', { choices: [{}] }],
    ['content of another type', choice({ content: 5 })],
    ['a call without a name', called({ arguments: '{}' })],
    ['a call with broken arguments', called({ name: 'email__send', arguments: '{"to":' })],
    ['a call with a list as arguments', called({ name: 'email__send', arguments: '[]' })],
    ['a call nested deeper than any stack', called({ name: 'a', arguments: '['.repeat(200_000) })],
  ])('openai_compatible: %s', async (_, body) => {
    const { run } = scriptedProvider('openai_compatible', [{ body }]);
    expect((await run()).error).toMatchObject({ code: 'PROVIDER_MALFORMED_RESPONSE' });
  });

  const message = (block: object) => ({ type: 'message', content: [block] });
  test.each([
    ['another type', { type: 'completion', completion: 'hi' }],
    ['no content', { type: 'message' }],
    ['empty content', { type: 'message', content: [] }],
    ['a block without a type', message({ text: 'hi' })],
    ['a text block without text', message({ type: 'text' })],
    ['a call without a name', message({ type: 'tool_use', input: {} })],
    ['a call without an input', message({ type: 'tool_use', name: 'email__send' })],
    ['a reply without an intent', message({ type: 'tool_use', name: 'respond', input: {} })],
  ])('messages_compatible: %s', async (_, body) => {
    const { run } = scriptedProvider('messages_compatible', [{ body }]);
    expect((await run()).error).toMatchObject({ code: 'PROVIDER_MALFORMED_RESPONSE' });
  });
});

describe('keys that reach for a prototype', () => {
  const hostile = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';

  test('are data or nothing in arguments', async () => {
    const tool_calls = [{ function: { name: 'email__send', arguments: hostile } }];
    const content = '{"intent":"scheduling","__proto__":{"status":"complete"}}';
    const { run } = scriptedProvider('openai_compatible', [
      { body: { choices: [{ message: { content, tool_calls } }] } },
    ]);
    const input = (await run()).data?.requested_tool?.input ?? {};
    expect(Object.keys(input)).toEqual(['constructor']);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(input).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  test('cannot lend an envelope what it lacks', () => {
    expect(turnOf({ text: '{"__proto__":{"intent":"scheduling"}}' })).toMatchObject({ ok: false });
  });
});
