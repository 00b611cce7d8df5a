/** `troupe evidence`: what happened, whether that is still what was written, and all of it. */
import type { AddCommand } from '../context.ts';

export const evidenceCommand: AddCommand = (program, context) => {
  const evidence = program.command('evidence').description('show, verify and export evidence');

  evidence
    .command('show')
    .description('list the entries of a session')
    .argument('<session>', 'id of the session')
    .addHelpText('after', '\nExample:\n  troupe evidence show session-1')
    .action(async (session_id: string) => {
      const { entryTable } = await import('../render/evidence.ts');
      const { readEntries } = await import('../read-entries.ts');
      await context.withRecords(async (runtime) => {
        const entries = await readEntries(runtime.evidence, session_id);
        context.report({ value: entries, text: entryTable(entries, context.style) });
      });
    });

  evidence
    .command('verify')
    .description('recompute the chain of a session; name the entry that does not fit (exit 9)')
    .argument('[session]', 'id of the session')
    .option('--all', 'every session of the store')
    .addHelpText(
      'after',
      '\nExamples:\n  troupe evidence verify session-1\n  troupe evidence verify --all',
    )
    .action(async (session_id: string | undefined, { all }: { readonly all?: true }) => {
      if ((session_id === undefined) === (all === undefined)) {
        evidence.error('evidence verify: name a session, or --all');
      }
      const { verifyEvidence } = await import('../verify-evidence.ts');
      await context.withRecords(async (runtime) => {
        context.report(await verifyEvidence(runtime.evidence, session_id, context.style));
      });
    });

  evidence
    .command('export')
    .description('write all entries of a session and their contents as JSON lines')
    .argument('<session>', 'id of the session')
    .option('--out <file>', 'write there, to a new file, instead of to standard output')
    .addHelpText('after', '\nExample:\n  troupe evidence export session-1 --out session-1.jsonl')
    .action(async (session_id: string, { out }: { readonly out?: string }) => {
      const { exportEvidence } = await import('../export-evidence.ts');
      await context.withRecords((runtime) =>
        exportEvidence(context, runtime.evidence, { session_id, file: out }),
      );
    });
};
