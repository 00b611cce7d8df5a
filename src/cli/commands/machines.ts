/** `troupe machines`: the charts that sessions run on. */
import { Option } from 'commander';
import type { AddCommand } from '../context.ts';

interface ShowOptions {
  readonly mermaid?: true;
  readonly table?: true;
}

export const machinesCommand: AddCommand = (program, context) => {
  const machines = program.command('machines').description('show the state machines');

  machines
    .command('show')
    .description('show the session machine: its states and every transition')
    .addOption(new Option('--table', 'as a table (default)').conflicts('mermaid'))
    .addOption(new Option('--mermaid', 'as a Mermaid diagram'))
    .addHelpText('after', '\nWith --json: the definition too, as Stately takes it.')
    .addHelpText('after', '\nExample:\n  troupe machines show --mermaid > session.mmd')
    .action(async ({ mermaid }: ShowOptions) => {
      const { machineReport } = await import('../render/machine.ts');
      context.report(machineReport(mermaid === true ? 'mermaid' : 'table', context.style));
    });
};
