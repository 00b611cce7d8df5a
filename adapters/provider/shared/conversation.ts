/**
 * A transcript as both vendors insist on it: every tool call has its result right behind it, and
 * every result has its call. Hosts that keep no assistant turns, approvals without a call and
 * calls that never finished are mended here, so that no text is lost and no request is refused.
 */
import type { Message } from '../../../kernel/contract/index.ts';
import { INTENT_PROPERTY } from './instruction.ts';
import type { JsonObject } from './json.ts';
import { claimName } from './tool-names.ts';

/** A call together with its result. */
export interface PairedCall {
  /** Unique in the request, and of the form that both vendors take. */
  readonly id: string;
  readonly name: string;
  /** With its intent, as the model gave it. */
  readonly input: JsonObject;
  readonly result: string;
}

export type Entry =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | {
      readonly role: 'assistant';
      readonly text: string;
      /** What the turn was classified as, where the transcript says so. */
      readonly intent?: string | undefined;
      readonly calls: readonly PairedCall[];
    };

/** What the model is told of a call that has no result in the transcript. */
export const NO_RESULT = 'No result: this call was not finished.';

const ID_LENGTH_MAX = 40;

/** Puts every result behind its call, and gives a call to every result that has none. */
export function pairCalls(messages: readonly Message[]): readonly Entry[] {
  const results = createResults(messages);
  const taken = new Set<string>();
  const claimId = (id: string): string => claimName(id, taken, ID_LENGTH_MAX);
  return messages.flatMap((message, index): readonly Entry[] => {
    switch (message.role) {
      case 'system':
      case 'user':
        return [{ role: message.role, text: message.content }];
      case 'assistant': {
        const { content: text, intent, tool_calls = [] } = message;
        const calls = tool_calls.map(({ tool_call_id, name, input }) => ({
          id: claimId(tool_call_id),
          name,
          input: intent === undefined ? input : { [INTENT_PROPERTY]: intent, ...input },
          result: results.take(tool_call_id, index) ?? NO_RESULT,
        }));
        return [{ role: 'assistant', text, intent, calls }];
      }
      case 'tool':
        return results.isTaken(index)
          ? []
          : [{ role: 'assistant', text: '', calls: [callFor(message, claimId)] }];
    }
  });
}

/** A result that answers no call of the transcript: its call is made up, without an input. */
function callFor(message: Message, claimId: (id: string) => string): PairedCall {
  return {
    id: claimId(message.tool_call_id ?? 'call'),
    name: message.tool_name ?? 'tool',
    input: {},
    result: message.content,
  };
}

/** The results of a transcript; each answers one call, and only a call before it. */
function createResults(messages: readonly Message[]) {
  const taken = new Set<number>();
  const laterFirst = new Map<string, number[]>();
  for (const [index, { role, tool_call_id }] of [...messages.entries()].reverse()) {
    if (role !== 'tool' || tool_call_id === undefined) continue;
    const indexes = laterFirst.get(tool_call_id);
    if (indexes) indexes.push(index);
    else laterFirst.set(tool_call_id, [index]);
  }
  return {
    isTaken: (index: number): boolean => taken.has(index),
    /** Calls are asked for in their order, so a result before this call is of no later use. */
    take: (id: string, callIndex: number): string | undefined => {
      const indexes = laterFirst.get(id) ?? [];
      let index = indexes.pop();
      while (index !== undefined && index < callIndex) index = indexes.pop();
      if (index === undefined) return undefined;
      taken.add(index);
      return messages[index]?.content;
    },
  };
}
