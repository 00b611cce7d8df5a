/** `troupe send`: the next message of a session. */
import { SESSION_ARGUMENT, type AddCommand } from '../context.ts';
import { readMessage } from '../message.ts';

export const sendCommand: AddCommand = (program, context) => {
  program
    .command('send')
    .description('send a message to a session that waits for one, and show it live')
    .argument('<session>', SESSION_ARGUMENT)
    .argument('<message...>', 'what to say; - reads it from standard input')
    .addHelpText('after', '\nExample:\n  troupe send session-1 "And the scanner, too"')
    .action(async (session: string, words: readonly string[]) => {
      const message =
        (await readMessage(words, context.io)) ?? program.error('send: the message is empty');
      const { converse } = await import('../conversation.ts');
      const { assertTakes } = await import('../standing.ts');
      await converse(context, {
        session,
        goOn: async ({ sessions }, summary) => {
          assertTakes(summary, 'a message', context.commandLine);
          await sessions.send(summary.session_id, message);
        },
      });
    });
};
