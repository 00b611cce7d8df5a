/** Starts the process of a tool, makes sure that it has what was granted, and loads its module. */
import type { SandboxFacts, SandboxProfile } from '../../kernel/index.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import type { Received } from './channel.ts';
import {
  limitReached,
  notStarted,
  protocolBroken,
  swapped,
  unavailable,
  unloadable,
} from './faults.ts';
import { openFilteredNetwork, type FilteredNetwork, type Resolve } from './filtered-network.ts';
import { isSameGrant, mountsOf, swappedMount, type Mounts } from './mounts.ts';
import type { Confinement } from './probe.ts';
import { NETWORK_SOCKET, PROXY_PORT } from './worker/protocol.ts';
import { WorkerProcess } from './worker-process.ts';

export interface LaunchSite {
  /** The Node that runs the workers. */
  readonly node: string;
  /** The program of the worker, and the folder that holds all of it. */
  readonly worker: { readonly folder: string; readonly program: string };
  readonly confinement: Confinement;
  /** A new mark for a process. */
  readonly nextMark: () => string;
  /** A new path for a socket. */
  readonly nextSocket: () => Promise<string>;
  readonly resolve: Resolve;
}

/** A process that has loaded its tool and waits for its one call. */
export interface LoadedWorker {
  readonly process: WorkerProcess;
  readonly facts: Omit<SandboxFacts, 'start'>;
  /** Whether a process that started now would be given the very same files. */
  readonly isCurrent: () => Promise<boolean>;
  /** Ends it, all that it started, and its network. */
  readonly end: () => Promise<void>;
}

/** Virtual memory that Node reserves for itself, in whichever process it runs. */
const NODE_RESERVES_BYTES = 640 * 1024 * 1024;
/** Threads that Node starts for itself. */
const NODE_THREADS = 16;

/**
 * Answers when the module is loaded; an abort ends what was begun.
 * @throws RuntimeError SCOPE_DENIED, SUBPROCESS_*, ADAPTER_LOAD_FAILED
 */
export async function launch(
  profile: SandboxProfile,
  site: LaunchSite,
  signal?: AbortSignal,
): Promise<LoadedWorker> {
  const begun = await begin(profile, site);
  const { process } = begun;
  const end = async (): Promise<void> => {
    await process.end();
    begun.network?.close();
  };
  const onAbort = (): void => void end();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    signal?.throwIfAborted();
    await load(profile, begun);
    const { mounts } = begun;
    const isCurrent = async (): Promise<boolean> =>
      !mounts || isSameGrant(mounts, await mountsOf(profile));
    return { process, facts: factsOf(profile, site, mounts), isCurrent, end };
  } catch (error) {
    await end();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

interface Begun {
  readonly process: WorkerProcess;
  /** Absent where nothing is mounted, because nothing confines it. */
  readonly mounts?: Mounts | undefined;
  readonly network?: FilteredNetwork | undefined;
}

async function begin(profile: SandboxProfile, site: LaunchSite): Promise<Begun> {
  const { confinement, node, worker } = site;
  const mark = site.nextMark();
  if (confinement.kind === 'none') {
    if (!profile.may_run_unconfined) throw unavailable(profile, confinement.reason);
    const folder = profile.premises.root;
    const environment = { ...BASIC, ...profile.environment };
    const args = [worker.program];
    return {
      process: new WorkerProcess({
        program: node,
        args,
        folder,
        environment,
        mark,
        isConfined: false,
      }),
    };
  }
  const mounts = await mountsOf(profile);
  const socket = isFiltered(profile) ? await site.nextSocket() : undefined;
  const network = socket
    ? await openFilteredNetwork(socket, profile.network, site.resolve)
    : undefined;
  const world = bubblewrapArguments({
    mounts: [
      ...mounts.mounts,
      { path: node, access: 'read' },
      { path: worker.folder, access: 'read' },
    ],
    folder: mounts.root,
    network: profile.network === 'full' ? 'host' : 'none',
    socket: socket === undefined ? undefined : { from: socket, to: NETWORK_SOCKET },
  });
  const args = [...world, ...limited(profile, confinement.limiter), node, worker.program];
  const environment = {
    ...BASIC,
    ...(socket !== undefined && THROUGH_PROXY),
    ...profile.environment,
  };
  const process = new WorkerProcess({
    ...{ program: confinement.program, args, folder: '/', environment, mark, isConfined: true },
  });
  return { process, mounts, network };
}

const BASIC = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/tmp',
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
};

const PROXY = `http://127.0.0.1:${PROXY_PORT}`;
const THROUGH_PROXY = {
  ...{ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, http_proxy: PROXY, https_proxy: PROXY },
  NODE_USE_ENV_PROXY: '1',
};

const isFiltered = ({ network }: SandboxProfile): boolean =>
  network !== 'off' && network !== 'full';

/** Limits that the system holds by itself for each process; the others are looked after. */
function limited({ limits }: SandboxProfile, limiter: string): readonly string[] {
  return [
    limiter,
    '--core=0',
    `--data=${limits.memory_bytes + NODE_RESERVES_BYTES}`,
    `--nproc=${limits.processes + NODE_THREADS}`,
    '--',
  ];
}

/** Nothing of the tool runs before what is mounted was compared with what was decided. */
async function load(profile: SandboxProfile, { process, mounts }: Begun): Promise<void> {
  const started = await nextMessage(profile, process);
  if (started.type !== 'started') throw protocolBroken(profile, started.type);
  await checkMounts(process, mounts);
  process.send({ type: 'load', module: profile.module, export: profile.export });
  const loaded = await nextMessage(profile, process);
  if (loaded.type === 'unloadable') throw unloadable(profile, loaded.message);
  if (loaded.type !== 'ready') throw protocolBroken(profile, loaded.type);
}

function nextMessage(profile: SandboxProfile, process: WorkerProcess): Promise<Received> {
  return new Promise((resolve, reject) => {
    process.listen(resolve, (bytes) => {
      if (bytes > profile.limits.output_bytes) reject(limitReached(profile, 'output_bytes'));
    });
    void process.ended.then((ending) => reject(notStarted(profile, ending, process.printed)));
  });
}

async function checkMounts(process: WorkerProcess, mounts: Mounts | undefined): Promise<void> {
  if (!mounts) return;
  const view = await process.view();
  const path = view === undefined ? '.' : await swappedMount(view, mounts);
  if (path !== undefined) throw swapped(path);
}

function factsOf(
  profile: SandboxProfile,
  { confinement }: LaunchSite,
  mounts: Mounts | undefined,
): Omit<SandboxFacts, 'start'> {
  const { network, environment, limits } = profile;
  const posture = typeof network === 'string' ? network : 'allowlist';
  const granted = (access: 'read' | 'write'): string[] =>
    (mounts?.granted ?? []).flatMap((one) => (one.access === access ? one.path || '.' : []));
  const facts = { environment: Object.keys(environment), limits };
  if (confinement.kind === 'none') {
    const { reason } = confinement;
    const none = { readable: [], writable: [] };
    return { confinement: 'none', reason, network: 'unconfined', ...none, ...facts };
  }
  return {
    confinement: 'bubblewrap',
    network: posture,
    ...(typeof network !== 'string' && { network_allowlist: [...network] }),
    readable: granted('read'),
    writable: granted('write'),
    ...facts,
  };
}
