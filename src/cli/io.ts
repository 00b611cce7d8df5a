/** Everything through which the command line touches the outside, so that tests can stand in. */
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import type { Environment } from '../../config/index.ts';
import { terminalPrompts, type Prompts } from './prompts.ts';

export interface Io {
  /** Writes results. */
  readonly out: (text: string) => void;
  /** Writes messages. */
  readonly err: (text: string) => void;
  /** Whether a person is there to be asked. */
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  /** The variables of the process; loaded on demand, as few commands need them. */
  readonly environment: () => Promise<Environment>;
  /** The folder that the program was called in. */
  readonly folder: string;
  readonly userName: () => string;
  /** Reads standard input to its end. */
  readonly readInput: () => Promise<string>;
  /**
   * Calls the listener at the first SIGINT or SIGTERM, with its name; the next one kills. Answers
   * how to stop listening.
   */
  readonly onStop: (listener: (signal: string) => void) => () => void;
  readonly prompts: Prompts;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The real process. */
export function systemIo(): Io {
  const { stdin, stdout, stderr } = process;
  stdout.on('error', ignoreClosedPipe);
  stderr.on('error', ignoreClosedPipe);
  return {
    out: (written) => void stdout.write(written),
    err: (written) => void stderr.write(written),
    isTerminal: stdin.isTTY && stdout.isTTY,
    hasColors: stdout.isTTY && stdout.hasColors(),
    environment: async () => (await import('../../adapters/index.ts')).systemEnvironment(),
    folder: process.cwd(),
    userName: () => userInfo().username,
    readInput: () => text(stdin),
    onStop: (listener) => {
      const forget = (): void => STOP_SIGNALS.forEach((name) => process.off(name, onSignal));
      const onSignal = (name: string): void => {
        forget();
        listener(name);
      };
      STOP_SIGNALS.forEach((name) => process.on(name, onSignal));
      return forget;
    },
    prompts: terminalPrompts,
  };
}

/** Whoever reads may have seen enough, as `head` has. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
