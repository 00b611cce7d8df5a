/** The questions that a person is asked in a terminal. */

export interface Question {
  readonly message: string;
  readonly signal: AbortSignal;
}

export interface TextQuestion extends Question {
  readonly initial?: string;
  /** What is wrong with an answer, or undefined. */
  readonly validate?: (answer: string) => string | undefined;
}

export interface ChoiceQuestion<Choice extends string> extends Question {
  readonly choices: Readonly<Record<Choice, string>>;
}

/** Each answers undefined when the person leaves (Ctrl-C, Escape) or the signal aborts. */
export interface Prompts {
  readonly text: (question: TextQuestion) => Promise<string | undefined>;
  readonly choose: <Choice extends string>(
    question: ChoiceQuestion<Choice>,
  ) => Promise<Choice | undefined>;
}

export const terminalPrompts: Prompts = {
  text: async ({ message, signal, initial = '', validate }) => {
    const { isCancel, text } = await import('@clack/prompts');
    const answer = await text({
      message,
      signal,
      initialValue: initial,
      validate: (given) => validate?.(given ?? ''),
    });
    return isCancel(answer) ? undefined : answer;
  },
  choose: async ({ message, signal, choices }) => {
    const { isCancel, select } = await import('@clack/prompts');
    const options = Object.entries<string>(choices).map(([value, label]) => ({ value, label }));
    const answer = await select<string>({ message, signal, options });
    return isCancel(answer) ? undefined : (answer as keyof typeof choices);
  },
};
