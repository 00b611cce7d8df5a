/** `troupe init`: a workspace to start from. */
import type { AddCommand } from '../context.ts';

export const initCommand: AddCommand = (program, context) => {
  program
    .command('init')
    .description('write a workspace.yaml with comments, and tools to begin with')
    .argument('[folder]', 'where to (default: here)', '.')
    .addHelpText('after', '\nNothing that is there is overwritten.\n\nExample:\n  troupe init desk')
    .action(async (folder: string) => {
      const { writeStarter } = await import('../starter/write.ts');
      const { starterText } = await import('../render/starter.ts');
      const written = await writeStarter(context.io.folder, folder);
      context.report({ value: written, text: starterText(written, context.style) });
    });
};
