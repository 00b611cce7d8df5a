/** `troupe send`: the next message of a session. */
import type { AddCommand } from '../context.ts';
import { readMessage } from '../message.ts';

export const sendCommand: AddCommand = (program, context) => {
  program
    .command('send')
    .description('send a message to a session that waits for one, and show it live')
    .argument('<session>', 'id of the session')
    .argument('<message...>', 'what to say; - reads it from standard input')
    .addHelpText('after', '\nExample:\n  troupe send session-1 "And the scanner, too"')
    .action(async (session_id: string, words: readonly string[]) => {
      const message = await readMessage(words, context.io);
      const { converse } = await import('../conversation.ts');
      await converse(context, {
        session_id,
        begin: async ({ sessions }) => {
          await sessions.send(session_id, message);
          return session_id;
        },
      });
    });
};
