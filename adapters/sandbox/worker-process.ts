/** One process of a tool, seen from outside: what it says, what it uses, and its end. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { lineReader, type Received } from './channel.ts';
import { endMarked, MARK, signal } from './marks.ts';
import { descendantsOf, memoryOf } from './process-table.ts';
import { lineOf, type ToWorker } from './worker/protocol.ts';

export interface Launch {
  /** A program and its arguments. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The value of its mark, by which it is found if we are killed. */
  readonly mark: string;
  /** Whether bubblewrap is around it, which ends with all that it started. */
  readonly isConfined: boolean;
}

/** How a process ended by itself or by us. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set where it could not be started at all. */
  readonly problem?: Error;
}

/** What a process and all that it started use at the moment. */
export interface Usage {
  readonly processes: number;
  readonly memory_bytes: number;
}

const KEPT_CHARACTERS = 4000;

export class WorkerProcess {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #mark: string;
  readonly #isConfined: boolean;
  /** The first process in the sandbox, as bubblewrap tells it. */
  readonly #inner: Promise<number | undefined>;
  #listener: (received: Received) => void = () => {};
  #onBytes: (total: number) => void = () => {};
  #printed = '';
  #bytes = 0;
  #hasEnded = false;

  constructor({ command, folder, environment, mark, isConfined }: Launch) {
    const [program = '', ...args] = command;
    this.#mark = mark;
    this.#isConfined = isConfined;
    this.#child = spawn(program, args, {
      cwd: folder,
      env: { ...environment, [MARK]: mark },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const child = this.#child;
    this.ended = new Promise((resolve) => {
      child.once('error', (problem) => resolve({ code: null, signal: null, problem }));
      child.once('close', (code, name) => resolve({ code, signal: name }));
    });
    // Where bubblewrap itself was killed, what it had started may still be there.
    child.once('exit', (code) => {
      if (code === null) void endMarked(mark);
    });
    void this.ended.then(() => (this.#hasEnded = true));
    const [, stdout, stderr, channel, info] = child.stdio as readonly (Duplex | null)[];
    const read = lineReader((received) => this.#listener(received));
    for (const stream of [stdout, stderr])
      stream?.on('data', (chunk: Buffer) => this.#print(chunk));
    channel?.on('data', (chunk: Buffer) => {
      this.#count(chunk.length);
      read(chunk);
    });
    // A process that is gone is told by its end, not by the pipes that broke with it.
    for (const stream of [stdout, stderr, channel, info]) stream?.on('error', () => {});
    this.#inner = isConfined ? innerProcess(info) : Promise.resolve(child.pid);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The last of what it printed. */
  get printed(): string {
    return this.#printed;
  }

  /** Takes the place of the listener before; bytes are those printed and said so far. */
  listen(listener: (received: Received) => void, onBytes: (total: number) => void): void {
    this.#listener = listener;
    this.#onBytes = onBytes;
  }

  send(order: ToWorker): void {
    const channel = this.#child.stdio[3] as Duplex | null;
    if (channel?.writable) channel.write(lineOf(order));
  }

  /** Lets our own process end although this one runs; `true` has it stay. */
  hold(isHeld: boolean): void {
    const streams = this.#child.stdio as unknown as readonly ({
      ref?(): void;
      unref?(): void;
    } | null)[];
    for (const one of [this.#child, ...streams]) {
      if (isHeld) one?.ref?.();
      else one?.unref?.();
    }
  }

  /** Where this process can look at the files as the sandbox has them. */
  async view(): Promise<string | undefined> {
    const inner = await this.#inner;
    return inner === undefined ? undefined : `/proc/${inner}/root`;
  }

  async usage(): Promise<Usage> {
    const inner = await this.#inner;
    if (inner === undefined) return { processes: 0, memory_bytes: 0 };
    const below = await descendantsOf(inner);
    const memory = await Promise.all(below.map(memoryOf));
    return {
      // Bubblewrap itself is the first process of a sandbox, and no part of the tool.
      processes: this.#isConfined ? below.length : below.length + 1,
      memory_bytes: memory.reduce((sum, bytes) => sum + bytes, 0),
    };
  }

  /** Ends it and everything that it started, and answers when they are gone. */
  async end(): Promise<Ending> {
    if (!this.#hasEnded) {
      this.hold(true);
      await this.#endAll();
    }
    return this.ended;
  }

  async #endAll(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    if (!this.#isConfined) {
      signal(-pid, 'SIGKILL');
      await endMarked(this.#mark);
      return;
    }
    // The end of its first process ends everything in the sandbox; bubblewrap then goes by itself.
    const inner = await Promise.race([this.#inner, this.ended.then(() => undefined)]);
    if (this.#hasEnded) return;
    signal(inner ?? pid, 'SIGKILL');
  }

  #print(chunk: Buffer): void {
    this.#printed = (this.#printed + chunk.toString('utf8')).slice(-KEPT_CHARACTERS);
    this.#count(chunk.length);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#onBytes(this.#bytes);
  }
}

/** Bubblewrap tells the number first, and more that is read too: it would end on a broken pipe. */
function innerProcess(info: Duplex | null | undefined): Promise<number | undefined> {
  return new Promise((resolve) => {
    let told = '';
    info?.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8');
      const found = /"child-pid":\s*(\d+)/.exec(told);
      if (found) resolve(Number(found[1]));
    });
    info?.once('close', () => resolve(undefined));
  });
}
