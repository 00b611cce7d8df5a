/** `troupe replay`: runs a session again from its evidence, and says where it differs. */
import { SESSION_ARGUMENT, type AddCommand } from '../context.ts';

const HELP = `
No tool and no model runs, and nothing is written: every effect is answered from the evidence.
That the evidence is what was written is for troupe evidence verify.

Example:
  troupe replay session-1 --verbose`;

export const replayCommand: AddCommand = (program, context) => {
  program
    .command('replay')
    .description('replay a session from its evidence; name the entry that differs (exit 9)')
    .argument('<session>', SESSION_ARGUMENT)
    .option('-v, --verbose', 'show every move of its machine')
    .addHelpText('after', HELP)
    .action(async (session: string, { verbose = false }: { readonly verbose?: boolean }) => {
      const { knownSession } = await import('../known-ids.ts');
      const { replayText } = await import('../render/replay.ts');
      const { describeError } = await import('../../../kernel/index.ts');
      await context.withRecords(async (runtime) => {
        const result = await runtime.evidence.replay(await knownSession(runtime, session));
        context.report({
          value: result,
          text: replayText(result, { isVerbose: verbose, style: context.style }),
          exit: result.ok ? 0 : describeError('REPLAY_DIFFERS').exit,
        });
      });
    });
};
