/** An answer of the script with everything filled in, before either API renders it. */
import type { IdSource } from '../../../kernel/index.ts';
import type { AnsweredCall, FinishReason, ModelAnswer, ServedRequest } from './contract.ts';

export interface Completion {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly calls: readonly Required<AnsweredCall>[];
  readonly finish_reason: FinishReason;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}

/** How the vendor begins its ids. */
export interface IdPrefixes {
  readonly answer: string;
  readonly call: string;
}

/** Fills in what the answer of the script leaves open. */
export function toCompletion(
  answer: ModelAnswer,
  served: ServedRequest,
  prefixes: IdPrefixes,
  ids: IdSource,
): Completion {
  const calls = (answer.tool_calls ?? []).map((call) => ({
    ...call,
    id: call.id ?? ids.next(prefixes.call),
  }));
  const text = answer.text ?? '';
  return {
    id: ids.next(prefixes.answer),
    model: served.model,
    text,
    calls,
    finish_reason: answer.finish_reason ?? (calls.length > 0 ? 'tool_calls' : 'stop'),
    usage: answer.usage ?? {
      input_tokens: estimatedTokens(JSON.stringify(served.raw)),
      output_tokens: estimatedTokens(text + JSON.stringify(calls.map(({ input }) => input))),
    },
  };
}

const CHARACTERS_PER_TOKEN = 4;

function estimatedTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

const PIECE_LENGTH = 8;

/** Cuts a text as a stream delivers it; a piece never ends inside a character. */
export function toPieces(text: string): readonly string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / PIECE_LENGTH);
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH).join(''),
  );
}
