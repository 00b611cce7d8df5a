/** A person at the terminal who says what a test wrote down, and nothing else. */
import type { Prompts } from '../../../src/cli/prompts.ts';

export interface ScriptedPrompts extends Prompts {
  /** The questions so far. */
  readonly asked: readonly string[];
  /** Answers that nobody asked for. */
  readonly left: () => readonly (string | undefined)[];
}

/** Answers the questions in order; undefined leaves. A question too many rejects. */
export function scriptedPrompts(answers: readonly (string | undefined)[]): ScriptedPrompts {
  const asked: string[] = [];
  const left = [...answers];
  const next = (message: string): string | undefined => {
    asked.push(message);
    if (left.length === 0) throw new Error(`nobody answers ${JSON.stringify(message)}`);
    return left.shift();
  };
  return {
    asked,
    left: () => left,
    text: async ({ message, validate }) => {
      const answer = next(message);
      const fault = answer === undefined ? undefined : validate?.(answer);
      // Clack shows the fault and lets the person type again.
      if (fault !== undefined) asked.push(fault);
      return fault === undefined ? answer : next(message);
    },
    choose: async <Choice extends string>({ message, choices }: { message: string; choices: Readonly<Record<Choice, string>> }) => {
      const answer = next(message);
      if (answer === undefined) return undefined;
      if (!Object.hasOwn(choices, answer)) throw new Error(`${answer} is no choice`);
      return answer as Choice;
    },
  };
}
