/** Bodies that the Messages API refuses: one row each, and what it says to them. */
import { expect, test } from 'vitest';
import { MESSAGES, post, serve } from './servers.ts';

type Body = Readonly<Record<string, unknown>>;

const user = { role: 'user', content: 'Hello' };
const assistant = { role: 'assistant', content: 'Hi' };
const use = (id: string, name = 'read'): Body => ({ type: 'tool_use', id, name, input: {} });
const result = (tool_use_id: string): Body => ({ type: 'tool_result', tool_use_id, content: 'ok' });
const text = (words: string): Body => ({ type: 'text', text: words });
const says = (role: string, ...content: readonly Body[]): Body => ({ role, content });
const talk = (...messages: readonly Body[]): Body => ({ messages });

const EMPTY = { type: 'object', properties: {} };
const tool = (name: string, extra: Body = {}): Body => ({ name, input_schema: EMPTY, ...extra });

// prettier-ignore
const ROWS: readonly (readonly [what: string, change: Body, message: string])[] = [
  // The body
  ['no model', { model: undefined }, 'model: Field required'],
  ['an empty model', { model: '' }, 'model: String should have at least 1 character'],
  ['no messages', { messages: undefined }, 'messages: Field required'],
  ['empty messages', { messages: [] }, 'messages: List should have at least 1 item after validation, not 0'],
  ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
  ['max_tokens that is text', { max_tokens: '5' }, 'max_tokens: Input should be a valid number'],
  ['half a token', { max_tokens: 1.5 }, 'max_tokens: Input should be a valid integer'],
  ['no tokens at all', { max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
  ['an unknown field', { response_format: {} }, 'response_format: Extra inputs are not permitted'],
  ['an unknown service tier', { service_tier: 'gold' }, "service_tier: Input should be 'auto' or 'standard_only'"],
  ['metadata of another kind', { metadata: { session: 'x' } }, 'metadata.session: Extra inputs are not permitted'],
  ['a system block without a type', { system: [{ text: 'x' }] }, 'system.0.type: Field required'],
  // Messages
  ['a system role', talk({ role: 'system', content: 'x' }), 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter'],
  ['a tool role', talk(user, { role: 'tool', content: 'x' }), 'messages: Unexpected role "tool".'],
  ['no role', talk({ content: 'x' }), 'messages.0.role: Field required'],
  ['a kind of block that is none', talk(says('user', { type: {} })), "Input tag '{}' found using 'type'"],
  ['an unknown field of a message', talk({ ...user, tool_name: 'x' }), 'messages.0.tool_name: Extra inputs are not permitted'],
  ['no content', talk({ role: 'user' }), 'messages.0.content: Field required'],
  ['empty content', talk({ role: 'user', content: '' }), 'messages.0: user messages must have non-empty content'],
  ['no blocks', talk(says('user')), 'messages.0: user messages must have non-empty content'],
  ['an empty text block', talk(says('user', text(''))), 'messages: text content blocks must be non-empty'],
  ['a blank text block', talk(user, says('assistant', text(' ')), user), 'messages: text content blocks must be non-empty'],
  ['an unknown block', talk(says('user', { type: 'video' })), "messages.0.content.0: Input tag 'video' found using 'type' does not match any of the expected tags: 'text', "],
  ['an unknown field of a block', talk(says('user', { ...text('x'), tone: 'y' })), 'messages.0.content.0.text.tone: Extra inputs are not permitted'],
  ['a missing field of a block', talk(says('assistant', { type: 'tool_use', id: 'u1', name: 'read' })), 'messages.0.content.0.tool_use.input: Field required'],
  ['input that is a list', talk(user, says('assistant', { ...use('u1'), input: [] })), 'messages.1.content.0.tool_use.input: Input should be a valid dictionary'],
  ['a last word of the assistant', talk(user, assistant), 'does not support assistant message prefill'],
  // Tool uses and their results
  ['an id with a colon', talk(user, says('assistant', use('a:b'))), "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"],
  ['a name with a colon', talk(user, says('assistant', use('u1', 'a:b'))), "messages.1.content.0.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"],
  ['a tool use of a user', talk(says('user', use('u1'))), 'messages.0: `tool_use` blocks can only be in `assistant` messages'],
  ['a tool result of an assistant', talk(user, says('assistant', result('u1'))), 'messages.1: `tool_result` blocks can only be in `user` messages'],
  ['a use without a result', talk(user, says('assistant', use('u1')), user), 'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: u1.'],
  ['a use at the end', talk(user, says('assistant', use('u1'), use('u2'))), 'immediately after: u1, u2. Each `tool_use` block must have'],
  ['one result of two', talk(user, says('assistant', use('u1'), use('u2')), says('user', result('u2'))), 'immediately after: u1.'],
  ['a result behind words', talk(user, says('assistant', use('u1')), says('user', text('well'), result('u1'))), 'immediately after: u1.'],
  ['a result behind a message', talk(user, says('assistant', use('u1')), user, says('user', result('u1'))), 'immediately after: u1.'],
  ['a result without a use', talk(says('user', result('u9'))), 'messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: u9.'],
  ['a result that comes late', talk(user, says('assistant', use('u1')), says('user', result('u1')), assistant, says('user', result('u1'))), 'messages.4.content.0: unexpected `tool_use_id`'],
  ['two results of one use', talk(user, says('assistant', use('u1')), says('user', result('u1'), result('u1'))), 'messages.2.content.1: each tool_use must have a single result.'],
  ['one id twice', talk(user, says('assistant', use('u1')), says('user', result('u1')), says('assistant', use('u1')), says('user', result('u1'))), 'messages: `tool_use` ids must be unique'],
  // Tools
  ['a colon in a tool name', { tools: [tool('a:b')] }, "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"],
  ['a tool without a schema', { tools: [{ name: 'read' }] }, 'tools.0.custom.input_schema: Field required'],
  ['a schema of another type', { tools: [tool('read', { input_schema: { type: 'string' } })] }, "tools.0.custom.input_schema.type: Input should be 'object'"],
  ['a union at the top', { tools: [tool('read', { input_schema: { type: 'object', anyOf: [] } })] }, 'tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level'],
  ['a wrapped tool', { tools: [{ type: 'function', function: tool('read') }] }, 'tools.0.function'],
  ['one name twice', { tools: [tool('read'), tool('read')] }, 'tools: Tool names must be unique.'],
  ['a choice without tools', { tool_choice: { type: 'any' } }, 'tool_choice: may only be specified while providing tools'],
  ['the choice of another tool', { tools: [tool('read')], tool_choice: { type: 'tool', name: 'write' } }, "Tool 'write' not found in provided tools"],
  ['a choice that is text', { tools: [tool('read')], tool_choice: 'auto' }, 'tool_choice: Input should be a valid dictionary'],
  ['an unknown choice', { tools: [tool('read')], tool_choice: { type: 'required' } }, "tool_choice: Input tag 'required' found using 'type'"],
];

test.each(ROWS)('%s', async (_, change, message) => {
  const server = await serve([]);
  const body = { model: 'm', max_tokens: 10, messages: [user], ...change };
  const response = await post(server, MESSAGES, body);
  expect(await response.json()).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: expect.stringContaining(message) as string },
    request_id: expect.stringMatching(/^req-/) as string,
  });
  expect(response.status).toBe(400);
});

// prettier-ignore
const TAKEN: readonly (readonly [what: string, change: Body])[] = [
  ['one message', {}],
  ['messages of one role in a row', talk(user, user, assistant, assistant, user)],
  ['an assistant that speaks first', talk(assistant, user)],
  ['uses and results over several messages', talk(user, says('assistant', use('u1')), says('assistant', use('u2')), says('user', result('u2')), says('user', result('u1'), text('well')))],
  ['a result without content', talk(user, says('assistant', use('u1')), says('user', { type: 'tool_result', tool_use_id: 'u1', is_error: true }))],
  ['tools and a choice', { tools: [tool('read', { description: 'd'.repeat(5000) }), tool('write')], tool_choice: { type: 'tool', name: 'read', disable_parallel_tool_use: true } }],
  ['system blocks', { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] }],
  ['thinking', { thinking: { type: 'enabled', budget_tokens: 1024 }, ...talk(user, says('assistant', { type: 'thinking', thinking: 'hm', signature: 's' }, text('Hi')), user) }],
];

test.each(TAKEN)('%s is taken', async (_, change) => {
  const server = await serve([{ text: 'Hi' }]);
  const body = { model: 'm', max_tokens: 10, messages: [user], ...change };
  const response = await post(server, MESSAGES, body);
  expect(await response.json()).toHaveProperty('content');
  server.assertDone();
});
