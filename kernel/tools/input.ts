/** The input of a call, from what anybody sent to what policy sees, what is shown and what runs. */
import type { ToolCapability, ToolOutput } from '../contract/index.ts';
import { canonicalCopy } from '../canonical.ts';
import { messageOf } from '../errors.ts';
import { describeIssues, failure } from './call.ts';

/** An input as its tool takes it, and as it was written where that is something else. */
export interface ReadInput {
  readonly value: Record<string, unknown>;
  readonly read_from?: unknown;
}

/** Parses an input for a tool; what comes out is what policy sees, what is shown and what runs. */
export function parseInput(
  tool: ToolCapability,
  input: unknown,
): ReadInput | { readonly refusal: ToolOutput } {
  const copy = copyOf(input);
  if ('unfit' in copy) {
    return { refusal: failure('INVALID_INPUT', `${tool.name} input: ${copy.unfit}`) };
  }
  const parsed = tool.input_schema.safeParse(copy.value);
  if (!parsed.success) {
    const message = `${tool.name} input: ${describeIssues(parsed.error)}`;
    return { refusal: failure('INVALID_INPUT', message) };
  }
  const value = parsed.data;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = `${tool.name} input: expected an object, received ${typeof value}`;
    return { refusal: failure('INVALID_INPUT', message) };
  }
  const shown = copyOf(value);
  if ('unfit' in shown) {
    return { refusal: failure('INVALID_INPUT', `${tool.name} input: ${shown.unfit}`) };
  }
  // Both are in canonical order.
  const isAsWritten = JSON.stringify(shown.value) === JSON.stringify(copy.value);
  return {
    value: value as Record<string, unknown>,
    ...(!isAsWritten && { read_from: copy.value }),
  };
}

/**
 * Takes what an untrusted holder gave as plain JSON, once. Whatever the holder changes afterwards,
 * and whatever of it no JSON can show, is not in the copy.
 */
export function copyOf(value: unknown): { readonly value: unknown } | { readonly unfit: string } {
  try {
    return { value: value === undefined ? undefined : canonicalCopy(value) };
  } catch (cause) {
    return { unfit: messageOf(cause) };
  }
}
