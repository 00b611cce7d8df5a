/** `troupe cancel`: the end of a session, whatever it does. */
import { SESSION_ARGUMENT, type AddCommand } from '../context.ts';

interface CancelOptions {
  readonly reason?: string;
  readonly by?: string;
}

export const cancelCommand: AddCommand = (program, context) => {
  program
    .command('cancel')
    .description('end a session for good; its records stay')
    .argument('<session>', SESSION_ARGUMENT)
    .option('--reason <text>', 'why, for the evidence')
    .option('--by <name>', 'who cancels (default: your user name)')
    .addHelpText('after', '\nExample:\n  troupe cancel session-1 --reason "asked twice"')
    .action(async (session: string, { reason, by }: CancelOptions) => {
      const { knownSession } = await import('../known-ids.ts');
      const { assertTakes } = await import('../standing.ts');
      const why = { by: by ?? context.io.userName(), ...(reason !== undefined && { reason }) };
      await context.withRuntime({ drive: false }, async (runtime) => {
        const handle = await runtime.sessions.get(await knownSession(runtime, session));
        assertTakes(await handle.summary(), 'a cancel', context.commandLine);
        await handle.cancel(why);
        context.report({ value: await handle.summary(), text: `${handle.id} is canceled` });
      });
    });
};
