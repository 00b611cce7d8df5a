/** How the process of a tool begins: in a world of its own, or with nothing around it. */
import type { NetworkReach, SandboxFacts, SandboxProfile } from '../../kernel/index.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import type { ControlGroup, MakeControlGroup } from './control-groups.ts';
import { unavailable } from './faults.ts';
import { mountsOf, type Mounts } from './mounts.ts';
import type { Confinement } from './probe.ts';
import { NETWORK_SOCKET, PROXY_PORT } from './worker/protocol.ts';
import { WorkerProcess } from './worker-process.ts';

/** What listens on a socket for the connections of one sandbox. */
export interface FilteredNetwork {
  readonly close: () => void;
}

/** Opens the network of a sandbox: what is within reach, at a socket file. */
export type OpenNetwork = (socket: string, reach: NetworkReach) => Promise<FilteredNetwork>;

/** What this machine and this process of Troupe give to the processes of tools. */
export interface LaunchSite {
  /** The Node that runs the workers. */
  readonly node: string;
  /** The program of the worker, and the folder that holds all of it. */
  readonly worker: { readonly folder: string; readonly program: string };
  readonly confinement: Confinement;
  readonly makeControlGroup: MakeControlGroup | undefined;
  readonly isRoot: boolean;
  /** A new mark for a process. */
  readonly nextMark: () => string;
  /** A new path for a socket. */
  readonly nextSocket: () => Promise<string>;
  readonly openNetwork: OpenNetwork;
}

/** A process that was started, and what is in force for it. */
export interface Begun {
  readonly process: WorkerProcess;
  /** Absent where nothing is mounted, because nothing confines it. */
  readonly mounts?: Mounts | undefined;
  readonly facts: Omit<SandboxFacts, 'start'>;
  /** Ends it, all that it started, and what was made for it. */
  readonly end: () => Promise<void>;
}

/** Virtual memory that Node reserves for itself, in whichever process it runs. */
const NODE_RESERVES_BYTES = 640 * 1024 * 1024;
/** Threads that Node starts for itself, and the processes of bubblewrap. */
const NOT_OF_THE_TOOL = 20;

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

/** @throws RuntimeError SCOPE_DENIED, SUBPROCESS_SANDBOX_UNAVAILABLE */
export async function begin(profile: SandboxProfile, site: LaunchSite): Promise<Begun> {
  const { confinement } = site;
  if (confinement.kind === 'bubblewrap') return beginConfined(profile, site, confinement);
  if (profile.may_run_unconfined) return beginUnconfined(profile, site, confinement.reason);
  throw unavailable(profile, confinement.reason);
}

async function beginUnconfined(
  profile: SandboxProfile,
  site: LaunchSite,
  reason: string,
): Promise<Begun> {
  const mark = site.nextMark();
  const group = await groupOf(profile, site, mark);
  const process = new WorkerProcess({
    command: [...(group?.enter ?? []), site.node, site.worker.program],
    folder: profile.premises.root,
    environment: { ...BASIC, ...profile.environment },
    mark,
    isConfined: false,
  });
  return {
    process,
    facts: {
      confinement: 'none',
      reason,
      network: 'unconfined',
      readable: [],
      writable: [],
      ...limitFacts(profile, site, 'looking'),
    },
    end: () => ended(process, group),
  };
}

async function beginConfined(
  profile: SandboxProfile,
  site: LaunchSite,
  { program, limiter }: Confinement & { readonly kind: 'bubblewrap' },
): Promise<Begun> {
  const { node, worker } = site;
  const mounts = await mountsOf(profile);
  const mark = site.nextMark();
  const isFiltered = typeof profile.network !== 'string';
  const socket = isFiltered ? await site.nextSocket() : undefined;
  const network =
    socket === undefined ? undefined : await site.openNetwork(socket, profile.network);
  const group = await groupOf(profile, site, mark);
  const own = [node, worker.folder].map((path) => ({ path, access: 'read' }) as const);
  const world = bubblewrapArguments({
    mounts: [...mounts.mounts, ...own],
    folder: mounts.root,
    network: profile.network === 'full' ? 'host' : 'none',
    socket: socket === undefined ? undefined : { from: socket, to: NETWORK_SOCKET },
  });
  const process = new WorkerProcess({
    command: [
      ...(group?.enter ?? []),
      ...[program, ...world],
      ...[limiter, ...userLimits(profile), '--'],
      ...[node, worker.program],
    ],
    folder: '/',
    environment: { ...BASIC, ...(isFiltered && THROUGH_PROXY), ...profile.environment },
    mark,
    isConfined: true,
  });
  return {
    process,
    mounts,
    facts: {
      confinement: 'bubblewrap',
      network: typeof profile.network === 'string' ? profile.network : 'allowlist',
      ...(typeof profile.network !== 'string' && { network_allowlist: [...profile.network] }),
      readable: pathsIn(mounts, 'read'),
      writable: pathsIn(mounts, 'write'),
      ...limitFacts(profile, site, 'user_limit'),
    },
    end: () => ended(process, group, network),
  };
}

async function ended(
  process: WorkerProcess,
  group: ControlGroup | undefined,
  network?: FilteredNetwork,
): Promise<void> {
  await process.end();
  network?.close();
  await group?.remove();
}

async function groupOf(
  { limits }: SandboxProfile,
  { makeControlGroup }: LaunchSite,
  mark: string,
): Promise<ControlGroup | undefined> {
  return makeControlGroup?.(mark, limits.processes + NOT_OF_THE_TOOL);
}

/** What the system holds for each process by itself; the whole of them is looked after. */
function userLimits({ limits }: SandboxProfile): readonly string[] {
  return [
    '--core=0',
    `--data=${limits.memory_bytes + NODE_RESERVES_BYTES}`,
    `--nproc=${limits.processes + NOT_OF_THE_TOOL}`,
  ];
}

function limitFacts(
  { environment, limits }: SandboxProfile,
  { makeControlGroup, isRoot }: LaunchSite,
  otherwise: 'user_limit' | 'looking',
): Pick<SandboxFacts, 'environment' | 'limits' | 'processes_held_by'> {
  // The system does not hold the limit of a user for root.
  const without = isRoot ? 'looking' : otherwise;
  return {
    environment: Object.keys(environment),
    limits,
    processes_held_by: makeControlGroup ? 'control_group' : without,
  };
}

function pathsIn({ granted }: Mounts, access: 'read' | 'write'): string[] {
  return granted.flatMap((one) => (one.access === access ? one.path || '.' : []));
}
