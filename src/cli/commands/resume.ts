/** `troupe resume`: has a session go on where it stands. */
import { addAnswerOptions, readAnswer, type AnswerOptions } from '../answer-options.ts';
import type { AddCommand } from '../context.ts';

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
    .argument('<session>', 'id of the session')
    .option('--approve-none', 'ask nothing: what needs a person stays parked (exit 5)')
    .addHelpText('after', HELP);
  addAnswerOptions(command).action(async (session_id: string, options: ResumeOptions) => {
    const { io } = context;
    const answer = await readAnswer(options, io);
    const { converse } = await import('../conversation.ts');
    const { isReady } = await import('../standing.ts');
    const { systemClock } = await import('../../../adapters/index.ts');
    await converse(context, {
      session_id,
      begin: async ({ sessions }) => {
        const isMoving = isReady(await sessions.summary(session_id), systemClock.now());
        if (answer) await sessions.answer(session_id, answer, options.by ?? io.userName());
        else if (isMoving) await sessions.resume(session_id);
        return session_id;
      },
      asksNobody: options.approveNone ?? false,
    });
  });
};

interface ResumeOptions extends AnswerOptions {
  readonly approveNone?: true;
}
