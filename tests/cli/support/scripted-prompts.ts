/** A person at the terminal who says what a test wrote down, and nothing else. */
import type { ChoiceQuestion, Prompts, TextQuestion } from '../../../src/cli/prompts.ts';

type Answer = string | undefined;

export interface ScriptedPrompts extends Prompts {
  /** The questions so far, and the faults that were found with answers. */
  readonly asked: readonly string[];
  /** Answers that nobody asked for. */
  readonly left: readonly Answer[];
}

/** Answers the questions in order; undefined leaves. A question too many rejects. */
export function scriptedPrompts(answers: readonly Answer[]): ScriptedPrompts {
  const asked: string[] = [];
  const left = [...answers];
  const next = (message: string): Answer => {
    asked.push(message);
    if (left.length === 0) throw new Error(`nobody answers ${JSON.stringify(message)}`);
    return left.shift();
  };
  return {
    asked,
    left,
    text: async (question: TextQuestion) => {
      const answer = next(question.message);
      const fault = answer === undefined ? undefined : question.validate?.(answer);
      // The terminal shows the fault, and the person types again.
      return fault === undefined ? answer : next(fault);
    },
    choose: async <Choice extends string>({ message, choices }: ChoiceQuestion<Choice>) => {
      const answer = next(message);
      if (answer !== undefined && !Object.hasOwn(choices, answer)) {
        throw new Error(`${answer} is not among ${Object.keys(choices).join(', ')}`);
      }
      return answer as Choice | undefined;
    },
  };
}
