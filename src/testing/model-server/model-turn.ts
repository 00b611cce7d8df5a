/** A turn as our provider adapters ask a model to state it, rendered as that model's answer. */
import { INTENT_PROPERTY, REPLY_TOOL } from '../../../adapters/index.ts';
import type { RequestedTool, TurnStatus } from '../../../kernel/index.ts';
import type { ModelAnswer, OfferedTool, ServedRequest } from './contract.ts';

export interface ModelTurn {
  /** Default `reply`. With `tools` it is always `tool_request`. */
  readonly status?: Exclude<TurnStatus, 'tool_request'>;
  readonly intent: string;
  /** Default: nothing said. */
  readonly assistant_message?: string;
  /** Names as Troupe has them, as in `calendar:create-event`. */
  readonly tools?: readonly RequestedTool[];
}

/**
 * Answers as a model would that does what the request asks of it: words as an envelope or through
 * the reply tool, whichever the request offers, and tools under their names on the wire.
 * A tool that is not offered keeps its name: a model that makes one up does the same.
 * @example
 * const server = await startModelServer({
 *   answers: (request) => modelTurn({ intent: 'scheduling', assistant_message: 'Hi' }, request),
 * });
 */
export function modelTurn(turn: ModelTurn, { tools: offered }: ServedRequest): ModelAnswer {
  const { status = 'reply', intent, assistant_message = '', tools = [] } = turn;
  if (tools.length > 0) {
    const tool_calls = tools.map(({ name, input }) => ({
      name: wireNameOf(name, offered),
      input: { [INTENT_PROPERTY]: intent, ...input },
    }));
    return { text: assistant_message, tool_calls };
  }
  const envelope = { status, intent, assistant_message };
  return offered.some(isReplyTool)
    ? { tool_calls: [{ name: REPLY_TOOL, input: envelope }] }
    : { text: JSON.stringify(envelope) };
}

/** A tool of the host may have the same name where the wire format needs no reply tool. */
function isReplyTool({ name, input_schema }: OfferedTool): boolean {
  const { properties } = input_schema as { readonly properties?: object };
  return name === REPLY_TOOL && properties !== undefined && 'assistant_message' in properties;
}

/**
 * Finds the offered name that was made from this one: letters and digits survive the mapping.
 * Of two names that differ in nothing else, a test gives the one on the wire.
 */
function wireNameOf(name: string, offered: readonly OfferedTool[]): string {
  const names = offered.map((tool) => tool.name);
  if (names.includes(name)) return name;
  return names.find((wire) => lettersOf(wire) === lettersOf(name)) ?? name;
}

function lettersOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '');
}
