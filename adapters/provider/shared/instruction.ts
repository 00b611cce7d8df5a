/**
 * How a model is told to state what no wire format has a field for: the status and the intent of
 * a turn. Words go into an envelope of three fields, and every tool call names its intent in one
 * more property, which is taken off again before the call is reported.
 */
import type { IntentCatalogEntry, ToolCatalogEntry } from '../../../kernel/contract/index.ts';
import { withoutKey, type JsonObject } from './json.ts';

/** The property that every offered tool gets; a tool cannot have one of that name itself. */
export const INTENT_PROPERTY = 'troupe_intent';

/** Where a wire format cannot hold a text to a schema, words are a call of this tool. */
export const REPLY_TOOL = 'respond';

export interface ObjectSchema {
  type: 'object';
  [keyword: string]: unknown;
}

/** The schema of words: strict, all fields required, the intents of the catalog where given. */
export function envelopeSchema(intents: readonly IntentCatalogEntry[]): ObjectSchema {
  return {
    type: 'object',
    properties: {
      status: {
        type: 'string',
        enum: ['reply', 'complete', 'escalate'],
        description: 'reply: wait for an answer. complete: all is done. escalate: ask a person.',
      },
      intent: intentSchema(intents),
      assistant_message: { type: 'string', description: 'What the user reads.' },
    },
    required: ['status', 'intent', 'assistant_message'],
    additionalProperties: false,
  };
}

/**
 * The description and the input schema of an offered tool, with the intent as its first property.
 * Vendors refuse a union at the top of a schema: such a schema is told in words instead.
 */
export function offeredTool(
  tool: ToolCatalogEntry,
  intents: readonly IntentCatalogEntry[],
): { readonly description: string; readonly schema: ObjectSchema } {
  const schema = withoutKey(tool.input_schema ?? {}, '$schema');
  const isPlain = UNIONS.every((keyword) => !Object.hasOwn(schema, keyword));
  if (isPlain) return { description: tool.description, schema: withIntent(schema, intents) };
  const told = `The input must fit this JSON Schema: ${JSON.stringify(schema)}`;
  return { description: `${tool.description}\n${told}`, schema: withIntent({}, intents) };
}

const UNIONS = ['anyOf', 'oneOf', 'allOf', 'enum', 'not', '$ref'] as const;

function withIntent(schema: JsonObject, intents: readonly IntentCatalogEntry[]): ObjectSchema {
  const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [];
  return {
    ...schema,
    type: 'object',
    properties: {
      [INTENT_PROPERTY]: intentSchema(intents),
      ...(schema['properties'] as JsonObject | undefined),
    },
    required: [INTENT_PROPERTY, ...required],
  };
}

function intentSchema(intents: readonly IntentCatalogEntry[]): JsonObject {
  const ids = [...new Set(intents.map(({ id }) => id))];
  return {
    type: 'string',
    description: 'The intent that this serves.',
    ...(ids.length > 0 && { enum: ids }),
  };
}

/** What stands first in the system prompt; `wording` is how this wire format carries words. */
export function instruction(
  intents: readonly IntentCatalogEntry[],
  wording: 'json' | 'reply_tool',
): string {
  return [
    'Answer every turn in one of two ways.',
    `To use tools, call them, and name in ${INTENT_PROPERTY} of each call the intent that it ` +
      'serves. All calls of one answer serve the same intent; leave others to your next answer. ' +
      `Earlier calls may be shown without ${INTENT_PROPERTY}; give it all the same.`,
    HOW_TO_SPEAK[wording],
    'status is "reply" when you wait for an answer, "complete" when all that was asked is done, ' +
      '"escalate" when a person has to take over.',
    'Allowed intents:',
    ...(intents.length > 0
      ? intents.map(({ id, description }) => `- ${id}: ${description}`)
      : ['No explicit intents were supplied. Name the intent in a word or two.']),
  ].join('\n');
}

const HOW_TO_SPEAK = {
  json:
    'To say something, answer with a single JSON object with the keys status, intent and ' +
    'assistant_message, and nothing around it. Earlier answers may be shown as their ' +
    'assistant_message alone; give the JSON object all the same.',
  reply_tool:
    `To say something, call ${REPLY_TOOL} with status, intent and assistant_message. Earlier ` +
    `answers are shown as their assistant_message alone; call ${REPLY_TOOL} all the same.`,
} as const;
