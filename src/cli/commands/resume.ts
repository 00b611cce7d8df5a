/** `troupe resume`: has a session go on where it stands. */
import type { AddCommand } from '../context.ts';

export const resumeCommand: AddCommand = (program, context) => {
  program
    .command('resume')
    .description('have an interrupted, paused or approved session go on, and show it live')
    .argument('<session>', 'id of the session')
    .option('--approve-none', 'ask nothing: what needs a person stays parked (exit 5)')
    .addHelpText(
      'after',
      `
A session that waits for somebody stays as it is, and what it waits for is shown; in a terminal
you are asked. An escalated one goes on with troupe answer.

Example:
  troupe resume session-1`,
    )
    .action(async (session_id: string, { approveNone = false }: { approveNone?: boolean }) => {
      const { converse } = await import('../conversation.ts');
      await converse(context, {
        session_id,
        begin: async ({ sessions }) => {
          if (canGoOn(await sessions.summary(session_id))) await sessions.resume(session_id);
          return session_id;
        },
        asksNobody: approveNone,
      });
    });
};
