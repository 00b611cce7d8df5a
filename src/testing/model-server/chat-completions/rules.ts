/** Rules of the Chat Completions API that go beyond the shape of the body. */
import type { Refusal } from '../contract.ts';
import { invalidRequest } from './errors.ts';
import { schemaFlaw } from './json-schema.ts';
import { refuseMessageOrder } from './message-order.ts';
import type { ChatRequest, ChatTool } from './schema.ts';

/** The first rule that a well-formed request breaks. */
export function refuseByRule(request: ChatRequest): Refusal | undefined {
  return (
    refuseCombination(request) ??
    refuseToolSchema(request.tools ?? []) ??
    refuseResponseFormat(request) ??
    refuseMessageOrder(request.messages)
  );
}

function refuseCombination(request: ChatRequest): Refusal | undefined {
  const { tools, tool_choice } = request;
  if (request.stream_options && !request.stream) {
    return invalidRequest(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
    );
  }
  if (request.max_tokens && request.max_completion_tokens) {
    return invalidRequest(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    );
  }
  for (const param of ['tool_choice', 'parallel_tool_calls'] as const) {
    if (request[param] !== undefined && !tools) {
      return invalidRequest(
        `Invalid value for '${param}': '${param}' is only allowed when 'tools' are specified.`,
        param,
      );
    }
  }
  if (typeof tool_choice !== 'object') return undefined;
  const { name } = tool_choice.function;
  if (tools?.some((tool) => tool.function.name === name)) return undefined;
  return invalidRequest(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice');
}

function refuseToolSchema(tools: readonly ChatTool[]): Refusal | undefined {
  for (const [index, { function: definition }] of tools.entries()) {
    if (!definition.parameters) continue;
    const flaw = schemaFlaw(definition.parameters, definition.strict === true);
    if (flaw === undefined) continue;
    return invalidRequest(
      `Invalid schema for function '${definition.name}': ${flaw}`,
      `tools[${index}].function.parameters`,
      'invalid_function_parameters',
    );
  }
  return undefined;
}

function refuseResponseFormat({ response_format, messages }: ChatRequest): Refusal | undefined {
  switch (response_format?.type) {
    case undefined:
    case 'text':
      return undefined;
    case 'json_object':
      if (/json/i.test(JSON.stringify(messages))) return undefined;
      return invalidRequest(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type " +
          "'json_object'.",
        'messages',
      );
    case 'json_schema': {
      const { name, schema, strict } = response_format.json_schema;
      if (!schema) {
        return invalidRequest(
          "Missing required parameter: 'response_format.json_schema.schema'.",
          'response_format.json_schema.schema',
          'missing_required_parameter',
        );
      }
      const flaw = strict === true ? schemaFlaw(schema, true) : undefined;
      if (flaw === undefined) return undefined;
      return invalidRequest(
        `Invalid schema for response_format '${name}': ${flaw}`,
        'response_format',
      );
    }
  }
}
