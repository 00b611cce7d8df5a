/** Bodies that the Chat Completions API refuses: one row each, and what it says to them. */
import { expect, test } from 'vitest';
import { CHAT, post, serve } from './servers.ts';

type Body = Readonly<Record<string, unknown>>;

const user = { role: 'user', content: 'Hello' };
const call = (id: string, name = 'read'): Body => ({
  id,
  type: 'function',
  function: { name, arguments: '{}' },
});
const calls = (...tool_calls: readonly Body[]): Body => ({
  role: 'assistant',
  content: null,
  tool_calls,
});
const result = (tool_call_id: string): Body => ({ role: 'tool', tool_call_id, content: 'ok' });

const EMPTY = { type: 'object', properties: {} };
const tool = (name: string, extra: Body = {}): Body => ({
  type: 'function',
  function: { name, description: 'Reads.', parameters: EMPTY, ...extra },
});
const strictly = (schema: Body): Body => ({
  response_format: { type: 'json_schema', json_schema: { name: 'turn', strict: true, schema } },
});
const withParameters = (parameters: Body, strict = false): Body => ({
  tools: [tool('read', { parameters, strict })],
});

interface Row {
  readonly what: string;
  readonly change: Body;
  readonly message: string;
  readonly param?: string;
  readonly code?: string;
}

// prettier-ignore
const ROWS: readonly Row[] = [
  // The body
  { what: 'no model', change: { model: undefined }, message: 'you must provide a model parameter' },
  { what: 'an empty model', change: { model: '' }, message: "Invalid 'model': empty string. Expected a string with minimum length 1, but got an empty string instead.", param: 'model', code: 'empty_string' },
  { what: 'a model that is no text', change: { model: 4 }, message: "Invalid type for 'model': expected a string, but got an integer instead.", param: 'model', code: 'invalid_type' },
  { what: 'no messages', change: { messages: undefined }, message: "Missing required parameter: 'messages'.", param: 'messages', code: 'missing_required_parameter' },
  { what: 'empty messages', change: { messages: [] }, message: "Invalid 'messages': empty array.", param: 'messages', code: 'empty_array' },
  { what: 'an unknown field', change: { top_k: 1 }, message: 'Unrecognized request argument supplied: top_k' },
  { what: 'unknown fields', change: { top_k: 1, system: 'x' }, message: 'Unrecognized request arguments supplied: top_k, system' },
  { what: 'a temperature too high', change: { temperature: 3 }, message: "Expected a value <= 2, but got 3 instead.", param: 'temperature', code: 'integer_above_max_value' },
  { what: 'a temperature too low', change: { temperature: -0.5 }, message: "Expected a value >= 0, but got -0.5 instead.", param: 'temperature', code: 'decimal_below_min_value' },
  { what: 'half a token', change: { max_tokens: 1.5 }, message: "expected an integer, but got a decimal instead.", param: 'max_tokens', code: 'invalid_type' },
  { what: 'both token limits', change: { max_tokens: 5, max_completion_tokens: 5 }, message: 'at the same time is not supported', param: 'max_tokens' },
  { what: 'stream options without a stream', change: { stream_options: { include_usage: true } }, message: "only allowed when 'stream' is enabled", param: 'stream_options' },
  // Messages
  { what: 'an unknown role', change: { messages: [{ role: 'robot', content: 'x' }] }, message: "Invalid value: 'robot'. Supported values are: 'developer', 'system', 'user', 'assistant', and 'tool'.", param: 'messages[0].role', code: 'invalid_value' },
  { what: 'no role', change: { messages: [{ content: 'x' }] }, message: "Missing required parameter: 'messages[0].role'.", param: 'messages[0].role' },
  { what: 'no content', change: { messages: [{ role: 'user' }] }, message: "Missing required parameter: 'messages[0].content'.", param: 'messages[0].content' },
  { what: 'an unknown field of a message', change: { messages: [{ ...result('c1'), tool_name: 'read' }] }, message: "Unknown parameter: 'messages[0].tool_name'.", param: 'messages[0].tool_name', code: 'unknown_parameter' },
  { what: 'an unknown part', change: { messages: [{ role: 'user', content: [{ type: 'video' }] }] }, message: "Invalid value: 'video'.", param: 'messages[0].content[0].type' },
  { what: 'no parts', change: { messages: [{ role: 'user', content: [] }] }, message: 'empty array', param: 'messages[0].content' },
  { what: 'content that is a number', change: { messages: [{ role: 'user', content: 7 }] }, message: "Invalid type for 'messages[0].content'", code: 'invalid_type' },
  { what: 'an assistant without words and calls', change: { messages: [user, { role: 'assistant', content: null }, user] }, message: "Invalid value for 'content': expected a string, got null.", param: 'messages.[1].content' },
  { what: 'an empty list of calls', change: { messages: [user, calls(), user] }, message: 'empty array', param: 'messages[1].tool_calls' },
  // Tool calls and their results
  { what: 'a result without a call', change: { messages: [user, result('c1')] }, message: "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", param: 'messages.[1].role' },
  { what: 'a result of another call', change: { messages: [user, calls(call('c1')), result('c2')] }, message: "'tool_call_id' of 'c2' not found", param: 'messages.[2].tool_call_id' },
  { what: 'a second result', change: { messages: [user, calls(call('c1')), result('c1'), result('c1')] }, message: "'tool_call_id' of 'c1' not found", param: 'messages.[3].tool_call_id' },
  { what: 'a call without a result at the end', change: { messages: [user, calls(call('c1'))] }, message: 'did not have response messages: c1', param: 'messages.[2].role' },
  { what: 'a call without a result before words', change: { messages: [user, calls(call('c1'), call('c2')), result('c2'), user] }, message: 'did not have response messages: c1', param: 'messages.[3].role' },
  { what: 'a result after words', change: { messages: [user, calls(call('c1')), result('c1'), user, result('c1')] }, message: "must be a response to a preceeding message", param: 'messages.[4].role' },
  { what: 'a call id too long', change: { messages: [user, calls(call('c'.repeat(41))), user] }, message: 'Expected a string with maximum length 40, but got a string with length 41 instead.', param: 'messages[1].tool_calls[0].id', code: 'string_above_max_length' },
  { what: 'a call with a colon in its name', change: { messages: [user, calls(call('c1', 'a:b')), result('c1')] }, message: "does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", param: 'messages[1].tool_calls[0].function.name', code: 'invalid_value' },
  { what: 'a call without a type', change: { messages: [user, calls({ ...call('c1'), type: undefined })] }, message: "Missing required parameter: 'messages[1].tool_calls[0].type'." },
  { what: 'arguments that are no text', change: { messages: [user, calls({ ...call('c1'), function: { name: 'read', arguments: {} } })] }, message: 'expected a string, but got an object', param: 'messages[1].tool_calls[0].function.arguments' },
  // Tools
  { what: 'no tools in the list', change: { tools: [] }, message: "Invalid 'tools': empty array. Expected an array with minimum length 1", param: 'tools', code: 'empty_array' },
  { what: 'too many tools', change: { tools: Array.from({ length: 129 }, (_, index) => tool(`t${index}`)) }, message: 'Expected an array with maximum length 128, but got an array with length 129', code: 'array_above_max_length' },
  { what: 'a colon in a tool name', change: { tools: [tool('calendar:create')] }, message: "Invalid 'tools[0].function.name': string does not match pattern.", param: 'tools[0].function.name', code: 'invalid_value' },
  { what: 'a tool name too long', change: { tools: [tool('t'.repeat(65))] }, message: 'maximum length 64', param: 'tools[0].function.name' },
  { what: 'a description too long', change: { tools: [tool('read', { description: 'd'.repeat(1025) })] }, message: 'maximum length 1024', param: 'tools[0].function.description' },
  { what: 'a tool that is not wrapped', change: { tools: [{ type: 'function', name: 'read' }] }, message: "Missing required parameter: 'tools[0].function'." },
  { what: 'tool_choice without tools', change: { tool_choice: 'auto' }, message: "'tool_choice' is only allowed when 'tools' are specified.", param: 'tool_choice' },
  { what: 'parallel_tool_calls without tools', change: { parallel_tool_calls: true }, message: "'parallel_tool_calls' is only allowed when 'tools' are specified." },
  { what: 'the choice of another tool', change: { tools: [tool('read')], tool_choice: { type: 'function', function: { name: 'write' } } }, message: "Tool choice 'write' not found in 'tools' parameter." },
  { what: 'an unknown tool choice', change: { tools: [tool('read')], tool_choice: 'any' }, message: "Supported values are: 'none', 'auto', and 'required'.", param: 'tool_choice' },
  // Schemas
  { what: 'parameters without a type', change: withParameters({ properties: {} }), message: `Invalid schema for function 'read': schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`, param: 'tools[0].function.parameters', code: 'invalid_function_parameters' },
  { what: 'parameters without properties', change: withParameters({ type: 'object' }), message: 'In context=(), object schema missing properties.' },
  { what: 'a union at the top', change: withParameters({ ...EMPTY, anyOf: [] }), message: "not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level" },
  { what: 'an array without items', change: withParameters({ type: 'object', properties: { a: { type: 'array' } } }), message: "In context=('properties', 'a'), array schema missing items." },
  { what: 'strict parameters that are open', change: withParameters(EMPTY, true), message: "'additionalProperties' is required to be supplied and to be false." },
  { what: 'a format of no kind', change: { response_format: { type: 'xml' } }, message: "Supported values are: 'text', 'json_object', and 'json_schema'.", param: 'response_format.type' },
  { what: 'JSON that nobody speaks of', change: { response_format: { type: 'json_object' } }, message: "must contain the word 'json' in some form", param: 'messages' },
  { what: 'a schema format without a schema', change: { response_format: { type: 'json_schema', json_schema: { name: 'turn' } } }, message: "Missing required parameter: 'response_format.json_schema.schema'." },
  { what: 'a schema format without a name', change: { response_format: { type: 'json_schema', json_schema: { schema: EMPTY } } }, message: "Missing required parameter: 'response_format.json_schema.name'." },
  { what: 'a strict format that is open', change: strictly(EMPTY), message: "Invalid schema for response_format 'turn': In context=(), 'additionalProperties'", param: 'response_format' },
  { what: 'a strict format with an optional field', change: strictly({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a'], additionalProperties: false }), message: "Missing 'b'." },
  { what: 'a strict format that is open further down', change: strictly({ type: 'object', properties: { a: { anyOf: [{ type: 'null' }, EMPTY] } }, required: ['a'], additionalProperties: false }), message: "In context=('properties', 'a', 'anyOf', '1'), 'additionalProperties'" },
  { what: 'a strict format with oneOf', change: strictly({ type: 'object', properties: { a: { oneOf: [] } }, required: ['a'], additionalProperties: false }), message: "'oneOf' is not permitted." },
];

test.each(ROWS)('$what', async ({ change, message, param, code }) => {
  const server = await serve([]);
  const response = await post(server, CHAT, { model: 'm', messages: [user], ...change });
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  expect(response.status).toBe(400);
  expect(error['message']).toContain(message);
  expect(error['type']).toBe('invalid_request_error');
  if (param !== undefined) expect(error['param']).toBe(param);
  if (code !== undefined) expect(error['code']).toBe(code);
});

// prettier-ignore
const TAKEN: readonly (readonly [what: string, change: Body])[] = [
  ['one message', {}],
  ['all roles, parts and names', { messages: [
    { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
    { role: 'system', content: 'Be kind.' },
    { role: 'user', name: 'ada', content: [{ type: 'image_url', image_url: { url: 'https://a.b/c.png' } }] },
    { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    user,
  ] }],
  ['results in another order', { messages: [user, calls(call('c1'), call('c2')), result('c2'), result('c1')] }],
  ['a call without a schema', { tools: [tool('read', { parameters: undefined })] }],
  ['a chosen tool', { tools: [tool('read')], tool_choice: { type: 'function', function: { name: 'read' } } }],
  ['a strict schema', strictly({ type: 'object', properties: { a: { type: ['string', 'null'] } }, required: ['a'], additionalProperties: false })],
  ['JSON that is spoken of', { messages: [{ role: 'user', content: 'Answer in JSON.' }], response_format: { type: 'json_object' } }],
  ['an open schema that is not strict', { response_format: { type: 'json_schema', json_schema: { name: 'turn', schema: EMPTY } } }],
];

test.each(TAKEN)('%s is taken', async (_, change) => {
  const server = await serve([{ text: 'Hi' }]);
  const response = await post(server, CHAT, { model: 'm', messages: [user], ...change });
  expect(await response.json()).toHaveProperty('choices');
  server.assertDone();
});
