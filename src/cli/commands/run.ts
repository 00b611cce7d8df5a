/** `troupe run`: starts a session and stays with it. */
import type { AddCommand } from '../context.ts';
import { unlessBlank, readMessage } from '../message.ts';

interface RunOptions {
  readonly session?: string;
  readonly model?: string;
  readonly stream: boolean;
  readonly by?: string;
  readonly approveNone?: true;
}

const HELP = `
Without a terminal, or with --json, nobody is asked: the session stays parked.
With --json: one event a line, and last a result with the state and the commands that go on.

Examples:
  troupe run "Write down that the printer is repaired"
  echo "Tidy up the notes" | troupe run - --json`;

export const runCommand: AddCommand = (program, context) => {
  program
    .command('run')
    .description('start a session and show it live; asks for approvals and messages in a terminal')
    .argument('[message...]', 'what to say first; - reads it from standard input')
    .option('--session <id>', 'id of the new session (default: a fresh one)')
    .option('--model <profile>', 'model profile (default: default_model of the workspace)')
    .option('--no-stream', 'show what the model says when it is complete')
    .option('--by <name>', 'who asks for it (default: your user name)')
    .option('--approve-none', 'ask nothing: what needs a person stays parked (exit 5)')
    .addHelpText('after', HELP)
    .action(async (words: readonly string[], options: RunOptions) => {
      const { session, model, stream, by, approveNone } = options;
      const said = words.length > 0 ? await readMessage(words, context.io) : await asked();
      const message = said ?? program.error('run: the message is empty');
      const { converse } = await import('../conversation.ts');
      await converse(context, {
        start: async ({ sessions }) => {
          const { id } = await sessions.start({
            message,
            stream,
            metadata: { requested_by: by ?? context.io.userName() },
            ...(session !== undefined && { session_id: session }),
            ...(model !== undefined && { model_profile: model }),
          });
          return id;
        },
        asksNobody: approveNone ?? false,
      });
    });

  const asked = async (): Promise<string | undefined> => {
    const { io, isJson } = context;
    if (!io.isTerminal || isJson) {
      program.error('run: name a message, or - to read it from standard input');
    }
    const { signal } = new AbortController();
    return unlessBlank((await io.prompts.text({ message: 'Your message', signal })) ?? '');
  };
};
