/** Asks a person in the terminal how an escalated session goes on. */
import { messageOf, type EscalationAnswer } from '../../../kernel/index.ts';
import type { Io } from '../io.ts';
import { parseJson } from '../json.ts';

type Action = EscalationAnswer['action'];

/** Comes first: what a stray Enter chooses does nothing. */
const LEAVE = { leave: 'Leave it: the session stays parked' } as const;

const CHOICES: Readonly<Record<Action, string>> = {
  retry: 'Retry what stood still',
  continue: 'Continue with a message',
  use_result: 'Use a result that you know',
  abandon: 'Abandon the session',
};

/** Offers the answers that help; answers undefined where the session is left as it is. */
export async function askEscalation(
  actions: readonly Action[],
  { prompts }: Io,
  signal: AbortSignal,
): Promise<EscalationAnswer | undefined> {
  const offered = Object.fromEntries(actions.map((action) => [action, CHOICES[action]]));
  const message = 'How does it go on?';
  const choices: Readonly<Record<string, string>> = { ...LEAVE, ...offered };
  const choice = await prompts.choose({ message, choices, signal });
  const action = actions.find((each) => each === choice);
  switch (action) {
    case 'retry':
    case 'abandon':
      return { action };
    case 'continue': {
      const said = await prompts.text({ message: 'What is the model told?', signal });
      return said === undefined ? undefined : { action, ...(said && { message: said }) };
    }
    case 'use_result': {
      const text = await prompts.text({ message: 'Result as JSON', validate: faultOf, signal });
      return text === undefined ? undefined : { action, output: parseJson(text, 'The result') };
    }
    case undefined:
      return undefined;
  }
}

function faultOf(text: string): string | undefined {
  try {
    parseJson(text, 'The result');
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
