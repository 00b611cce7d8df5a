/** What the server answers fits the schemas that the vendor of Chat Completions publishes. */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { ModelAnswer } from '../../../src/testing/index.ts';
import { CHAT, post, serve, SMALLEST } from './servers.ts';

const SCHEMA = new URL(
  '../../../../shared/wire/openai-chat-completions.schema.json',
  import.meta.url,
);
const isThere = existsSync(SCHEMA);

/** The document leaves `null` out of the choices of what may be null; the API itself sends it. */
function withNull(_: string, node: unknown): unknown {
  const { type, enum: choices } = (node ?? {}) as { type?: unknown; enum?: unknown[] };
  const isNullable = Array.isArray(type) && type.includes('null');
  return isNullable && choices ? { ...(node as object), enum: [...choices, null] } : node;
}

function createValidator(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('unixtime', { type: 'number', validate: Number.isInteger });
  return ajv.addSchema(JSON.parse(readFileSync(SCHEMA, 'utf8'), withNull) as object, 'chat');
}

const validator = isThere ? createValidator() : new Ajv2020();

/** Answers what is wrong with a value, in the words of the validator. */
function flawsOf(definition: string, value: unknown): string {
  const isFitting = validator.validate(`chat#/$defs/${definition}`, value);
  return isFitting ? '' : validator.errorsText();
}

const ANSWERS: readonly (readonly [what: string, answer: ModelAnswer])[] = [
  ['nothing', {}],
  ['words', { text: 'It rains.' }],
  ['tool calls', { text: 'Well.', tool_calls: [{ name: 'read', input: { city: 'Zürich' } }] }],
  ['a refusal', { text: 'No.', finish_reason: 'refusal' }],
  ['a cut answer', { text: 'It r', finish_reason: 'length' }],
  ['a filtered answer', { finish_reason: 'content_filter' }],
];

const REASON = isThere ? '' : ' (skipped: it is not there)';

describe.skipIf(!isThere)(`fits ${SCHEMA.pathname}${REASON}`, () => {
  test.each(ANSWERS)('%s', async (_, answer) => {
    const server = await serve([answer]);
    const response = await post(server, CHAT, SMALLEST[CHAT]);
    expect(flawsOf('CreateChatCompletionResponse', await response.json())).toBe('');
  });

  test.each(ANSWERS)('%s in a stream', async (_, answer) => {
    const server = await serve([answer]);
    const options = { stream: true, stream_options: { include_usage: true } };
    const response = await post(server, CHAT, { ...SMALLEST[CHAT], ...options });
    const frames = (await response.text()).split('\n\n').filter((frame) => frame !== '');
    expect(frames.pop()).toBe('data: [DONE]');
    const chunks = frames.map((frame) => JSON.parse(frame.slice('data: '.length)) as unknown);
    const flaws = chunks.map((chunk) => flawsOf('CreateChatCompletionStreamResponse', chunk));
    expect(flaws).toEqual(chunks.map(() => ''));
  });

  test.each([400, 401, 429, 500])('an error with status %d', async (status) => {
    const server = await serve([{ status }]);
    const response = await post(server, CHAT, SMALLEST[CHAT]);
    expect(flawsOf('ErrorResponse', await response.json())).toBe('');
  });

  test('the check is one that can fail', () => {
    expect(flawsOf('CreateChatCompletionResponse', { id: 1 })).toContain('must be string');
  });
});
