/**
 * A list of lines that is played once, in order, or a function that plays for ever.
 * What went wrong on the way is kept, so that a test hears of it even where the code under test
 * swallowed it.
 */
import { messageOf } from '../../kernel/index.ts';

/** A script and what it was asked do not fit. Always a fault of the test or of what it tests. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

export type LineFunction<Args extends readonly unknown[], Line> = (
  ...args: Args
) => Line | Promise<Line>;

/** A list of lines (each a value, or a function of the call), or one function for every call. */
export type Lines<Args extends readonly unknown[], Line> =
  readonly (Line | LineFunction<Args, Line>)[] | LineFunction<Args, Line>;

export interface Script<Args extends readonly unknown[], Line> {
  /** The line for the next call; rejects with a ScriptError when none is left. */
  readonly take: (...args: Args) => Promise<Line>;
  /** Keeps a failure for `assertDone` and answers it as an error to throw. */
  readonly blame: (thrown: unknown) => Error;
  /** Throws a ScriptError on a failed or unexpected call, and on lines that were not used. */
  readonly assertDone: () => void;
}

/** Starts a script; `title` names it in every message. */
export function createScript<Args extends readonly unknown[], Line>(
  title: string,
  lines: Lines<Args, Line>,
): Script<Args, Line> {
  const failures: Error[] = [];
  let taken = 0;
  return {
    take: async (...args) => {
      const line = isFunction(lines) ? lines : lines[taken];
      taken += 1;
      if (line === undefined) {
        const end = `the script ends after ${lines.length}`;
        throw new ScriptError(`${title}: unexpected call ${taken}, ${end}`);
      }
      return isFunction(line) ? line(...args) : line;
    },
    blame: (thrown) => {
      const failure = thrown instanceof Error ? thrown : new ScriptError(messageOf(thrown));
      failures.push(failure);
      return failure;
    },
    assertDone: () => {
      const [first] = failures;
      if (first instanceof ScriptError) throw first;
      if (first) throw new ScriptError(`${title}: ${first.message}`, { cause: first });
      if (isFunction(lines) || taken === lines.length) return;
      throw new ScriptError(unusedMessage(title, lines, taken));
    },
  };
}

function isFunction<Args extends readonly unknown[], Line>(
  value: Lines<Args, Line> | Line,
): value is LineFunction<Args, Line> {
  return typeof value === 'function';
}

function unusedMessage(title: string, lines: readonly unknown[], taken: number): string {
  const unused = lines.slice(taken).map((line, index) => `${taken + index + 1}. ${describe(line)}`);
  return `${title}: ${unused.length} of ${lines.length} lines not used: ${unused.join(', ')}`;
}

const DESCRIPTION_LENGTH_MAX = 80;

function describe(line: unknown): string {
  const text = typeof line === 'function' ? 'a function' : JSON.stringify(line);
  return text.length > DESCRIPTION_LENGTH_MAX ? `${text.slice(0, DESCRIPTION_LENGTH_MAX)}…` : text;
}
