/** `troupe answer`: what a person says to an escalated session. */
import { addAnswerOptions, readAnswer, type AnswerOptions } from '../answer-options.ts';
import { SESSION_ARGUMENT, type AddCommand } from '../context.ts';

const HELP = `
Examples:
  troupe answer session-1 --retry
  troupe answer session-1 --continue "Leave the printer alone and go on"
  troupe answer session-1 --use-result '{"path":"notes/printer.md"}'`;

export const answerCommand: AddCommand = (program, context) => {
  const command = program
    .command('answer')
    .description('answer an escalated session with one of the options, and show it live')
    .argument('<session>', SESSION_ARGUMENT)
    .addHelpText('after', HELP);
  addAnswerOptions(command).action(async (session: string, options: AnswerOptions) => {
    const { io } = context;
    const answer =
      (await readAnswer(options, io)) ??
      command.error('answer: name one of --retry, --continue, --use-result, --abandon');
    const { converse } = await import('../conversation.ts');
    const { assertTakes, intakeOf } = await import('../standing.ts');
    await converse(context, {
      session,
      goOn: async ({ sessions }, summary) => {
        assertTakes(summary, intakeOf(answer), context.commandLine);
        await sessions.answer(summary.session_id, answer, options.by ?? io.userName());
      },
    });
  });
};
