/** `troupe resume`: has a session go on where it stands. */
import { addAnswerOptions, readAnswer, type AnswerOptions } from '../answer-options.ts';
import { SESSION_ARGUMENT, type AddCommand } from '../context.ts';

const HELP = `
A session that waits for somebody stays as it is, and what it waits for is shown; in a terminal
you are asked. The answers are for an escalated session, as in troupe answer.

Examples:
  troupe resume session-1
  troupe resume session-1 --retry`;

export const resumeCommand: AddCommand = (program, context) => {
  const command = program
    .command('resume')
    .description('have an interrupted, paused or approved session go on, and show it live')
    .argument('<session>', SESSION_ARGUMENT)
    .option('--approve-none', 'ask nothing: what needs a person stays parked (exit 5)')
    .addHelpText('after', HELP);
  addAnswerOptions(command).action(async (session: string, options: ResumeOptions) => {
    const { io } = context;
    const answer = await readAnswer(options, io);
    const { converse } = await import('../conversation.ts');
    const { assertTakes, intakeOf, isReady } = await import('../standing.ts');
    const { systemClock } = await import('../../../adapters/index.ts');
    await converse(context, {
      session,
      goOn: async ({ sessions }, summary) => {
        const { session_id } = summary;
        if (answer) {
          assertTakes(summary, intakeOf(answer), context.commandLine);
          await sessions.answer(session_id, answer, options.by ?? io.userName());
        } else if (isReady(summary, systemClock.now())) await sessions.resume(session_id);
      },
      asksNobody: options.approveNone ?? false,
    });
  });
};

interface ResumeOptions extends AnswerOptions {
  readonly approveNone?: true;
}
