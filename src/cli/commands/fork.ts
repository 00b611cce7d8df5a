/** `troupe fork`: starts a session that goes on from a point of another one. */
import { InvalidArgumentError } from 'commander';
import { SESSION_ARGUMENT, type AddCommand } from '../context.ts';

interface ForkCommandOptions {
  readonly at?: number;
  readonly turn?: number;
  readonly message?: string;
  readonly session?: string;
  readonly model?: string;
  readonly by?: string;
  readonly approveNone?: true;
}

const HELP = `
The new session has the conversation and the counts of the old one up to that point. No effect
runs again, and no approval comes along. Without --message it waits: for a message, or, where a
turn of the model comes next, for troupe resume. Without --at and --turn it goes on from the end.

Examples:
  troupe fork session-1 --message "Rather not: what else could be done?"
  troupe fork session-1 --turn 2 --model other`;

export const forkCommand: AddCommand = (program, context) => {
  program
    .command('fork')
    .description('start a new session from any point of an old one, which stays as it is')
    .argument('<session>', SESSION_ARGUMENT)
    .option('--at <entry>', 'behind this entry of its evidence', count)
    .option('--turn <turn>', 'before this turn, counted from 0', count)
    .option('--message <text>', 'what to say next')
    .option('--session <id>', 'id of the new session (default: a fresh one)')
    .option('--model <profile>', 'model profile (default: that of the old session)')
    .option('--by <name>', 'who asks for it (default: your user name)')
    .option('--approve-none', 'ask nothing: what needs a person stays parked (exit 5)')
    .addHelpText('after', HELP)
    .action(async (session: string, options: ForkCommandOptions) => {
      const { at, turn, message, session: new_session_id, model: model_profile, by } = options;
      const { converse } = await import('../conversation.ts');
      const { knownSession } = await import('../known-ids.ts');
      await converse(context, {
        start: async (runtime) => {
          const { id } = await runtime.sessions.fork({
            session_id: await knownSession(runtime, session),
            metadata: { requested_by: by ?? context.io.userName() },
            ...(at !== undefined && { at }),
            ...(turn !== undefined && { turn }),
            ...(message !== undefined && { message }),
            ...(new_session_id !== undefined && { new_session_id }),
            ...(model_profile !== undefined && { model_profile }),
          });
          return id;
        },
        asksNobody: options.approveNone ?? false,
      });
    });
};

function count(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a number from 0 on');
}
