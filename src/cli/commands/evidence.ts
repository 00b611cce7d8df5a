/** `troupe evidence`: what happened, whether that is still what was written, and all of it. */
import type { Command } from 'commander';
import {
  SESSION_ARGUMENT,
  type AddCommand,
  type CommandContext,
  type Globals,
} from '../context.ts';

export const evidenceCommand: AddCommand = (program, context) => {
  const evidence = program
    .command('evidence')
    .description('show, verify, export and prune evidence');
  addShow(evidence, context);
  const isOwnStore = (): boolean => program.opts<Globals>().store === undefined;
  addVerify(evidence, context, isOwnStore);
  addExport(evidence, context);
  addPrune(evidence, context, isOwnStore);
  addSign(evidence, context);
  addKey(evidence, context);
};

function addShow(evidence: Command, context: CommandContext): void {
  evidence
    .command('show')
    .description('list the entries of a session')
    .argument('<session>', SESSION_ARGUMENT)
    .addHelpText('after', '\nExample:\n  troupe evidence show session-1')
    .action(async (session: string) => {
      const { knownChain } = await import('../known-ids.ts');
      const { entryTable } = await import('../render/evidence.ts');
      const { readEntries } = await import('../read-entries.ts');
      await context.withRecords(async ({ evidence: chains }) => {
        const entries = await readEntries(chains, await knownChain(chains, session));
        context.report({ value: entries, text: entryTable(entries, context.style) });
      });
    });
}

interface VerifyFlags {
  readonly all?: true;
  readonly file?: string;
  readonly publicKey?: readonly string[];
  readonly head?: string;
  readonly contents?: true;
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
    .argument('[session]', SESSION_ARGUMENT)
    .option('--all', 'every session of the store')
    .option('--file <export>', 'what evidence export wrote, instead of a store')
    .option('--public-key <file>', 'a key whose signatures count; may be repeated', collect)
    .option('--contents', 'look at the inputs and outputs too: each has to be as it was written')
    .option('--head <seq:hash>', 'a head that an earlier verify printed: it must still be there')
    .addHelpText('after', VERIFY_HELP)
    .action(async (session_id: string | undefined, flags: VerifyFlags) => {
      const { all, file, publicKey: public_keys = [], head, contents = false } = flags;
      if ([session_id, all, file].filter((given) => given !== undefined).length !== 1) {
        evidence.error('evidence verify: name a session, or --all, or --file');
      }
      if (all && head !== undefined) {
        evidence.error('evidence verify: --head is that of one session');
      }
      const { verifyEvidence } = await import('../evidence/verify.ts');
      const order = { session_id, file, public_keys, head, contents, isOwnStore: isOwnStore() };
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
    .argument('<session>', SESSION_ARGUMENT)
    .option('--out <file>', 'write there, to a new file, instead of to standard output')
    .addHelpText('after', '\nExample:\n  troupe evidence export session-1 --out session-1.jsonl')
    .action(async (session: string, { out }: { readonly out?: string }) => {
      const { knownChain } = await import('../known-ids.ts');
      const { exportEvidence } = await import('../evidence/export.ts');
      await context.withRecords(async ({ evidence: chains }) => {
        const session_id = await knownChain(chains, session);
        await exportEvidence(context, chains, { session_id, file: out });
      });
    });
}

const SIGN_HELP = `
What runs with a key is signed by itself. This is for sessions from before there was one: look at
them first, for it is you who vouches for what stands there.

Example:
  troupe evidence sign session-1`;

function addSign(evidence: Command, context: CommandContext): void {
  evidence
    .command('sign')
    .description('sign a session that stands unsigned with the key of this workspace')
    .argument('[session]', 'id of the session')
    .option('--all', 'every session of the store')
    .addHelpText('after', SIGN_HELP)
    .action(async (session_id: string | undefined, { all }: { readonly all?: true }) => {
      if ((session_id === undefined) === (all === undefined)) {
        evidence.error('evidence sign: name a session, or --all');
      }
      const { signEvidence } = await import('../evidence/sign.ts');
      context.report(await signEvidence(context, session_id));
    });
}

interface PruneFlags {
  readonly before?: string;
  readonly contents?: true;
  readonly reason: string;
  readonly by?: string;
}

const PRUNE_HELP = `
Only a session that is over is pruned, and only one that verifies. What is removed is gone; a
tombstone says who removed it and why, and what is left goes on verifying. Contents that another
session names too stay.

Examples:
  troupe evidence prune session-1 --contents --reason "retention: 90 days"
  troupe evidence prune session-1 --before 2026-01-01 --reason "retention: a year"`;

function addPrune(evidence: Command, context: CommandContext, isOwnStore: () => boolean): void {
  evidence
    .command('prune')
    .description('remove entries or contents of a session that is over; leave a tombstone')
    .argument('<session>', 'id of the session')
    .option('--before <entry>', 'remove the entries before this number, or before this date')
    .option('--contents', 'remove what was said, all inputs and outputs, and the approvals')
    .requiredOption('--reason <why>', 'why, for the tombstone')
    .option('--by <name>', 'who, for the tombstone (default: the user of this machine)')
    .addHelpText('after', PRUNE_HELP)
    .action(async (session_id: string, flags: PruneFlags) => {
      if (flags.before === undefined && !flags.contents) {
        evidence.error('evidence prune: say what goes: --before, --contents or both');
      }
      const { pruneEvidence } = await import('../evidence/prune.ts');
      const { before, contents = false, reason, by } = flags;
      const order = { session_id, before, contents, reason, by, isOwnStore: isOwnStore() };
      await pruneEvidence(context, order);
    });
}

const KEY_HELP = `
To change the key, rename evidence.pub in .troupe/keys to another name that ends with .pub, remove
evidence.key, and make a new one: what the old key signed still counts.

Example:
  troupe evidence key create`;

function addKey(evidence: Command, context: CommandContext): void {
  const key = evidence.command('key').description('the key that evidence is signed with');
  key
    .command('create')
    .description('make the key of this workspace, unless it has one')
    .addHelpText('after', KEY_HELP)
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
