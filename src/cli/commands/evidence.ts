/** `troupe evidence`: what happened, whether that is still what was written, and all of it. */
import type { Command } from 'commander';
import type { AddCommand, CommandContext, Globals } from '../context.ts';

export const evidenceCommand: AddCommand = (program, context) => {
  const evidence = program
    .command('evidence')
    .description('show, verify, sign and export evidence');
  addShow(evidence, context);
  addVerify(evidence, context, () => program.opts<Globals>().store === undefined);
  addExport(evidence, context);
  addKey(evidence, context);
};

function addShow(evidence: Command, context: CommandContext): void {
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
}

interface VerifyFlags {
  readonly all?: true;
  readonly file?: string;
  readonly publicKey?: readonly string[];
  readonly head?: string;
}

const VERIFY_HELP = `
With --public-key nothing else is needed, and nothing is changed: a copied store is enough, or an
export. A chain that is not signed by one of the keys does not verify then. Without it the keys in
.troupe/keys of the workspace count, if there are any.

Examples:
  troupe evidence verify session-1
  troupe evidence verify --all --store backup/store --public-key evidence.pub
  troupe evidence verify --file session-1.jsonl --public-key evidence.pub
  troupe evidence verify session-1 --head 41:9f86d081884c7d65…`;

function addVerify(evidence: Command, context: CommandContext, isOwnStore: () => boolean): void {
  evidence
    .command('verify')
    .description('recompute the chain of a session; name the entry that does not fit (exit 9)')
    .argument('[session]', 'id of the session')
    .option('--all', 'every session of the store')
    .option('--file <export>', 'what evidence export wrote, instead of a store')
    .option('--public-key <file>', 'a key whose signatures count; may be repeated', collect)
    .option('--head <seq:hash>', 'a head that an earlier verify printed: it must still be there')
    .addHelpText('after', VERIFY_HELP)
    .action(async (session_id: string | undefined, flags: VerifyFlags) => {
      const { all, file, publicKey: public_keys = [], head } = flags;
      if ([session_id, all, file].filter((given) => given !== undefined).length !== 1) {
        evidence.error('evidence verify: name a session, or --all, or --file');
      }
      if (all && head !== undefined) {
        evidence.error('evidence verify: --head is that of one session');
      }
      const { verifyEvidence } = await import('../evidence/verify.ts');
      const order = { session_id, file, public_keys, head, isOwnStore: isOwnStore() };
      context.report(await verifyEvidence(context, order));
    });
}

function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

function addExport(evidence: Command, context: CommandContext): void {
  evidence
    .command('export')
    .description('write all entries of a session and their contents as JSON lines')
    .argument('<session>', 'id of the session')
    .option('--out <file>', 'write there, to a new file, instead of to standard output')
    .addHelpText('after', '\nExample:\n  troupe evidence export session-1 --out session-1.jsonl')
    .action(async (session_id: string, { out }: { readonly out?: string }) => {
      const { exportEvidence } = await import('../evidence/export.ts');
      await context.withRecords((runtime) =>
        exportEvidence(context, runtime.evidence, { session_id, file: out }),
      );
    });
}

function addKey(evidence: Command, context: CommandContext): void {
  const key = evidence.command('key').description('the key that evidence is signed with');
  key
    .command('create')
    .description('make the key of this workspace, unless it has one')
    .addHelpText('after', '\nExample:\n  troupe evidence key create')
    .action(async () => {
      const { createKey } = await import('../evidence/key.ts');
      context.report(await createKey(context));
    });
  key
    .command('show')
    .description('show the key of this workspace: its id and its public half')
    .addHelpText('after', '\nExample:\n  troupe evidence key show')
    .action(async () => {
      const { showKey } = await import('../evidence/key.ts');
      context.report(await showKey(context));
    });
}
