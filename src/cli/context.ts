/**
 * What a command works with: the global options, the workspace that they lead to, the runtime on
 * its store, and the one way to answer. Heavy modules are loaded when they are asked for.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { RulebookOptions, WorkspaceRulebook } from '../runtime/policy/rulebook.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Io } from './io.ts';
import { printable } from './printable.ts';
import { createStyle, type Style } from './render/style.ts';
import { quoted } from './shell.ts';

/** How commands describe the argument that `knownSession` reads. */
export const SESSION_ARGUMENT = 'id of the session, or its beginning';

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void;

export interface Globals {
  readonly workspace?: string;
  readonly store?: string;
  readonly lane?: string;
  readonly json?: true;
  readonly color: boolean;
}

/** What a command answers: a value for programs, and the same for people. */
export interface Report {
  readonly value: unknown;
  readonly text: string;
  /** Default 0. */
  readonly exit?: number;
}

/** Whose rules are meant. */
export interface RulebookChoice extends RulebookOptions {
  readonly workspace?: string | undefined;
  readonly lane?: string | undefined;
}

export class CommandContext {
  readonly io: Io;
  readonly #globals: () => Globals;
  /** What the process ends with when the command is done. */
  exit = 0;
  /** What an answer exits with from which something had to be left out. */
  #failureExit = 0;

  constructor(io: Io, globals: () => Globals) {
    this.io = io;
    this.#globals = globals;
  }

  get isJson(): boolean {
    return this.#globals().json === true;
  }

  get style(): Style {
    return createStyle(this.io.hasColors && this.#globals().color);
  }

  /** The folder that `--workspace` names, else the nearest one upward with a workspace.yaml. */
  get workspace(): string {
    const { folder } = this.io;
    const { workspace } = this.#globals();
    return workspace === undefined ? nearestWorkspace(folder) : resolve(folder, workspace);
  }

  /** Answers, in the form that was asked for. */
  report({ value, text, exit = 0 }: Report): void {
    const written = this.isJson ? JSON.stringify(value) : text.trimEnd();
    if (written !== '') this.io.out(`${written}\n`);
    this.exit = exit === 0 ? this.#failureExit : exit;
  }

  /** The command line that goes on from here, on the same store; a session knows its lane. */
  readonly commandLine = (...words: readonly string[]): string => {
    const { workspace, store } = this.#globals();
    const given = Object.entries({ workspace, store }).flatMap(([name, option]) =>
      option === undefined ? [] : [`--${name}`, option],
    );
    return ['troupe', ...[...words, ...given].map(quoted)].join(' ');
  };

  /**
   * Works with the workspace's runtime, and closes it. Nothing but what the work starts runs: other
   * sessions stay as they are. With `drive: false` nothing runs at all.
   */
  async withRuntime<Result>(
    { drive }: { readonly drive: boolean },
    work: (runtime: Runtime) => Promise<Result>,
  ): Promise<Result> {
    const { lendOwnPackages } = await import('./own-packages.ts');
    const { createRuntime } = await import('../runtime/create-runtime.ts');
    const { folder } = this.io;
    const { store, lane } = this.#globals();
    lendOwnPackages();
    const runtime = await createRuntime({
      workspace: this.workspace,
      ...(store !== undefined && { store: resolve(folder, store) }),
      ...(lane !== undefined && { lane }),
      recover: false,
      drive,
      system: { environment: await this.io.environment() },
    });
    // Who drives a session watches it, and hears of failures there.
    if (!drive) await this.#tellFailures(runtime);
    return this.#closing(runtime, work);
  }

  /**
   * Reads the records of the store, and closes it; tools and rules are not loaded. A workspace in
   * which nothing has run yet has no records, and gets no store by being asked for them.
   */
  async withRecords<Result>(work: (runtime: Runtime) => Promise<Result>): Promise<Result> {
    const { createRuntime } = await import('../runtime/create-runtime.ts');
    const { memoryStore } = await import('../../adapters/index.ts');
    const folder = await this.storeFolder();
    const store = existsSync(folder) ? folder : memoryStore();
    const runtime = await createRuntime({ store, recover: false, drive: false });
    await this.#tellFailures(runtime);
    return this.#closing(runtime, work);
  }

  /** Names what could not be read: an answer that leaves it out must not look whole. */
  async #tellFailures(runtime: Runtime): Promise<void> {
    const { describeError } = await import('../../kernel/index.ts');
    runtime.subscribe((event) => {
      if (event.type !== 'failure') return;
      this.io.err(`${printable(`${event.code}: ${event.message}`)}\n`);
      this.#failureExit = describeError(event.code).exit;
    });
  }

  /**
   * Opens the rules of a workspace, to ask what they decide: this one and the lane that was given,
   * unless others are named.
   */
  async openRulebook({
    workspace = this.workspace,
    lane = this.#globals().lane,
    enforcesShadow = false,
  }: RulebookChoice = {}): Promise<WorkspaceRulebook> {
    const { lendOwnPackages } = await import('./own-packages.ts');
    const { openRulebook } = await import('../runtime/policy/rulebook.ts');
    lendOwnPackages();
    const options = {
      workspace: resolve(this.io.folder, workspace),
      ...(lane !== undefined && { lane }),
      system: { environment: await this.io.environment() },
    };
    return openRulebook(options, { enforcesShadow });
  }

  /** Where the records of the workspace are; nothing is made there. */
  async storeFolder(): Promise<string> {
    const { store } = this.#globals();
    if (store !== undefined) return existingFolder(resolve(this.io.folder, store));
    const { readWorkspace } = await import('../runtime/open-workspace.ts');
    const environment = await this.io.environment();
    const { folder, config } = await readWorkspace(this.workspace, environment);
    return join(folder, config.troupe.store);
  }

  async #closing<Result>(
    runtime: Runtime,
    work: (runtime: Runtime) => Promise<Result>,
  ): Promise<Result> {
    const { sleep } = await import('../../adapters/index.ts');
    const release = new AbortController();
    // Node would end, in silence, under a tool that waits for nothing that keeps a process alive.
    void sleep(Number.POSITIVE_INFINITY, release.signal).catch(() => {});
    try {
      return await work(runtime);
    } finally {
      await runtime.close();
      release.abort();
    }
  }
}

/** Reading makes no store where a name was mistyped. */
async function existingFolder(folder: string): Promise<string> {
  if (existsSync(folder)) return folder;
  const { RuntimeError } = await import('../../kernel/index.ts');
  throw new RuntimeError('USAGE', `There is no store in ${folder}`);
}

function nearestWorkspace(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, 'workspace.yaml'))) return at;
    if (at === dirname(at)) return resolve(folder);
  }
}
