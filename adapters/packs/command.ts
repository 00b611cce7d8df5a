/** Runs one program of the machine to its end, with nothing of this process's environment. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf, RuntimeError } from '../../kernel/index.ts';

const OUTPUT_BYTES_MAX = 1024 * 1024;
const TIMEOUT_MS = 120_000;
const SHOWN_CHARACTERS = 2000;

const run = promisify(execFile);

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** All that the program gets to see, beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where programs and their settings are; values of this process's own environment. */
export interface CommandHome {
  readonly PATH?: string | undefined;
  readonly HOME?: string | undefined;
}

/**
 * Answers what the program printed.
 * @throws RuntimeError PACK_FETCH_FAILED where it is missing, fails, or takes over two minutes.
 */
export async function runCommand(command: Command, home: CommandHome): Promise<string> {
  const { program, args, folder, env } = command;
  const { PATH = '/usr/bin:/bin', HOME = folder } = home;
  try {
    const { stdout } = await run(program, [...args], {
      cwd: folder,
      env: { PATH, HOME, LC_ALL: 'C', ...env },
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    return stdout;
  } catch (cause) {
    const { stderr } = cause as { stderr?: unknown };
    const said = typeof stderr === 'string' ? stderr.trim().slice(-SHOWN_CHARACTERS) : '';
    const message = `${program} ${args[0] ?? ''}: ${said || messageOf(cause)}`;
    throw new RuntimeError('PACK_FETCH_FAILED', message, { cause });
  }
}
