/**
 * The program: global options, the commands in the order of the help, and one place where every
 * failure becomes a message and an exit code. Commands load what they need when they run.
 */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../runtime/version.ts';
import { answerCommand } from './commands/answer.ts';
import { approvalsCommand } from './commands/approvals.ts';
import { cancelCommand } from './commands/cancel.ts';
import { configCommand } from './commands/config.ts';
import { evidenceCommand } from './commands/evidence.ts';
import { forkCommand } from './commands/fork.ts';
import { initCommand } from './commands/init.ts';
import { machinesCommand } from './commands/machines.ts';
import { packsCommand } from './commands/packs.ts';
import { policyCommand } from './commands/policy.ts';
import { replayCommand } from './commands/replay.ts';
import { resumeCommand } from './commands/resume.ts';
import { runCommand } from './commands/run.ts';
import { sendCommand } from './commands/send.ts';
import { sessionsCommand } from './commands/sessions.ts';
import { CommandContext, type AddCommand, type Globals } from './context.ts';
import { exitCodesHelp } from './exit-codes.ts';
import type { Io } from './io.ts';

const COMMANDS: readonly AddCommand[] = [
  initCommand,
  runCommand,
  sessionsCommand,
  sendCommand,
  approvalsCommand,
  resumeCommand,
  answerCommand,
  cancelCommand,
  evidenceCommand,
  replayCommand,
  forkCommand,
  configCommand,
  policyCommand,
  packsCommand,
  machinesCommand,
];

/** Runs one command line, the words behind the program's name; answers the exit code. */
export async function runCommandLine(words: readonly string[], io: Io): Promise<number> {
  const isJson = words.includes('--json');
  const helps: string[] = [];
  const program = createProgram(io, isJson ? (text) => void helps.push(text) : io.out);
  const context = new CommandContext(io, () => program.opts<Globals>());
  for (const add of COMMANDS) add(program, context);
  try {
    await program.parseAsync(words, { from: 'user' });
    return context.exit;
  } catch (thrown) {
    // Help and version end the parsing in the same way as a wrong word does.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) {
      if (isJson) io.out(`${JSON.stringify({ text: helps.join('') })}\n`);
      return 0;
    }
    const { reportFailure } = await import('./failure.ts');
    return reportFailure(thrown, io, { isJson, command: calledCommand(program, words) });
  }
}

/** The command that the words lead to, as it is called. */
function calledCommand(program: Command, words: readonly string[]): string {
  const names = [program.name()];
  let command = program;
  for (const word of words) {
    const found = command.commands.find((each) => each.name() === word);
    if (!found) continue;
    command = found;
    names.push(word);
  }
  return names.join(' ');
}

function createProgram(io: Io, writeOut: Io['out']): Command {
  return new Command('troupe')
    .description('Runs AI agent sessions as governed, durable XState actors.')
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show the help of a command')
    .option('--workspace <folder>', 'folder with a workspace.yaml (default: the nearest upward)')
    .option('--store <folder>', 'where records are kept (default: troupe.store of the workspace)')
    .option('--lane <id>', 'configured lane of a new session, or whose rules are asked')
    .option('--json', 'answer with JSON on standard output')
    .option('--no-color', 'no colours')
    .addHelpText('after', `\n${exitCodesHelp()}\n\n${HELP}`)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut,
      writeErr: io.err,
      // What goes wrong is told in one place, with its code.
      outputError: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
}

const HELP = `\
With --json standard output holds JSON alone: a value, or a value a line. The last one of a
failed call is {"error":{"code","message","details","remedy"}}. Messages are on standard error.
TROUPE_DEBUG=1 adds the stack trace of a failure there.

Examples:
  troupe init && troupe config check
  troupe run "Write down that the printer is repaired"
  troupe approvals list`;
