/** Rules of the Messages API that go beyond the shape of the body. */
import { invalidRequest } from './errors.ts';
import { refuseToolPairing } from './tool-pairing.ts';
import type { Block, MessagesRequest, WireMessage } from './schema.ts';
import type { Refusal } from '../contract.ts';

/** The first rule that a well-formed request breaks. */
export function refuseByRule(request: MessagesRequest): Refusal | undefined {
  return (
    refuseTools(request) ??
    refuseContent(request.messages) ??
    refuseToolPairing(request.messages) ??
    refusePrefill(request.messages)
  );
}

const FORBIDDEN_AT_TOP = ['oneOf', 'allOf', 'anyOf'];

function refuseTools({ tools = [], tool_choice }: MessagesRequest): Refusal | undefined {
  const names = tools.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    return invalidRequest('tools: Tool names must be unique.');
  }
  const combined = tools.findIndex(({ input_schema }) =>
    FORBIDDEN_AT_TOP.some((keyword) => keyword in input_schema),
  );
  if (combined >= 0) {
    return invalidRequest(
      `tools.${combined}.custom.input_schema: input_schema does not support oneOf, allOf, or ` +
        'anyOf at the top level',
    );
  }
  if (tool_choice && tools.length === 0) {
    return invalidRequest('tool_choice: may only be specified while providing tools');
  }
  if (tool_choice?.type === 'tool' && !names.includes(tool_choice.name)) {
    return invalidRequest(`Tool '${tool_choice.name}' not found in provided tools`);
  }
  return undefined;
}

const ROLE_OF_BLOCK: Readonly<Partial<Record<Block['type'], WireMessage['role']>>> = {
  image: 'user',
  document: 'user',
  tool_result: 'user',
  tool_use: 'assistant',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
};

function refuseContent(messages: readonly WireMessage[]): Refusal | undefined {
  for (const [index, { role, content }] of messages.entries()) {
    if (content.length === 0) {
      return invalidRequest(`messages.${index}: ${role} messages must have non-empty content`);
    }
    const blocks = typeof content === 'string' ? [] : content;
    for (const { type, ...block } of blocks) {
      const owner = ROLE_OF_BLOCK[type] ?? role;
      if (owner !== role) {
        return invalidRequest(
          `messages.${index}: \`${type}\` blocks can only be in \`${owner}\` messages`,
        );
      }
      if ('text' in block && block.text.trim() === '') {
        return invalidRequest('messages: text content blocks must be non-empty');
      }
    }
  }
  return undefined;
}

/** Newer models do not go on from an assistant message that the request ends with. */
function refusePrefill(messages: readonly WireMessage[]): Refusal | undefined {
  if (messages.at(-1)?.role !== 'assistant') return undefined;
  return invalidRequest(
    'This model does not support assistant message prefill. ' +
      'The conversation must end with a user message.',
  );
}
