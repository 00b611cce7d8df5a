/** Every tool call is answered, by one `tool` message each, before anything else is said. */
import type { Refusal } from '../contract.ts';
import { invalidRequest } from './errors.ts';
import type { ChatMessage } from './schema.ts';

/** The first message that stands where it may not. */
export function refuseMessageOrder(messages: readonly ChatMessage[]): Refusal | undefined {
  /** Calls still to be answered; absent where the last word was no message with calls. */
  let open: readonly string[] | undefined;
  for (const [index, message] of messages.entries()) {
    const place = `messages.[${index}]`;
    if (message.role === 'tool') {
      const refusal = refuseResult(message.tool_call_id, open, place);
      if (refusal) return refusal;
      open = open?.filter((id) => id !== message.tool_call_id);
      continue;
    }
    if (open && open.length > 0) return refuseOpenCalls(open, place);
    open = message.role === 'assistant' ? message.tool_calls?.map(({ id }) => id) : undefined;
    if (!open && (message.content ?? null) === null) {
      const flaw = "Invalid value for 'content': expected a string, got null.";
      return invalidRequest(flaw, `${place}.content`);
    }
  }
  if (!open || open.length === 0) return undefined;
  return refuseOpenCalls(open, `messages.[${messages.length}]`);
}

function refuseResult(
  id: string,
  open: readonly string[] | undefined,
  place: string,
): Refusal | undefined {
  if (!open) {
    return invalidRequest(
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message " +
        "with 'tool_calls'.",
      `${place}.role`,
    );
  }
  if (open.includes(id)) return undefined;
  return invalidRequest(
    `Invalid parameter: 'tool_call_id' of '${id}' not found in 'tool_calls' of previous message.`,
    `${place}.tool_call_id`,
  );
}

function refuseOpenCalls(open: readonly string[], place: string): Refusal {
  return invalidRequest(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to " +
      "each 'tool_call_id'. The following tool_call_ids did not have response messages: " +
      open.join(', '),
    `${place}.role`,
  );
}
