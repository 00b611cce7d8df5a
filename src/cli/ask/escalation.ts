/** Asks a person in the terminal how an escalated session goes on. */
import { messageOf, type EscalationAnswer } from '../../../kernel/index.ts';
import type { Io } from '../io.ts';
import { parseJson } from '../json.ts';

/** The first is chosen by a stray Enter, so it does nothing. */
const CHOICES = {
  leave: 'Leave it: the session stays parked',
  retry: 'Retry what stood still',
  continue: 'Continue with a message',
  use_result: 'Use a result that you know',
  abandon: 'Abandon the session',
} as const;

/** Answers what the person said, or undefined where the session is left as it is. */
export async function askEscalation(
  { prompts }: Io,
  signal: AbortSignal,
): Promise<EscalationAnswer | undefined> {
  const message = 'How does it go on?';
  const choice = await prompts.choose({ message, choices: CHOICES, signal });
  switch (choice) {
    case 'retry':
      return { action: 'retry' };
    case 'continue': {
      const said = await prompts.text({ message: 'What is the model told?', signal });
      return said === undefined
        ? undefined
        : { action: 'continue', ...(said && { message: said }) };
    }
    case 'use_result': {
      const text = await prompts.text({ message: 'Result as JSON', validate: faultOf, signal });
      if (text === undefined) return undefined;
      return { action: 'use_result', output: parseJson(text, 'The result') };
    }
    case 'abandon':
      return { action: 'abandon' };
    case 'leave':
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
