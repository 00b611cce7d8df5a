/** `troupe cancel`: the end of a session, whatever it does. */
import type { AddCommand } from '../context.ts';

interface CancelOptions {
  readonly reason?: string;
  readonly by?: string;
}

export const cancelCommand: AddCommand = (program, context) => {
  program
    .command('cancel')
    .description('end a session for good; its records stay')
    .argument('<session>', 'id of the session')
    .option('--reason <text>', 'why, for the evidence')
    .option('--by <name>', 'who cancels (default: your user name)')
    .addHelpText('after', '\nExample:\n  troupe cancel session-1 --reason "asked twice"')
    .action(async (session_id: string, { reason, by }: CancelOptions) => {
      const why = { by: by ?? context.io.userName(), ...(reason !== undefined && { reason }) };
      await context.withRuntime({ drive: false }, async ({ sessions }) => {
        await sessions.cancel(session_id, why);
        const summary = await sessions.summary(session_id);
        context.report({ value: summary, text: `${session_id} is canceled` });
      });
    });
};
