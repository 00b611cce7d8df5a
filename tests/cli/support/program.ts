/** The built program as a process of its own: what a person runs, without a terminal. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

export interface Ended {
  /** Null where a signal ended it. */
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Program {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Surroundings {
  readonly folder: string;
  /** The whole environment of the process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the Node that runs the tests. */
  readonly node?: string;
}

/** Starts the program with nothing on its standard input. */
export function startProgram(at: Surroundings, ...words: readonly string[]): Program {
  const { folder, environment = {}, node = process.execPath } = at;
  const child = spawn(node, [MAIN, ...words], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve({ exit, out, err }));
  });
  return { process: child, ended };
}

/** Runs the program to its end. */
export function runProgram(at: Surroundings, ...words: readonly string[]): Promise<Ended> {
  return startProgram(at, ...words).ended;
}
