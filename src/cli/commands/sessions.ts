/** `troupe sessions`: which sessions there are, and everything about one. */
import { Option } from 'commander';
import type { SessionState } from '../../../kernel/index.ts';
import { SESSION_ARGUMENT, type AddCommand } from '../context.ts';

const STATES = [
  'awaiting_turn',
  'tool_request',
  'approval_required',
  'scheduled',
  'complete',
  'escalate',
] as const satisfies readonly SessionState[];

/** How much of the evidence `show` prints; `evidence show` has all of it. */
const LAST_ENTRIES = 8;

export const sessionsCommand: AddCommand = (program, context) => {
  const sessions = program.command('sessions').description('list and show sessions');

  sessions
    .command('list')
    .description('list the sessions of the store')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .addHelpText('after', '\nExample:\n  troupe sessions list --state escalate')
    .action(async ({ state }: { readonly state?: SessionState }) => {
      const { sessionTable } = await import('../render/session.ts');
      await context.withRecords(async (runtime) => {
        const summaries = await runtime.sessions.list({ state, limit: Number.POSITIVE_INFINITY });
        context.report({ value: summaries, text: sessionTable(summaries, context.style) });
      });
    });

  sessions
    .command('show')
    .description('show where a session stands, its transcript, its last evidence, and what goes on')
    .argument('<session>', SESSION_ARGUMENT)
    .addHelpText('after', '\nExample:\n  troupe sessions show session-1')
    .action(async (session: string) => {
      const { knownSession } = await import('../known-ids.ts');
      const { sessionText } = await import('../render/session.ts');
      const { standingOf } = await import('../standing.ts');
      const { readEntries } = await import('../read-entries.ts');
      await context.withRecords(async (runtime) => {
        const handle = await runtime.sessions.get(await knownSession(runtime, session));
        const summary = await handle.summary();
        const messages = await handle.messages();
        const evidence = await readEntries(runtime.evidence, handle.id, LAST_ENTRIES);
        const standing = standingOf(summary, context.commandLine);
        const text = sessionText({ summary, standing, messages, evidence }, context.style);
        const { exit: _, ...stands } = standing;
        context.report({ value: { ...summary, ...stands, messages, evidence }, text });
      });
    });
};
