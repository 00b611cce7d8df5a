/** `troupe config`: whether workspace.yaml and the tools that it names can be used. */
import type { AddCommand } from '../context.ts';

export const configCommand: AddCommand = (program, context) => {
  const config = program.command('config').description('check the configuration');

  config
    .command('check')
    .description('list every problem with its place (exit 2), or what the workspace comes to')
    .addHelpText('after', '\nExample:\n  troupe config check --workspace desk')
    .action(async () => {
      const { checkConfig } = await import('../check-config.ts');
      const { configText } = await import('../render/config.ts');
      const { lendOwnPackages } = await import('../own-packages.ts');
      lendOwnPackages();
      const found = await checkConfig(context.workspace, await context.io.environment());
      context.report({ value: found, text: configText(found, context.style) });
    });
};
