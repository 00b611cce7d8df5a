/** A workspace with one sandboxed tool that runs whatever code it is handed. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  openFilteredNetwork,
  openSandbox,
  sleep,
  systemResolve,
  type ProbedSandbox,
  type Resolve,
  type SandboxOptions,
} from 'troupe/adapters';
import type { Performance, SandboxProfile } from 'troupe/kernel';

/** Parses and runs the code of its input, as a tool that was taken over would. */
const TOOL = `
  import * as fs from 'node:fs';
  import * as net from 'node:net';
  import * as http from 'node:http';
  import * as child from 'node:child_process';
  const AsyncFunction = (async () => {}).constructor;
  const given = { fs, net, http, child };
  export const run = ({ code }, run) =>
    new AsyncFunction('run', ...Object.keys(given), code)(run, ...Object.values(given));
  export const word = 'no function';
`;

export interface Workshop {
  readonly root: string;
  readonly sandbox: ProbedSandbox;
  readonly put: (path: string, text: string) => Promise<string>;
  readonly run: (
    code: string,
    change?: Partial<SandboxProfile>,
    more?: More,
  ) => Promise<Performance>;
  readonly close: () => Promise<void>;
}

interface More {
  readonly signal?: AbortSignal;
  readonly onProgress?: (data: unknown) => void;
  readonly config?: unknown;
}

const MIB = 1024 * 1024;

interface Options extends Partial<SandboxOptions> {
  readonly resolve?: Resolve;
}

/** Opens the sandbox of this machine, as a runtime does. */
export function openHere({ resolve = systemResolve, ...options }: Options = {}) {
  return openSandbox({
    sleep,
    path: '/usr/local/bin:/usr/bin:/bin',
    openNetwork: (socket, reach) => openFilteredNetwork(socket, reach, resolve),
    ...options,
  });
}

/** Opens a workspace with a store and a configuration of Troupe, and the sandbox. */
export async function openWorkshop(options: Options = {}): Promise<Workshop> {
  const root = await mkdtemp(join(tmpdir(), 'workshop-'));
  const put = async (path: string, text: string): Promise<string> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    return join(root, path);
  };
  await put('packs/shop/tool.mjs', TOOL);
  await put('workspace.yaml', 'id: shop');
  await put('.troupe/store/records', 'evidence');
  await put('calendar/today.ics', 'nothing today');
  await put('letters/one.txt', 'dear reader');
  const sandbox = await openHere(options);
  const usual: SandboxProfile = {
    tool_name: 'shop:run',
    module: join(root, 'packs/shop/tool.mjs'),
    export: undefined,
    code: [join(root, 'packs/shop')],
    premises: { root, hidden: ['.troupe'], fixed: ['workspace.yaml', 'packs'] },
    overlays: [join(root, '.env')],
    readable: [],
    writable: [],
    network: 'off',
    environment: {},
    limits: {
      wall_clock_ms: 10_000,
      memory_bytes: 256 * MIB,
      output_bytes: MIB,
      processes: 8,
    },
    may_run_unconfined: false,
  };
  return {
    root,
    sandbox,
    put,
    run: (code, change = {}, { signal, onProgress = () => {}, config } = {}) =>
      sandbox.run({
        profile: { ...usual, ...change },
        input: { code },
        config,
        run: {
          tool_name: 'shop:run',
          receipt_id: 'receipt-1',
          idempotency_key: 'effect-1',
          attempt: 1,
          session_id: 'session-1',
          task_id: 'task-1',
          run_id: 'run-1',
          metadata: {},
          scope_enforced: [],
          signal: signal ?? new AbortController().signal,
          onProgress,
        },
      }),
    close: async () => {
      await sandbox.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** The code of the error that a call was answered with, where it was. */
export function codeOf({ answer }: Performance): unknown {
  return (answer as { error?: { code?: unknown } } | undefined)?.error?.code;
}

/** Whether a sandbox works where the tests run; where none does they are skipped, and say so. */
export async function isSandboxed(): Promise<boolean> {
  const sandbox = await openHere();
  await sandbox.close();
  return sandbox.confinement.kind === 'bubblewrap';
}
