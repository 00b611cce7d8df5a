/** `troupe replay`: runs a session again from its evidence, and says where it differs. */
import { SESSION_ARGUMENT, type AddCommand } from '../context.ts';

const HELP = `
No tool and no model runs, and nothing is written: every effect is answered from the evidence.
That the evidence is what was written is for troupe evidence verify.

Examples:
  troupe replay session-1 --verbose
  troupe replay --all`;

interface ReplayOptions {
  readonly verbose?: true;
  readonly all?: true;
}

export const replayCommand: AddCommand = (program, context) => {
  program
    .command('replay')
    .description('replay a session from its evidence; name the entry that differs (exit 9)')
    .argument('[session]', SESSION_ARGUMENT)
    .option('--all', 'every session of the store; those that cannot be replayed are named')
    .option('-v, --verbose', 'show every move of its machine')
    .addHelpText('after', HELP)
    .action(async (session: string | undefined, { all, verbose }: ReplayOptions) => {
      if ((session === undefined) === (all === undefined)) {
        program.error('replay: name a session, or --all');
      }
      const { knownSession } = await import('../known-ids.ts');
      const { replayAll, replayOne } = await import('../replay-sessions.ts');
      const manner = { isVerbose: verbose ?? false, style: context.style };
      await context.withRecords(async (runtime) => {
        const { evidence } = runtime;
        context.report(
          session === undefined
            ? await replayAll(evidence, manner)
            : await replayOne(evidence, await knownSession(runtime, session), manner),
        );
      });
    });
};
