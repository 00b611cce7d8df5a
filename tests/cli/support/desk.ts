/** A workspace made by `troupe init` in a folder of its own, with a model server behind it. */
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelTurn, startModelServer, type ModelAnswer, type ModelTurn } from 'troupe/testing';
import { onTestFinished } from 'vitest';
import type { Io } from '../../../src/cli/io.ts';
import { runCommandLine } from '../../../src/cli/program.ts';
import { scriptedPrompts } from './scripted-prompts.ts';

/** Must not stand in any output or record. */
export const API_KEY = 'secret-key-of-the-desk';

export type Environment = Readonly<Record<string, string>>;

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
  /** Calls with `--json`; answers the values of standard output, one a line. */
  readonly lines: (...words: readonly string[]) => Promise<readonly Record<string, unknown>[]>;
  readonly read: (path: string) => Promise<string>;
  readonly write: (path: string, text: string) => Promise<void>;
  readonly has: (path: string) => Promise<boolean>;
}

/** What the model does in one turn: states it, or answers on the wire as it likes. */
export type Turn = ModelTurn | { readonly wire: ModelAnswer };

export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a model that takes these turns and no others; answers the variables that lead to it. */
export async function startModel(turns: readonly Turn[]): Promise<Environment> {
  const server = await startModelServer({
    answers: turns.map(
      (turn) => (request) => ('wire' in turn ? turn.wire : modelTurn(turn, request)),
    ),
  });
  onTestFinished(() => server.close());
  return { AGENT_RUNTIME_BASE_URL: server.url, AGENT_RUNTIME_API_KEY: API_KEY };
}

/** Opens a fresh workspace whose model takes these turns. */
export async function openDesk(turns: readonly Turn[] = []): Promise<Desk> {
  const desk = deskIn(await scratchFolder(), await startModel(turns));
  await desk.call('init');
  return desk;
}

/** Speaks to a folder as it is. */
export function deskIn(folder: string, environment: Environment = {}): Desk {
  const callWith: Desk['callWith'] = async (outside, ...words) => {
    const said = { out: '', err: '' };
    const io: Io = {
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      isTerminal: false,
      hasColors: false,
      environment: async () => environment,
      folder,
      userName: () => 'ana',
      readInput: async () => '',
      onStop: () => () => undefined,
      prompts: scriptedPrompts([]),
      ...outside,
    };
    return { exit: await runCommandLine(words, io), ...said };
  };
  return {
    folder,
    environment,
    callWith,
    call: (...words) => callWith({}, ...words),
    lines: async (...words) => valuesOf((await callWith({}, ...words, '--json')).out),
    read: (path) => readFile(join(folder, path), 'utf8'),
    write: (path, text) => writeFile(join(folder, path), text),
    has: (path) =>
      access(join(folder, path)).then(
        () => true,
        () => false,
      ),
  };
}

/** The values of JSON lines. */
export function valuesOf(text: string): readonly Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
