/** Token counts as providers report them: taken where they are counts, left out where not. */
import type { Usage } from '../../../kernel/contract/index.ts';

/** The usage of an answer, or nothing where no count could be read. A total is never computed. */
export function usageOf(counts: {
  readonly input: unknown;
  readonly output: unknown;
  readonly total?: unknown;
}): Usage | undefined {
  const usage: Usage = {
    ...(isCount(counts.input) && { input_tokens: counts.input }),
    ...(isCount(counts.output) && { output_tokens: counts.output }),
    ...(isCount(counts.total) && { total_tokens: counts.total }),
  };
  return Object.keys(usage).length > 0 ? usage : undefined;
}

/** Whether a value counts something: a whole number that is not negative. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
