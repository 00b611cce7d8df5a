/** The arguments of bubblewrap: a world of its own with the system's programs and no more. */
import { lstatSync, readlinkSync } from 'node:fs';

/** One thing that is there in the sandbox, at the path that it has outside. */
export interface Mount {
  readonly path: string;
  /** `hidden` covers whatever is there. */
  readonly access: 'read' | 'write' | 'hidden_folder' | 'hidden_file';
}

export interface World {
  /** In the order in which they go on top of each other. */
  readonly mounts: readonly Mount[];
  /** Where the tool starts. */
  readonly folder: string;
  readonly network: 'none' | 'host';
  /** Socket of the filtered network, and where it appears. */
  readonly socket?: { readonly from: string; readonly to: string } | undefined;
}

/** Bytes that a tool may keep in each of its two places in memory. */
const SCRATCH_BYTES = 64 * 1024 * 1024;

/** File descriptor on which bubblewrap tells the process number of the sandbox. */
const INFO_FD = 4;

/** Links and folders of a system that lead to its programs and their libraries. */
const SYSTEM = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** What programs read of the system's settings, and tells nothing of its people. */
const SETTINGS = ['/etc/ld.so.cache', '/etc/ssl', '/etc/ca-certificates', '/etc/pki'];
const NETWORK_SETTINGS = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'];

/** Everything before the command that is to run in that world. */
export function bubblewrapArguments(world: World): readonly string[] {
  const { mounts, folder, network, socket } = world;
  return [
    ...['--unshare-user', '--unshare-all', '--disable-userns', '--die-with-parent'],
    ...(network === 'host' ? ['--share-net'] : []),
    ...['--new-session', '--cap-drop', 'ALL', '--uid', '1000', '--gid', '1000'],
    ...['--hostname', 'troupe', '--info-fd', String(INFO_FD)],
    ...['--ro-bind', '/usr', '/usr', ...SYSTEM.flatMap(systemFolder)],
    ...readOnly(network === 'host' ? [...SETTINGS, ...NETWORK_SETTINGS] : SETTINGS),
    // Where Troupe runs as root, the files below /proc/sys are root's to write, also in here.
    ...['--proc', '/proc', '--remount-ro', '/proc'],
    ...['--dev', '/dev', ...scratch('/dev/shm'), '--remount-ro', '/dev'],
    ...scratch('/tmp'),
    ...mounts.flatMap(mountArguments),
    ...(socket ? ['--bind', socket.from, socket.to] : []),
    ...['--dir', folder, ...coveredFolders(mounts).flatMap((path) => ['--remount-ro', path])],
    ...['--remount-ro', '/', '--chdir', folder, '--'],
  ];
}

function scratch(path: string): readonly string[] {
  return ['--size', String(SCRATCH_BYTES), '--tmpfs', path];
}

function readOnly(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => ['--ro-bind-try', path, path]);
}

function systemFolder(path: string): readonly string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isSymbolicLink()) return ['--symlink', readlinkSync(path), path];
  return ['--ro-bind', path, path];
}

/** They are closed when everything is in place: code may lie below one of them. */
function coveredFolders(mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap(({ path, access }) => (access === 'hidden_folder' ? path : []));
}

function mountArguments({ path, access }: Mount): readonly string[] {
  switch (access) {
    case 'read':
      return ['--ro-bind', path, path];
    case 'write':
      return ['--bind', path, path];
    case 'hidden_folder':
      return ['--size', '4096', '--tmpfs', path];
    case 'hidden_file':
      return ['--ro-bind', '/dev/null', path];
  }
}
