/** `troupe packs`: which packs are pinned, whether they are what was pinned, and new ones. */
import type { AddCommand } from '../context.ts';
import type { AddPackOptions } from '../packs.ts';

const ADD_HELP = `
A folder is copied to packs/, unless it lies there; anything else goes to .troupe/packs. Nothing of
a pack runs. What it brings and may touch is shown, and a person is asked before it is pinned.

Examples:
  troupe packs add packs/notes
  troupe packs add https://git.example/notes.git#v1.2.0
  troupe packs add npm:@acme/notes-pack@1.2.0 --yes`;

export const packsCommand: AddCommand = (program, context) => {
  const packs = program.command('packs').description('list, add, verify and install packs');

  packs
    .command('list')
    .description('list the pinned packs, with what they bring and may touch')
    .addHelpText('after', '\nExample:\n  troupe packs list --json')
    .action(async () => {
      const { listPacks } = await import('../packs.ts');
      context.report(await listPacks(context));
    });

  packs
    .command('add')
    .description('fetch a pack, show what it may touch, and pin it in workspace.yaml')
    .argument('<source>', 'a folder, a git URL#commit, or npm:package@version')
    .option('--yes', 'pin it without asking')
    .option('--dev', 'pin dev instead of its hash: whatever is there is trusted')
    .option('--registry <url>', 'npm registry to ask instead of the usual one')
    .addHelpText('after', ADD_HELP)
    .action(async (source: string, options: AddPackOptions) => {
      const { addPackTo } = await import('../packs.ts');
      context.report(await addPackTo(context, source, options));
    });

  packs
    .command('verify')
    .description('compare the packs with their pins (exit 2 where one is altered or missing)')
    .argument('[pack]', 'id of a pack (default: all)')
    .addHelpText('after', '\nExample:\n  troupe packs verify notes')
    .action(async (id: string | undefined) => {
      const { verifyPacks } = await import('../packs.ts');
      context.report(await verifyPacks(context, id));
    });

  packs
    .command('install')
    .description('fetch the pinned packs that are missing; each is verified first')
    .addHelpText('after', '\nExample:\n  troupe packs install')
    .action(async () => {
      const { installMissing } = await import('../packs.ts');
      context.report(await installMissing(context));
    });
};
