/** A workspace made by `troupe init` in a folder of its own, with a model server behind it. */
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelTurn, startModelServer, type ModelTurn } from 'troupe/testing';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../../config/index.ts';
import type { Io } from '../../../src/cli/io.ts';
import { runCommandLine } from '../../../src/cli/program.ts';
import { scriptedPrompts } from './scripted-prompts.ts';

/** Kept out of every output and record. */
export const API_KEY = 'secret-key-of-the-desk';

export interface Called {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface Desk {
  readonly folder: string;
  readonly environment: Environment;
  /** Calls a command line in this process. */
  readonly call: (...words: readonly string[]) => Promise<Called>;
  /** The same through another outside. */
  readonly callWith: (outside: Partial<Io>, ...words: readonly string[]) => Promise<Called>;
  /** Calls with `--json`; answers the one value of standard output. */
  readonly json: (...words: readonly string[]) => Promise<{ exit: number; value: unknown }>;
  readonly read: (path: string) => Promise<string>;
  readonly write: (path: string, text: string) => Promise<void>;
  readonly has: (path: string) => Promise<boolean>;
}

export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a fresh workspace; the model takes these turns, and no others. */
export async function openDesk(turns: readonly ModelTurn[] = []): Promise<Desk> {
  const folder = await scratchFolder();
  const server = await startModelServer({
    answers: turns.map((turn) => (request) => modelTurn(turn, request)),
  });
  onTestFinished(() => server.close());
  const environment = { AGENT_RUNTIME_BASE_URL: server.url, AGENT_RUNTIME_API_KEY: API_KEY };
  const desk = deskIn(folder, environment);
  await desk.call('init');
  return desk;
}

/** Speaks to a folder as it is. */
export function deskIn(folder: string, environment: Environment = {}): Desk {
  const callWith: Desk['callWith'] = async (outside, ...words) => {
    let out = '';
    let err = '';
    const io: Io = {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      isTerminal: false,
      hasColors: false,
      environment: async () => environment,
      folder,
      userName: () => 'ana',
      readInput: async () => '',
      onStop: () => () => {},
      prompts: scriptedPrompts([]),
      ...outside,
    };
    const exit = await runCommandLine(words, io);
    return { exit, out, err };
  };
  return {
    folder,
    environment,
    callWith,
    call: (...words) => callWith({}, ...words),
    json: async (...words) => {
      const { exit, out } = await callWith({}, ...words, '--json');
      return { exit, value: JSON.parse(out) as unknown };
    },
    read: (path) => readFile(join(folder, path), 'utf8'),
    write: (path, text) => writeFile(join(folder, path), text),
    has: (path) =>
      access(join(folder, path)).then(
        () => true,
        () => false,
      ),
  };
}
